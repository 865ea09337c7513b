"""The horizon: who may be called at all. The same matching and tickets, with every seat and cap stretched by k.

k is a decimal string and the stretching exact, so that no machine rounds it differently. Whoever has a seat is
inside: with k ≥ 1 every block takes at least those whom it took before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from ampera.cores.allocation.market import Lottery, Market
from ampera.cores.allocation.matching import match

_NORMAL = NormalDist()


def stretch(count: int, k: str) -> int:
    """count × k rounded up, exactly. k: decimal text such as "1.25"."""
    whole, _, decimals = k.partition(".")
    scale: int = 10 ** len(decimals)
    return -(-count * int(whole + decimals) // scale)


def insiders(m: Market, lottery: Lottery, k: str) -> list[int]:
    """The applicants (by number) who are matched when every seat and cap is stretched by k, with the same tickets."""
    seats = [stretch(b.seats, k) for b in m.blocks]
    caps = [None if b.cap is None else stretch(b.cap, k) for b in m.blocks]
    return [i for i, b in enumerate(match(m, lottery, seats=seats, caps=caps).block) if b >= 0]


@dataclass(frozen=True, slots=True)
class Pool:
    """What to expect of one open pool of seats. inside: people within the horizon; filled, empty: seats, expected,
    after every insider was called who had to be."""

    inside: int
    filled: float
    empty: float


def pool(*, seats: int, applicants: int, k: str, takeup: float) -> Pool:
    """The horizon's cost before anybody has applied: one pool, equal chances, no reserves. `what_if` replays the rest.

    seats ≥ 0. applicants: expected, ≥ 0. takeup: share of those called who accept, 0 < t ≤ 1, each by themselves, so that
    takers are binomial; the expected shortfall is taken from the normal curve, within half a seat of the exact one.
    """
    inside = min(applicants, stretch(seats, k))
    mean, sd = inside * takeup, math.sqrt(inside * takeup * (1 - takeup))
    empty = max(0.0, seats - mean)
    if sd:
        z = (seats - mean) / sd
        empty = (seats - mean) * _NORMAL.cdf(z) + sd * _NORMAL.pdf(z)
    return Pool(inside, seats - empty, empty)
