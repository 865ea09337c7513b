"""What is kept secret, under keys that are not in the database: NIK look-up and cipher, PINs, unfinished forms.

One key from the environment (settings.NIK_KEY), a sub-key for each use by HKDF-SHA256 (RFC 5869). A keyed hash,
since a plain one of a NIK (or of a PIN) falls to trying them all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12


@lru_cache(maxsize=16)
def _subkey(master: bytes, use: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ampera people " + use.encode()).derive(
        master
    )


def fingerprint(use: str, text: str) -> str:
    """HMAC-SHA256 of text under the sub-key of this use, as 64 hex digits."""
    return hmac.new(_subkey(settings.NIK_KEY, use), text.encode(), hashlib.sha256).hexdigest()


def nik_lookup(digits: str) -> str:
    """What a NIK is found by."""
    return fingerprint("nik look-up", digits)


def seal(text: str, *, row: str) -> bytes:
    """Nonce and AES-256-GCM cipher of text, bound to the row: put in another row, it doesn't open."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_subkey(settings.NIK_KEY, "cipher")).encrypt(nonce, text.encode(), row.encode())


def unseal(sealed: bytes | memoryview, *, row: str) -> str:
    """The text that was sealed for this row. Raises cryptography's InvalidTag for another row, key or content."""
    sealed = bytes(sealed)
    return (
        AESGCM(_subkey(settings.NIK_KEY, "cipher"))
        .decrypt(sealed[:NONCE], sealed[NONCE:], row.encode())
        .decode()
    )
