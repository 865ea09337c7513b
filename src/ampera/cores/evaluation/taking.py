"""The effect of taking a seat, among those whom being inside the horizon moved into one (LATE)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from . import student
from .arrays import np, npt
from .effect import outside_sd
from .experiment import Difference, NoExperiment, difference, experiment

__all__ = ["Taking", "taking"]


@dataclass(frozen=True, slots=True)
class Taking:
    """Estimate and 95 % interval in SD of the outside arm.

    low … high is the Anderson–Rubin interval; −inf … inf if the data bound it on no side or on one only, which happens
    when being inside moved too few. moved: by how much being inside raised the share that took a seat, moved_low …
    moved_high its 95 % interval.
    """

    estimate: float
    low: float
    high: float
    moved: float
    moved_low: float
    moved_high: float


def taking(
    outcome: npt.ArrayLike,
    took: npt.ArrayLike,
    inside: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    covariates: npt.ArrayLike | None = None,
) -> Taking:
    """What a seat did for those who took one because they were inside.

    outcome, inside, chance, weights, clusters, covariates: as for `effect.itt`. took: (N,) bool, who took a seat.

    Estimand: Σ p(1−p)·m·τ / Σ p(1−p)·m over applicants with 0 < p < 1, m = 1 for those who take a seat if inside and
    not if outside, τ their outcome with a seat − without. It needs that being inside works through the seat alone, and
    that nobody takes a seat only because of being outside. Estimator: inside minus outside in the outcome, divided by
    the same in `took`, both by `difference`. Interval: every b for which inside and outside don't differ, at 5 %, in
    outcome − b × took; unlike one from the ratio's error it keeps its coverage however few were moved.

    Raises NoExperiment if chance decided about too few or moved nobody; ValueError as `itt`.
    Sources: Imbens & Angrist (1994); Anderson & Rubin (1949); Andrews, Stock & Sun (2019) for the interval.
    """
    design = experiment(inside, chance, weights=weights, clusters=clusters, covariates=covariates)
    y, d = design.pick(outcome, "outcome"), design.pick(took, "took")
    if not np.isin(d, (0, 1)).all():
        raise ValueError("took must be true or false")
    scale = outside_sd(design, y)
    moved = difference(design, d)
    if moved.estimate == 0:
        raise NoExperiment("being inside moved nobody into a seat")
    gain = difference(design, y)
    reach = student.quantile(0.975, gain.df)
    low, high = _anderson_rubin(gain, moved, reach)
    return Taking(
        estimate=gain.estimate / moved.estimate / scale,
        low=low / scale,
        high=high / scale,
        moved=moved.estimate,
        moved_low=moved.estimate - reach * moved.se,
        moved_high=moved.estimate + reach * moved.se,
    )


def _anderson_rubin(gain: Difference, moved: Difference, reach: float) -> tuple[float, float]:
    """All b with (gain − b·moved)² ≤ reach² · variance of (gain − b·moved): between two roots, or not bounded."""
    a = moved.estimate**2 - (reach * moved.se) ** 2
    half = gain.estimate * moved.estimate - reach**2 * float(gain.pulls @ moved.pulls)
    c = gain.estimate**2 - (reach * gain.se) ** 2
    if a <= 0:
        return -inf, inf
    root = sqrt(max(half**2 - a * c, 0.0))  # gain / moved solves it, so only rounding makes this negative
    return (half - root) / a, (half + root) / a
