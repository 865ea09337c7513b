"""Receipt numbers: random, easy to read aloud, with a character that catches a slip of the pen.

`P7K4-M2XQ`: seven random characters and one check character, over an alphabet without 0 O 1 I L U. The check is the
weighted sum modulo the prime 31, weights 1 to 7: every single wrong character and every swap of neighbours is noticed.
"""

from __future__ import annotations

import secrets

from .refusals import ReceiptShape

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # 30 characters: 30^7 = 2·10^10 receipts a city
WEIGHTS = (1, 2, 3, 4, 5, 6, 7)
PRIME = 31


def make() -> str:
    """A new receipt from the operating system's dice."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in WEIGHTS)
        if (check := check_character(body)) is not None:
            return written(body + check)


def check_character(body: str) -> str | None:
    """The eighth character; None for the few bodies whose sum has no character (30 of 31 have one)."""
    total = sum(w * ALPHABET.index(c) for w, c in zip(WEIGHTS, body, strict=True)) % PRIME
    return ALPHABET[total] if total < len(ALPHABET) else None


def read(text: str) -> str:
    """A receipt as written by a person, in its one spelling. Raises ReceiptShape."""
    plain = text.strip().upper().replace("-", "").replace(" ", "")
    if len(plain) != 8 or not set(plain) <= set(ALPHABET) or check_character(plain[:7]) != plain[7]:
        raise ReceiptShape(receipt=text[:20])
    return written(plain)


def written(plain: str) -> str:
    return f"{plain[:4]}-{plain[4:]}"
