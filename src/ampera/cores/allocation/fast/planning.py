"""The applicants under one decision, as arrays: `what_if.People`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ampera.cores.allocation.fast.arrays import Arrays, arrays_of, assemble, seats_of
from ampera.cores.allocation.fast.hashing import digests, key_words, messages
from ampera.cores.allocation.fast.kernel import match
from ampera.cores.allocation.fast.lottery import Lots, lots, urn
from ampera.cores.allocation.problem import Problem


class People:
    """A problem's applicants; a set of them is a whole number, as in `what_if.People`. Tickets are those of the first."""

    def __init__(self, problem: Problem, arrays: Arrays | None = None) -> None:
        self.arrays = arrays_of(problem) if arrays is None else arrays
        if arrays is None:  # the others only seat
            self.urn, self.urn_of_takers = urn(self.arrays), messages(self.arrays.receipts, b"t")

    def under(self, problem: Problem) -> People:
        a = self.arrays
        changed = assemble(
            rule=problem.rule,
            receipts=a.receipts,
            house=a.house,
            houses=a.houses,
            type=a.type,
            groups=a.groups,
            start=a.start,
            ranking=a.ranking,
            priority=a.priority if problem.priorities else a.priority[:0],
            blocks=problem.blocks,
        )
        return People(problem, changed)

    def shuffle(self, key: bytes) -> Lots:
        return lots(self.arrays, self.urn, key)

    def takers(self, key: bytes, takeup: float) -> int:
        words, twice = self.urn_of_takers
        drawn = np.empty((8, self.arrays.size), np.uint32)
        digests(key_words(key), words, twice, drawn, 0)
        first = drawn[0].astype(np.uint64) << np.uint64(32) | drawn[1]
        limit = -int(-takeup * 2**64 // 1)  # the first whole number that is not below
        return _set(first < np.uint64(limit))

    def seated(self, order: Lots, *, k: str = "1", among: int | None = None) -> int:
        a, at = self.arrays, order
        if among is not None:
            length = (a.size + 7) // 8
            chosen = np.unpackbits(
                np.frombuffer(among.to_bytes(length, "little"), np.uint8), bitorder="little"
            )
            counts = np.diff(a.start) * chosen[: a.size]
            kept = np.repeat(chosen[: a.size] > 0, np.diff(a.start))
            start = np.concatenate([[0], np.cumsum(counts)])
            ranking, level = a.ranking[kept], a.level[kept] if len(a.level) else a.level
            a = replace(a, start=start, ranking=ranking, level=level)
            at = replace(order, place=order.place[kept]) if a.per_class else order
        return _set(match(a, at, seats_of(a, k), early=True).block >= 0)


def _set(flags: npt.NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
