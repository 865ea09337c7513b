"""A whole certificate in a small QR code: an address that any phone opens, and digits from which the JSON is rebuilt.

    HTTPS://KOTA.EXAMPLE/Q/31415926…

QR's numeric mode wastes 0.3 % where base45 (RFC 9285) wastes 3 %, and digits survive every address bar. The digits
are one number in mixed radix: what a blank leaves open, each field as many values as it can have, the name on top.
Nothing here is trusted: what is rebuilt goes through `verdict.verify` like any other file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from ampera.cores.credentials import form
from ampera.cores.credentials.blank import ID_BYTES, Blank, split
from ampera.cores.credentials.faults import Altered, Fault, Undetermined
from ampera.cores.credentials.form import Values
from ampera.cores.credentials.status import MAX_ENTRIES

FORMAT = 1
PATH = "/Q/"
MAX_DIGITS = 1_500  # a name of 120 characters of four bytes needs 1,419

_LOGITS = 10_001  # 0.00 to 100.00
# what can be read without the blank, then what its form fixes; (name, how many values it can have)
_HEAD = (("format", 10), ("blank", 256**ID_BYTES), ("id", 2**128))
_BODY = (
    ("subject", 2**128), ("signature", 256**64), ("level", 9),
    ("minus", 2), ("ability", _LOGITS), ("error", _LOGITS),
)  # fmt: skip
_SMALL = "abcdefghijklmnopqrstuvwxyz '.,-"


def _capitals(small: str) -> str:
    return re.sub(r"(?:^|(?<=[ .,-]))[a-z]", lambda letter: letter[0].upper(), small)


# How a name is written in few bits: 5 a letter as most names are, 6 for any mixture, else 8 a byte of UTF-8.
_STYLES: tuple[tuple[str, Callable[[str], str]], ...] = (
    (_SMALL, _capitals),
    (_SMALL, str.upper),
    (_SMALL + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", str),
)
_UTF8 = len(_STYLES)


@dataclass(frozen=True)
class Head:
    """What the digits say without their blank. blank: its id. id: of the certificate, `urn:uuid:…`."""

    blank: str
    id: str


def pack(document: bytes) -> str:
    """A signed certificate as the text of its QR code: the address of its issuer's site, `/Q/`, and digits.

    Raises ValueError if the certificate can't be rebuilt from it byte for byte: one that is not of our form, or
    whose numbers are written otherwise.
    """
    try:
        blank, person, signature = split(document)
        text = f"{address(blank)}{_number(blank, person, signature)}"
        same = _filled(_digits(text), blank) == document
    except (Fault, ValueError):
        same = False
    if not same:
        raise ValueError("only a certificate as Ampera writes it fits its QR code")
    return text


def unpack(text: str, blanks: Mapping[str, Blank]) -> bytes:
    """The signed certificate's JSON, byte for byte. blanks: by their id.

    Raises Undetermined if this is no such text, or its blank is not at hand; Altered if no certificate of ours
    gives this text. Whether the certificate is genuine is for `verdict.verify` to say.
    """
    number = _digits(text)
    wanted = peek(text).blank
    if wanted not in blanks:
        raise Undetermined("template_missing", f"The template {wanted} of this certificate is not at hand.")
    try:
        document = _filled(number, blanks[wanted])
        same = pack(document) == text.upper()
    except ValueError:
        same = False
    if not same:
        raise Altered("bad_carrier", "The code's digits or address are not those of a certificate.")
    return document


def peek(text: str) -> Head:
    """Which blank and which certificate the digits name. Raises Undetermined if this is no such text."""
    (_, blank, id), _rest = _taken(_digits(text), (radix for _, radix in _HEAD))
    return Head(blank.to_bytes(ID_BYTES).hex(), UUID(int=id).urn)


def is_carrier(text: str) -> bool:
    """Whether a text has the shape of a QR code's."""
    try:
        return bool(parts(text))
    except Undetermined:
        return False


def address(blank: Blank) -> str:
    """Where the codes of this blank lead: scheme and host of the issuer's site, in capitals, and `/Q/`."""
    site = urlsplit(blank.frame.issuer.url)
    return f"{site.scheme}://{site.netloc}{PATH}".upper()


def parts(text: str) -> tuple[str, str]:
    """The text as its alphanumeric and its numeric segment. Raises Undetermined if this is no such text."""
    found = re.fullmatch(r"(https?://[^/\s]+/q/)([0-9]+)", text, re.ASCII | re.IGNORECASE)
    if found is None or len(found[2]) > MAX_DIGITS:
        raise Undetermined("not_a_carrier", "This text is not that of a certificate's QR code.")
    return found[1], found[2]


def _digits(text: str) -> int:
    number = int(parts(text)[1])
    if number % 10 != FORMAT:
        raise Undetermined(
            "not_a_carrier", "This text is not that of a certificate's QR code, or a newer one."
        )
    return number


def _number(blank: Blank, person: Values, signature: bytes) -> int:
    ability = person.ability.removeprefix("-")
    style, name = _name_in(person.holder_name)
    values = [
        FORMAT,
        int(blank.id, 16),
        UUID(person.id).int,
        UUID(person.subject_id).int,
        int.from_bytes(signature),
        int(person.level),
        int(ability != person.ability),
        _hundredths(ability),
        _hundredths(person.error),
        *(int(index) for index in person.indices),
        style,
    ]
    number = name
    for value, radix in reversed(list(zip(values, _radices(blank), strict=True))):
        if not 0 <= value < radix:
            raise ValueError("a number of the certificate is out of bounds")
        number = number * radix + value
    return number


def _filled(number: int, blank: Blank) -> bytes:
    """The certificate that the number makes of the blank. Raises ValueError if no certificate has such a name."""
    values, rest = _taken(number, _radices(blank))
    _, _, id, subject, signature, level, minus, ability, error, *indices, style = values
    name = _name_out(style, rest)
    if form.clean_name(name) != name:
        raise ValueError("not a name as certificates have it")
    person = Values(
        id=UUID(int=id).urn,
        subject_id=UUID(int=subject).urn,
        holder_name=name,
        level=str(level),
        ability="-" * minus + _decimal(ability),
        error=_decimal(error),
        indices=tuple(map(str, indices)),
    )
    return blank.fill(person, signature.to_bytes(64))


def _radices(blank: Blank) -> list[int]:
    indices = [MAX_ENTRIES] * len(blank.frame.lists)
    return [radix for _, radix in (*_HEAD, *_BODY)] + indices + [len(_STYLES) + 1]


def _taken(number: int, radices: Iterable[int]) -> tuple[list[int], int]:
    """The number's lowest places, and what is left above them."""
    values = []
    for radix in radices:
        number, value = divmod(number, radix)
        values.append(value)
    return values, number


def _name_in(name: str) -> tuple[int, int]:
    """The first style that gives back exactly this name, and the name as a number."""
    for style, (letters, spelled) in enumerate(_STYLES):
        plain = name.lower() if letters is _SMALL else name
        if set(plain) <= set(letters) and spelled(plain) == name:
            return style, _bijective([letters.index(letter) for letter in plain], len(letters))
    return _UTF8, _bijective(name.encode(), 256)


def _name_out(style: int, number: int) -> str:
    """Raises ValueError if the number is no UTF-8."""
    if style == _UTF8:
        return bytes(_places(number, 256)).decode()
    letters, spelled = _STYLES[style]
    return spelled("".join(letters[place] for place in _places(number, len(letters))))


def _bijective(places: Iterable[int], radix: int) -> int:
    """Digits 1 to radix instead of 0 to radix − 1, so that the length needs no saying."""
    number = 0
    for place in places:
        number = number * radix + place + 1
    return number


def _places(number: int, radix: int) -> list[int]:
    places = []
    while number:
        number, place = divmod(number - 1, radix)
        places.append(place)
    return places[::-1]


def _hundredths(text: str) -> int:
    return int(text.replace(".", "", 1))


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"
