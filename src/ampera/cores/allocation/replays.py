"""Chances by replaying the lottery: the same list and rule, other tickets, N times.

The chance of being inside the horizon is what makes the draw an experiment; it is known only up to the Monte-Carlo
error that is reported beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from ampera.cores.allocation.horizon import insiders
from ampera.cores.allocation.market import lottery, market, replay_key
from ampera.cores.allocation.matching import match
from ampera.cores.allocation.problem import Problem, check
from ampera.cores.allocation.refusals import BadProblem


@dataclass(frozen=True, slots=True)
class Chance:
    """One applicant's chances, between 0 and 1, each with its Monte-Carlo standard error.

    seat: of any seat. inside: of being inside the horizon. by_class: (chance, se) for each class ranked.
    """

    seat: float
    seat_se: float
    inside: float
    inside_se: float
    by_class: Mapping[str, tuple[float, float]]


def chances(
    problem: Problem, *, draws: int, seed: bytes, progress: Callable[[int, int], None] | None = None
) -> dict[str, Chance]:
    """Replay the lottery `draws` times with tickets from `seed`.

    draws: ≥ 1. seed: any bytes; the same ones give the same chances. progress(done, draws) is called after each.
    A chance p has standard error √(p(1−p)/draws), 0 where no replay differed from another.
    Raises BadProblem; ValueError if draws < 1.
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    faults = check(problem)
    if faults:
        raise BadProblem(faults)
    m = market(problem)
    seats, caps = [b.seats for b in m.blocks], [b.cap for b in m.blocks]
    at = [Counter[int]() for _ in m.applicants]  # by choice, 1 = first
    inside = [0] * len(m.applicants)
    for number in range(draws):
        order, _ = lottery(m, replay_key(seed, number))
        for i, choice in enumerate(match(m, order, seats=seats, caps=caps).choice):
            if choice:
                at[i][choice] += 1
        for i in insiders(m, order, problem.rule.horizon):
            inside[i] += 1
        if progress:
            progress(number + 1, draws)
    return {
        a.receipt: Chance(
            *share(at[i].total(), draws),
            *share(inside[i], draws),
            by_class={klass: share(at[i][n], draws) for n, klass in enumerate(a.ranking, start=1)},
        )
        for i, a in enumerate(m.applicants)
    }


def insides(problem: Problem, *, draws: int, seed: bytes) -> Iterator[Sequence[bool]]:
    """In each of `draws` replays of a sound problem: who is inside the horizon, by number in the order of receipts."""
    m = market(problem)
    for number in range(draws):
        order, _ = lottery(m, replay_key(seed, number))
        inside = set(insiders(m, order, problem.rule.horizon))
        yield [i in inside for i in range(len(m.applicants))]


def share(count: int, draws: int) -> tuple[float, float]:
    """A share of draws with its Monte-Carlo standard error."""
    p = count / draws
    return p, sqrt(p * (1 - p) / draws)
