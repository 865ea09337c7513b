"""Applicant-proposing deferred acceptance over slot-specific priorities.

A class fills its blocks in order. A block takes its group first, then (reversion `open`) anybody else, each by tier
and ticket; a cap limits one group within the block. Whoever leaves a block tries the class's next block, then the
own next class. Each block's choice is greedy on a matroid and so substitutable, and so is filling one after the
other: the outcome is stable, the best stable one for every applicant, strategy-proof for applicants, and the same
in whatever order they propose (Hatfield & Milgrom 2005; Kominers & Sönmez 2016).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

from ampera.cores.allocation.market import INELIGIBLE, Lottery, Market

_TAKEN = -1


@dataclass(frozen=True, slots=True)
class Matching:
    """block[i]: the block that holds applicant i, −1 = none. choice[i]: 1 = the class ranked first, 0 = none."""

    block: Sequence[int]
    choice: Sequence[int]


class _Held:
    """Who holds the seats of one block, as sorted keys; the last is the first to leave."""

    __slots__ = ("cap", "capped", "keys", "seats")

    def __init__(self, seats: int, cap: int | None) -> None:
        self.seats, self.cap = seats, seats if cap is None else cap
        self.keys: list[int] = []
        self.capped: list[int] = []

    def enter(self, key: int, counts: bool) -> int:
        """Let `key` in if it may. Returns the key that is left without a place, or _TAKEN if none is.

        counts: whether the cap counts this applicant.
        """
        keys = self.keys
        if counts and len(self.capped) >= self.cap:
            if not self.capped or key > self.capped[-1]:
                return key
            out = self.capped.pop()
            del keys[bisect_left(keys, out)]
        elif len(keys) < self.seats:
            out = _TAKEN
        elif not keys or key > keys[-1]:
            return key
        else:
            out = keys.pop()
            if self.capped and self.capped[-1] == out:
                self.capped.pop()
        insort(keys, key)
        if counts:
            insort(self.capped, key)
        return out


def match(m: Market, lottery: Lottery, *, seats: Sequence[int], caps: Sequence[int | None]) -> Matching:
    """Match by deferred acceptance. seats, caps: (blocks,), the cap None where there is none.

    A key is kind × span + level × n + rank: smaller is better, and it names its applicant at the class.
    Proposing in ticket order only saves work: most proposals are then final.
    """
    n, span = max(1, len(m.applicants)), m.span
    held = [_Held(s, c) for s, c in zip(seats, caps, strict=True)]
    tried = [0] * len(m.applicants)
    for first in range(len(m.applicants)) if m.per_class else lottery.by_rank[0] if m.classes else ():
        i = first
        while i >= 0 and tried[i] < len(m.ranking[i]):
            choice = tried[i]
            tried[i] = choice + 1
            c = m.ranking[i][choice]
            place = m.level[i][choice] * n + lottery.rank[c][i]
            by_rank = lottery.by_rank[c]
            for b in m.of_class[c]:
                kind = m.kind[b][m.type[i]]
                if kind == INELIGIBLE:
                    continue
                out = held[b].enter(kind * span + place, m.capped[b][m.type[i]])
                if out == _TAKEN:
                    i = -1
                    break
                place = out % span
                i = by_rank[place % n]
    return _read(m, lottery, held, tried)


def _read(m: Market, lottery: Lottery, held: Sequence[_Held], tried: Sequence[int]) -> Matching:
    block, choice = [-1] * len(m.applicants), [0] * len(m.applicants)
    n = max(1, len(m.applicants))
    for c, blocks in enumerate(m.of_class):
        for b in blocks:
            for key in held[b].keys:
                i = lottery.by_rank[c][key % n]
                block[i], choice[i] = b, tried[i]
    return Matching(block, choice)
