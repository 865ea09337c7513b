"""Indonesian names as they are spelled and shortened, made comparable. Pure: text in, text out.

One name or several, in any order; old spelling (oe, dj, tj, nj, sj, j for y) and what is written as it sounds (ch, kh,
dh, z for s, v for f); Muhammad in its many forms; titles before and degrees behind; initials.
Source: Ejaan van Ophuijsen (1901), Ejaan Yang Disempurnakan (1972).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MOST = 6  # words of a name that are compared


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = listed(
    "h hj haji hajah hajjah drs dra ir dr drg drh prof kh kyai kiai ust ustad ustadz ustadzah bpk bapak ibu sdr sdri tn"
    " ny nn"
)
DEGREES = listed(
    "skom spd spdi sh se st ssos sag si sip sthi shi sei skm skep sked ssi ssn spsi sf sfarm stp shut spt spi sgz ners"
    " mm mt mkom mpd mpdi msi mh mhum mkes mag ma mba ms msc meng phd amd amdkeb amdkep amdkom ama apt bsc ba"
)
MUHAMMAD = listed(
    "mohammad mohamad muhamad mochammad mochamad muchammad muchamad muhammed mohammed mohamed muhamed moch moh mohd much"
    " muh muhd mhd mhmd md"
)
SHORT = dict.fromkeys(MUHAMMAD, "muhammad") | {
    "abd": "abdul",
    "ach": "ahmad",
    "akh": "ahmad",
    "kms": "kemas",
    "mgs": "masagus",
    "msy": "masayu",
    "nys": "nyimas",
    "rd": "raden",
}
SOUNDS = tuple(
    (re.compile(written), sounds)
    for written, sounds in (
        ("^chr", "kr"),
        ("^ch", "c"),
        ("ch|kh", "h"),
        ("oe", "u"),
        ("d+j", "j"),
        ("t+j", "c"),
        ("s[jy]", "s"),
        ("dh", "d"),
        ("th", "t"),
        ("dz|zh|z", "s"),
        ("ph|v", "f"),
        ("q", "k"),
        ("x", "ks"),
        ("ie", "i"),
        ("[jy]", "i"),
        (r"(.)\1+", r"\1"),
        ("(?<=..)h$", ""),
    )
)
# So common that sharing one of these alone says nothing.
COMMON = frozenset({"muhamad", "ahmad", "abdul", "siti", "nur"})


@lru_cache(maxsize=100_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name as they sound, in their order, without titles and degrees; at most six.

    What would leave nothing is kept: somebody may be called Ibu.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    before_comma = plain.partition(",")[0]
    pieces = re.sub("['`]", "", before_comma if re.search("[a-z]", before_comma) else plain).split()
    while len(pieces) > 1 and pieces[-1].replace(".", "") in DEGREES:
        pieces.pop()
    while len(pieces) > 2 and (pieces[-2] + pieces[-1]).replace(".", "") in DEGREES:
        del pieces[-2:]
    said = re.findall("[a-z]+|[0-9]+", " ".join(pieces))
    while len(said) > 1 and said[0] in TITLES:
        said = said[1:]
    if len(said) > 1 and said[0] == "st":
        said[0] = "siti"
    return tuple(sound(SHORT.get(word, word)) for word in said[:MOST])


def sound(word: str) -> str:
    """A word of small letters as it sounds; a number as it is."""
    if word.isdigit():
        return word
    for written, sounds in SOUNDS:
        word = written.sub(sounds, word)
    return word


def compare(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """`same`: the same words in any order, or written together; `alike`: may be one person's; else "".

    Alike: every word of the shorter name has its own partner in the longer one (itself, its initial, one slip of the pen
    in five letters or more), and one of them that is neither an initial nor borne by half the country.
    """
    if not one or not other:
        return ""
    joined = "".join(one), "".join(other)
    if sorted(one) == sorted(other) or joined[0] == joined[1]:
        return "same"
    shorter, longer = sorted((one, other), key=len)
    near = min(map(len, joined)) >= 8 and one_slip(*joined)
    return "alike" if near or _fits(shorter, longer, told=False) else ""


def _fits(shorter: tuple[str, ...], longer: tuple[str, ...], *, told: bool) -> bool:
    """Whether each word of the shorter finds a partner of its own, one of them telling."""
    if not shorter:
        return told
    word, rest = shorter[0], shorter[1:]
    for place, partner in enumerate(longer):
        solid = word == partner or (len(word) > 4 and len(partner) > 4 and one_slip(word, partner))
        if (solid or _initial(word, partner)) and _fits(
            rest, longer[:place] + longer[place + 1 :], told=told or (solid and word not in COMMON)
        ):
            return True
    return False


def _initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and short.isalpha() and long.startswith(short)


def one_slip(one: str, other: str) -> bool:
    """Whether one letter more, less, another, or two neighbours swapped make one text of the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    start = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(map(len, (one, other)))
    )
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
