"""The horizon: who may be called at all. The same matching and tickets, with every seat and cap stretched by k.

k is a decimal string and the stretching exact, so that no machine rounds it differently. Whoever has a seat is
inside: with k ≥ 1 every block takes at least those whom it took before.
"""

from __future__ import annotations

from ampera.cores.allocation.market import Lottery, Market
from ampera.cores.allocation.matching import match


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
