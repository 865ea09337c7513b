"""Replays of the lottery over arrays, on every core: `replays.chances` and `replays.insides`, number for number."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt
from numba import njit

from ampera.cores.allocation.fast.arrays import Arrays, Ints, arrays_of, seats_of
from ampera.cores.allocation.fast.kernel import Matched, match
from ampera.cores.allocation.fast.lottery import lots, urn
from ampera.cores.allocation.market import replay_key
from ampera.cores.allocation.problem import Problem, check
from ampera.cores.allocation.refusals import BadProblem
from ampera.cores.allocation.replays import Chance, share

Progress = Callable[[int, int], None]
AHEAD = 4  # replays waiting for each core, so that none is idle and few are in memory
MARGIN = 1.05  # tickets put in order, for each that the first replay needed


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many of `draws` replays: at (m,) the seat was at this entry of `ranking`; inside (n,) the horizon."""

    draws: int
    at: Ints
    inside: Ints


def chances(
    problem: Problem, *, draws: int, seed: bytes, progress: Progress | None = None
) -> dict[str, Chance]:
    """What `replays.chances` gives, and raises."""
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    faults = check(problem)
    if faults:
        raise BadProblem(faults)
    arrays = arrays_of(problem)
    found = tally(arrays, draws=draws, seed=seed, progress=progress)
    at, inside, start = found.at.tolist(), found.inside.tolist(), arrays.start.tolist()
    result = {}
    for i, a in enumerate(sorted(problem.applicants, key=lambda a: a.receipt)):
        counts = at[start[i] : start[i + 1]]
        by_class = {klass: share(n, draws) for klass, n in zip(a.ranking, counts, strict=True)}
        result[a.receipt] = Chance(*share(sum(counts), draws), *share(inside[i], draws), by_class=by_class)
    return result


def insides(problem: Problem, *, draws: int, seed: bytes) -> Iterator[npt.NDArray[np.bool_]]:
    """What `replays.insides` gives, as (n,) arrays."""
    for _, horizon in _replays(arrays_of(problem), draws, seed):
        yield horizon.block >= 0


def tally(arrays: Arrays, *, draws: int, seed: bytes, progress: Progress | None = None) -> Tally:
    """Count over `draws` replays. progress(done, draws) is called after each, in the caller's thread."""
    at, inside = np.zeros(len(arrays.ranking), np.int32), np.zeros(arrays.size, np.int32)
    for done, (seated, horizon) in enumerate(_replays(arrays, draws, seed), start=1):
        _count(arrays.start, seated.choice, horizon.block, at, inside)
        if progress:
            progress(done, draws)
    return Tally(draws, at, inside)


def _replays(arrays: Arrays, draws: int, seed: bytes) -> Iterator[tuple[Matched, Matched]]:
    """Each replay's matching and that of the horizon, in order.

    Whoever comes when no class lets anybody in any more needs no place: the first replay shows about where that is, and
    the others put only so many tickets in order, or all if that was too few.
    """
    prepared = urn(arrays)
    seats, stretched = seats_of(arrays), seats_of(arrays, arrays.rule.horizon)
    same = np.array_equal(seats.seats, stretched.seats) and np.array_equal(seats.caps, stretched.caps)

    def replay(number: int, most: int) -> tuple[Matched, Matched]:
        order = lots(arrays, prepared, replay_key(seed, number), most=most)
        found = match(arrays, order, seats, early=True)
        horizon = found if same else match(arrays, order, stretched, early=True)
        if most < arrays.size and max(found.turns, horizon.turns) == len(order.by_rank):
            return replay(number, arrays.size)
        return found, horizon

    first = replay(0, arrays.size)
    yield first
    likely = min(arrays.size, int(MARGIN * max(found.turns for found in first)))
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        for begin in range(1, draws, AHEAD * cores):
            numbers = range(begin, min(draws, begin + AHEAD * cores))
            yield from pool.map(replay, numbers, repeat(likely))


@njit(cache=True, nogil=True)
def _count(start, choice, block, at, inside):
    for i in range(len(choice)):
        if choice[i]:
            at[start[i] + choice[i] - 1] += 1
        if block[i] >= 0:
            inside[i] += 1
