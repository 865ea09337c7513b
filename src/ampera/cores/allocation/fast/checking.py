"""How blocks were filled, and whether the assignment is stable: `cutoffs.fills` and `cutoffs.stability` over arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ampera.cores.allocation.cutoffs import Fill
from ampera.cores.allocation.fast.arrays import Arrays, Ints, Seats
from ampera.cores.allocation.fast.kernel import Matched
from ampera.cores.allocation.fast.lottery import Lots


@dataclass(frozen=True, slots=True)
class Filled:
    """count, last: (blocks, 3) holders and the worst key, −1 = nobody, of group, other and capped."""

    count: Ints
    last: Ints


@dataclass(frozen=True, slots=True)
class Stability:
    """pairs: of applicant and better class that were tried. blocking: of these, how many would be let in.
    misplaced: how many sit in another block than the one that takes them."""

    pairs: int
    blocking: int
    misplaced: int

    @property
    def holds(self) -> bool:
        """Whether the assignment is stable, non-wasteful, within capacity and in the right blocks."""
        return not self.blocking and not self.misplaced


def places(arrays: Arrays, lots: Lots) -> Ints:
    """(m,) level × n + rank along `ranking`."""
    rank = lots.place.astype(np.int64)
    if not arrays.per_class:
        own = np.empty(arrays.size, np.int64)
        own[lots.by_rank] = np.arange(arrays.size)
        rank = np.repeat(own, np.diff(arrays.start))
    found: Ints = rank + arrays.level.astype(np.int64) * arrays.size if len(arrays.level) else rank
    return found


def fills(arrays: Arrays, places: Ints, found: Matched) -> Filled:
    """How each block was filled, from the assignment alone."""
    count = np.zeros((len(arrays.blocks), 3), np.int64)
    last = np.full((len(arrays.blocks), 3), -1, np.int64)
    _fill(
        arrays.start, places, arrays.type, arrays.kind, arrays.capped, arrays.span, found.block, found.choice, count, last
    )  # fmt: skip
    return Filled(count, last)


def as_fills(arrays: Arrays, filled: Filled) -> list[Fill]:
    """The same as the reference has it."""
    return [
        Fill(b.seats, b.cap, (n[0], n[1]), (w[0], w[1]), n[2], w[2])
        for b, n, w in zip(arrays.blocks, filled.count.tolist(), filled.last.tolist(), strict=True)
    ]


def stability(arrays: Arrays, places: Ints, found: Matched, filled: Filled, seats: Seats) -> Stability:
    """Try every applicant at every class ranked better than their own, and at the earlier blocks of their own."""
    tried = _try(
        arrays.start, arrays.ranking, places, arrays.type, arrays.of_class, arrays.kind, arrays.capped, arrays.span,
        seats.seats, seats.caps, found.block, found.choice, filled.count, filled.last,
    )  # fmt: skip
    return Stability(*map(int, tried))


@njit(cache=True, nogil=True)
def _fill(start, places, type_, kind, capped, span, block, choice, count, last):
    for i in range(len(block)):
        b = block[i]
        if b < 0:
            continue
        key = kind[b, type_[i]] * span + places[start[i] + choice[i] - 1]
        which = 0 if key < span else 1
        count[b, which] += 1
        last[b, which] = max(last[b, which], key)
        if capped[b, type_[i]]:
            count[b, 2] += 1
            last[b, 2] = max(last[b, 2], key)


@njit(cache=True, nogil=True)
def _takes(b, key, counts, seats, caps, count, last):
    """Whether a block would let somebody in."""
    if seats[b] == 0:
        return False
    if counts and caps[b] >= 0 and count[b, 2] >= caps[b]:
        return key <= last[b, 2]
    return count[b, 0] + count[b, 1] < seats[b] or key < max(last[b, 0], last[b, 1])


@njit(cache=True, nogil=True)
def _try(
    start, ranking, places, type_, of_class, kind, capped, span, seats, caps, block, choice, count, last
):  # fmt: skip
    pairs, blocking, misplaced = 0, 0, 0
    for i in range(len(block)):
        held = block[i]
        own = start[i] + choice[i] - 1 if held >= 0 else start[i + 1]
        for at in range(start[i], min(own + 1, start[i + 1])):
            c = ranking[at]
            lets_in, eligible = False, False
            for b in range(of_class[c], of_class[c + 1]):
                k = kind[b, type_[i]]
                if at == own and b == held:
                    eligible = k >= 0
                    break
                if k >= 0:
                    key = k * span + places[at]
                    lets_in |= _takes(b, key, capped[b, type_[i]], seats, caps, count, last)
            if at < own:
                pairs += 1
                blocking += lets_in
            else:
                misplaced += lets_in or not eligible
    for b in range(len(seats)):
        if count[b, 0] + count[b, 1] > seats[b] or (caps[b] >= 0 and count[b, 2] > caps[b]):
            misplaced += count[b, 0] + count[b, 1]
    return pairs, blocking, misplaced
