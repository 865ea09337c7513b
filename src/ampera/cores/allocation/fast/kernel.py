"""Deferred acceptance as compiled code: `matching.match` over arrays, with the same keys and so the same outcome.

What the reference keeps as one sorted list for each block are two heaps here, of those whom the block's cap counts
and of the others; the worst key comes out first. A heap stays a plain list until somebody has to leave: in the
order of tickets most proposals are final, so that many blocks never need one.

What a class has refused once, it refuses for good: to everybody who has the same groups and tier and no better ticket. So
the best place refused is kept for each class, set of groups and tier, and most who come late cost one look at each class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ampera.cores.allocation.fast.arrays import Arrays, Ints, Seats
from ampera.cores.allocation.fast.lottery import Lots

AHEAD = 64  # applicants looked up together


@dataclass(frozen=True, slots=True)
class Matched:
    """block: (n,) int32, the block that holds an applicant, −1 = none. choice: (n,) int32, 1 = first, 0 = none.
    turns: how many had their turn to propose."""

    block: Ints
    choice: Ints
    turns: int


def match(arrays: Arrays, lots: Lots, seats: Seats, *, early: bool = False) -> Matched:
    """Match by deferred acceptance; the same outcome as `matching.match`.

    early: with single tickets, stop at the turn from which on every class refuses everybody. For replays: the draw itself
    takes no short cut, and hears everybody.
    """
    block, choice = np.empty(arrays.size, np.int32), np.empty(arrays.size, np.int32)
    turns, _ = accept(
        arrays.start, arrays.ranking, arrays.level, arrays.type, arrays.of_class, arrays.kind, arrays.capped,
        room(arrays, seats), seats.seats, seats.caps, lots.by_rank, lots.first, lots.place,
        arrays.per_class, len(arrays.tier_of), early, block, choice,
    )  # fmt: skip
    return Matched(block, choice, turns)


def room(arrays: Arrays, seats: Seats) -> Ints:
    """Where each heap begins: (2 × blocks + 1,), the others' of block b at 2b, its capped ones' at 2b + 1."""
    klass = np.repeat(np.arange(len(arrays.classes)), np.diff(arrays.of_class))
    most = np.minimum(seats.seats, arrays.asked[klass]) if len(klass) else np.empty(0, np.int64)
    lengths = np.stack([most, np.minimum(most, np.maximum(seats.caps, 0))], axis=1).ravel()
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@njit(cache=True, nogil=True)
def _sink(heap, base, size, at):
    """Move the key at `at` down to where no larger one is below it."""
    key = heap[base + at]
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and heap[base + child + 1] > heap[base + child]:
            child += 1
        if heap[base + child] <= key:
            break
        heap[base + at] = heap[base + child]
        at = child
    heap[base + at] = key


@njit(cache=True, nogil=True)
def _settle(heap, base, size):
    """Make a heap of a list."""
    for at in range(size // 2 - 1, -1, -1):
        _sink(heap, base, size, at)


@njit(cache=True, nogil=True)
def _rise(heap, base, at):
    """Move the key at `at` up to where no smaller one is above it."""
    key = heap[base + at]
    while at and heap[base + (at - 1) // 2] < key:
        heap[base + at] = heap[base + (at - 1) // 2]
        at = (at - 1) // 2
    heap[base + at] = key


@njit(cache=True, nogil=True)
def _push(heap, base, size, worst, settled, h, key):
    heap[base[h] + size[h]] = key
    if settled[h]:
        _rise(heap, base[h], size[h])
    size[h] += 1
    worst[h] = max(worst[h], key)


@njit(cache=True, nogil=True)
def _pop(heap, base, size, worst, settled, h):
    if not settled[h]:
        _settle(heap, base[h], size[h])
        settled[h] = True
    size[h] -= 1
    heap[base[h]] = heap[base[h] + size[h]]
    if size[h]:
        _sink(heap, base[h], size[h], 0)
    worst[h] = heap[base[h]] if size[h] else -1


@njit(cache=True, nogil=True)
def _replace(heap, base, size, worst, settled, h, key):
    if not settled[h]:
        _settle(heap, base[h], size[h])
        settled[h] = True
    heap[base[h]] = key
    _sink(heap, base[h], size[h], 0)
    worst[h] = heap[base[h]]


@njit(cache=True, nogil=True)
def _is_shut(door, turn, n, levels, of_class, kind, capped, seats, caps, size, worst):
    """Whether a class refuses everybody of a type and level from this turn on: door = (class × types + type) × levels +
    level."""
    c, own_type = divmod(door // levels, kind.shape[1])
    for b in range(of_class[c], of_class[c + 1]):
        k = kind[b, own_type]
        if k < 0:
            continue
        key = (k * levels + door % levels) * n + turn
        counts = capped[b, own_type]
        if counts and size[2 * b + 1] >= caps[b]:
            if key < worst[2 * b + 1]:
                return False
        elif size[2 * b] + size[2 * b + 1] < seats[b] or key < max(worst[2 * b], worst[2 * b + 1]):
            return False
    return True


@njit(cache=True, nogil=True)
def _look_ahead(turns, start, ranking, type_, block, choice):
    """Touch what the next applicants need, all at once, so that memory answers them together and not one by one."""
    seen = 0
    for i in turns:
        seen += ranking[start[i]] if start[i] < len(ranking) else 0
        seen += type_[i] + block[i] + choice[i]
    return seen


@njit(cache=True, nogil=True)
def accept(
    start, ranking, level, type_, of_class, kind, capped, base, seats, caps, by_rank, first, place, per_class,
    levels, early, block, choice,
):  # fmt: skip
    """Fill block and choice. Arguments as in Arrays, Lots and Seats; base from `room`.
    Returns how many had their turn, and what only keeps the compiler from leaving out the looking ahead.

    In one piece, since a call for each proposal would take five times as long as the proposal.
    """
    n = len(type_)
    span = max(1, n) * levels
    heaps = 2 * len(seats)
    heap = np.empty(base[heaps], np.int64)
    size = np.zeros(heaps, np.int64)
    worst = np.full(heaps, -1, np.int64)
    settled = np.zeros(heaps, np.bool_)
    types = kind.shape[1]
    doors = (len(of_class) - 1) * types * levels
    shut, known = np.full(doors, n, np.int32), 0
    turns = n if per_class else len(by_rank)
    choice[:] = 0
    block[:] = -1
    seen = np.int64(0)
    for turn in range(turns):
        if not per_class and turn % AHEAD == 0:
            while early and known < doors and _is_shut(
                known, turn, n, levels, of_class, kind, capped, seats, caps, size, worst
            ):  # fmt: skip
                known += 1
            if early and known == doors:
                turns = turn
                break
            seen += _look_ahead(by_rank[turn : turn + AHEAD], start, ranking, type_, block, choice)
        i = turn if per_class else by_rank[turn]
        rank = np.int64(turn)  # with single tickets an applicant's rank is known without looking it up
        tried = 0
        while True:
            at = start[i] + tried
            if at == start[i + 1]:
                choice[i] = 0
                break
            tried += 1
            c = ranking[at]
            own_type = type_[i]
            key_place = np.int64(place[at]) if per_class else rank
            door = c * types + own_type
            if levels > 1:
                door = door * levels + level[at]
            if key_place >= shut[door]:
                continue
            if levels > 1:
                key_place += np.int64(level[at]) * n
            waiting = True
            for b in range(of_class[c], of_class[c + 1]):
                k = kind[b, own_type]
                if k < 0:
                    continue
                key = k * span + key_place
                counts = capped[b, own_type]
                own = 2 * b + counts
                if counts and size[own] >= caps[b]:
                    if key > worst[own]:
                        continue
                    out = worst[own]
                    _replace(heap, base, size, worst, settled, own, key)
                elif size[2 * b] + size[2 * b + 1] < seats[b]:
                    _push(heap, base, size, worst, settled, own, key)
                    block[i], choice[i] = b, tried
                    waiting = False
                    break
                else:
                    leaves = 2 * b + (worst[2 * b + 1] > worst[2 * b])
                    out = worst[leaves]
                    if key > out:
                        continue
                    if leaves == own:
                        _replace(heap, base, size, worst, settled, own, key)
                    else:
                        _pop(heap, base, size, worst, settled, leaves)
                        _push(heap, base, size, worst, settled, own, key)
                block[i], choice[i] = b, tried
                key_place = out - span if out >= span else out
                rank = key_place % n if levels > 1 else key_place
                i = by_rank[first[c] + rank]
                tried = choice[i]
                block[i] = -1
                own_type = type_[i]
            if not waiting:
                break
            door = c * types + own_type
            if levels > 1:
                door = door * levels + key_place // n
            shut[door] = min(shut[door], key_place % n)
    return turns, seen
