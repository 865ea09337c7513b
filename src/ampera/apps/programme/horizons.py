"""What each horizon costs, in empty seats and in power: shown to the officer before the lock."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ampera.cores.allocation import pool
from ampera.cores.allocation.variants import USUAL_HORIZONS
from ampera.cores.evaluation import power

from .plans import Plan


@dataclass(frozen=True)
class Horizon:
    """One k. inside: people who may be called. empty: seats expected to stay empty when all of them were called.

    undecided: share of applicants whose chance of being inside is strictly between 0 and 1; with equal chances all or
    nobody. variance: Σp(1−p), what the draw leaves to the experiment.

    mde: least effect of being inside that the endline can show (SD); seat_mde: the same, for one who takes the seat
    because of it. Both None if nobody is left outside to compare with.
    """

    k: str
    inside: int
    empty: int
    undecided: float
    variance: float
    mde: float | None
    seat_mde: float | None


def horizons(found: Plan, *, drawn_seats: int, applicants: int, takeup: float) -> tuple[Horizon, ...]:
    """The plan's own k among the usual ones. applicants: expected, ≥ 1. takeup: share of those called who accept, 0 < t ≤ 1.

    An expectation, not a simulation (`ampera draw what-if` replays a list that is there): one pool of seats, everybody
    answers the endline, equal chances. More inside leave fewer seats empty, but a smaller share of them sits in a class, so a seat's effect is harder to see.
    """
    wanted = sorted({Decimal(k) for k in (*USUAL_HORIZONS, found.horizon)})
    return tuple(
        horizon_of(found, str(k), drawn_seats=drawn_seats, applicants=applicants, takeup=takeup)
        for k in wanted
    )


def horizon_of(found: Plan, k: str, *, drawn_seats: int, applicants: int, takeup: float) -> Horizon:
    """What one k costs; as `horizons`."""
    expected = pool(seats=drawn_seats, applicants=applicants, k=k, takeup=takeup)
    inside, outside = expected.inside, applicants - expected.inside
    arms = min(found.endline_per_arm, inside), min(found.endline_per_arm, outside)
    mde = None
    if min(arms) >= 1:
        mde = power.mde(
            n_inside=arms[0], n_outside=arms[1], alpha=float(found.alpha), power=float(found.power)
        )
    share = expected.filled / inside if inside else 0.0
    chance = inside / applicants
    return Horizon(
        k=k,
        inside=inside,
        empty=round(expected.empty),
        undecided=1.0 if 0 < chance < 1 else 0.0,
        variance=applicants * chance * (1 - chance),
        mde=mde,
        seat_mde=mde / share if mde is not None and share else None,
    )
