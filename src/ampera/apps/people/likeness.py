"""Which registrations may be one person's, and which people one household's. Pure: records in, pairs with their signs out.

Two may be one person with the same NIK; or with names alike and a NIK that is one digit off or has two neighbours swapped;
or with names alike, the same birth date, and the same kelurahan or phone. Numbers near each other alone say nothing: the
office gives neighbours on its list neighbouring numbers.

No pair is looked at unless something brought both into one small block, so that the work grows as n, not n².
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from .spelling import compare

# The signs, in the order in which they are told.
NIK_SAME, NIK_DIGIT, NIK_SWAPPED = "nik_same", "nik_digit", "nik_swapped"
NAME_SAME, NAME_ALIKE = "name_same", "name_alike"
BIRTH, KELURAHAN, PHONE, GUARDIAN = "birth", "kelurahan", "phone", "guardian"

WINDOW = (
    50  # in one block each is compared with so many neighbours by name: all, where a block is not flooded
)
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Record:
    """A registration. person: whom it stands for, itself or the one it was merged into; a lower one came earlier.

    nik: 16 digits. name, guardian: as `spelling.words` gives them. account: None without a phone.
    """

    person: int
    nik: str
    name: tuple[str, ...]
    birth_date: date
    kelurahan: str
    account: int | None = None
    guardian: tuple[str, ...] = ()


def signs(one: Record, other: Record) -> tuple[str, ...]:
    """Why two registrations may be one person's, in the order told; () if they are not alike enough."""
    near, name = nik_sign(one.nik, other.nik), compare(one.name, other.name)
    born = one.birth_date == other.birth_date
    home = one.kelurahan == other.kelurahan
    phone = one.account is not None and one.account == other.account
    if not (near == NIK_SAME or (name and (near or (born and (home or phone))))):
        return ()
    said = {near: bool(near), f"name_{name}": bool(name), BIRTH: born, KELURAHAN: home, PHONE: phone}
    return tuple(sign for sign, holds in said.items() if holds)


def nik_sign(one: str, other: str) -> str:
    """NIK_SAME, NIK_DIGIT (one is another), NIK_SWAPPED (two neighbours), or ""."""
    if one == other:
        return NIK_SAME
    off = [place for place in range(len(one)) if one[place] != other[place]]
    if len(off) == 1:
        return NIK_DIGIT
    if (
        len(off) == 2
        and off[1] == off[0] + 1
        and (one[off[0]], one[off[1]]) == (other[off[1]], other[off[0]])
    ):
        return NIK_SWAPPED
    return ""


def one_person(records: Iterable[Record]) -> dict[Pair, tuple[str, ...]]:
    """(earlier, later) → signs, for every two persons who may be one; in the order of the pairs.

    Of many with one NIK each is paired with the earliest, so that squatters on a number make no crowd of pairs.
    Time: 34 groupings of n records, and the comparisons within blocks, at most n × WINDOW each.
    """
    rows = sorted(records, key=lambda r: (r.person, r.nik, r.name))
    found: dict[Pair, tuple[str, ...]] = {}
    for one, other in _candidates(rows):
        if one.person != other.person:
            pair = min(one.person, other.person), max(one.person, other.person)
            told = signs(one, other)
            if len(told) > len(found.get(pair, ())):
                found[pair] = told
    return dict(sorted(found.items()))


def _candidates(rows: list[Record]) -> Iterator[tuple[Record, Record]]:
    for block in _blocks(rows, lambda r: r.nik):
        yield from ((block[0], other) for other in block[1:])
    yield from ((one, other) for one, other in _neighbours(rows) if one.nik != other.nik)


def _neighbours(rows: list[Record]) -> Iterator[tuple[Record, Record]]:
    for place in range(16):
        for block in _blocks(rows, partial(_without, place)):
            yield from _within(block)
    for place in range(15):
        for block in _blocks(rows, partial(_unordered, place)):
            yield from _within(block)
    for block in _blocks(rows, lambda r: (r.birth_date, r.kelurahan)):
        yield from _within(block)
    for block in _blocks(rows, lambda r: r.account and (r.birth_date, r.account)):
        yield from _within(block)


def _without(place: int, row: Record) -> str:
    return row.nik[:place] + row.nik[place + 1 :]


def _unordered(place: int, row: Record) -> str | None:
    """The number with two neighbours in rising order, so that a number and its slip look alike; None if they are equal."""
    a, b = row.nik[place], row.nik[place + 1]
    return None if a == b else row.nik[:place] + min(a, b) + max(a, b) + row.nik[place + 2 :]


def _blocks(rows: Iterable[Record], key: Callable[[Record], Hashable]) -> Iterator[list[Record]]:
    """Those who share a key, two or more; who has none is in no block."""
    first: dict[Hashable, Record] = {}
    blocks: dict[Hashable, list[Record]] = {}
    for row in rows:
        shared = key(row)
        if shared is not None and (one := first.setdefault(shared, row)) is not row:
            blocks.setdefault(shared, [one]).append(row)
    yield from blocks.values()


def _within(block: list[Record]) -> Iterator[tuple[Record, Record]]:
    """Each with its neighbours by name."""
    ordered = block if len(block) <= WINDOW else sorted(block, key=lambda r: (sorted(r.name), r.person))
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 : place + 1 + WINDOW]:
            yield one, other


def one_household(records: Iterable[Record]) -> dict[Pair, tuple[str, ...]]:
    """(earlier, later) → signs, for people of one kelurahan who share a phone, or of whom one is the other's guardian.

    Everybody under a phone is paired with the first, so that a household of five makes four pairs. Linear.
    """
    rows = sorted(records, key=lambda r: r.person)
    found: dict[Pair, set[str]] = defaultdict(set)
    for block in _blocks(rows, lambda r: r.account and (r.account, r.kelurahan)):
        for other in block[1:]:
            found[block[0].person, other.person].add(PHONE)
    adults: Mapping[tuple[str, tuple[str, ...]], Record] = {
        (r.kelurahan, tuple(sorted(r.name))): r for r in reversed(rows) if not r.guardian
    }
    for row in rows:
        guardian = adults.get((row.kelurahan, tuple(sorted(row.guardian)))) if row.guardian else None
        if guardian:
            found[min(guardian.person, row.person), max(guardian.person, row.person)].add(GUARDIAN)
    return {
        pair: tuple(s for s in (KELURAHAN, PHONE, GUARDIAN) if s in told | {KELURAHAN})
        for pair, told in sorted(found.items())
        if pair[0] != pair[1]
    }
