"""The effect of being inside the horizon, whoever took a seat (intention to treat)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import student
from .arrays import Floats, np, npt
from .experiment import Difference, Experiment, NoExperiment, difference, experiment
from .power import mde_from_se

__all__ = ["Effect", "NoExperiment", "itt"]

UNITS = {"outside": "SD of the outside arm", "none": "the outcome's own unit"}


@dataclass(frozen=True, slots=True)
class Effect:
    """Estimate, error and 95 % interval in `unit`; p is two-sided; mde at 80 % power and 5 % error.

    sd: the outcome's SD in the outside arm, in its own unit. n_inside, n_outside: applicants used, those
    with a chance strictly between 0 and 1; n_dropped: the others, about whom nothing is claimed.
    """

    estimate: float
    se: float
    low: float
    high: float
    p: float
    df: float
    mde: float
    n_inside: int
    n_outside: int
    n_dropped: int
    sd: float
    unit: str


def itt(
    outcome: npt.ArrayLike,
    inside: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    covariates: npt.ArrayLike | None = None,
    sd_from: Literal["outside", "none"] = "outside",
) -> Effect:
    """Inside minus outside, given everybody's chance of being inside.

    outcome: (N,) finite, of those who answered; abilities by WLE, never EAP. inside: (N,) bool, from the
    draw, not who took a seat. chance: (N,) in [0, 1], of being inside, by replay. weights: (N,) > 0,
    1 / probability of being sampled. clusters: (N,) labels of households or classes. covariates: (N, k) or
    (N,), known before the draw (a baseline score, blocks), for precision only.

    Estimand: the mean of τ = outcome if inside − outcome if outside, over all applicants of the round with
    0 < chance < 1 (those represented by the sample through the weights), each counting chance × (1 −
    chance): Σ p(1−p)τ / Σ p(1−p). The counterfactual is not being called before the endline closes.
    Estimator: weighted least squares of the outcome on inside, 1, chance and covariates, with a CR2 error.
    The SD that the estimate is divided by is taken as known: a relative error near 1/√(2 n_outside).

    Raises NoExperiment if chance decided about too few; ValueError if shapes or ranges are wrong, or the
    outside arm does not vary. Sources: Abdulkadiroğlu, Angrist, Narita & Pathak (2017); Angrist (1998) for
    the weights p(1−p).
    """
    if sd_from not in UNITS:
        raise ValueError(f"sd_from is outside or none, not {sd_from!r}")
    design = experiment(inside, chance, weights=weights, clusters=clusters, covariates=covariates)
    y = design.pick(outcome, "outcome")
    sd = outside_sd(design, y) if sd_from == "outside" else _outside_sd(design, y)
    low, high, p = interval(found := difference(design, y))
    scale = sd if sd_from == "outside" else 1.0
    return Effect(
        estimate=found.estimate / scale,
        se=found.se / scale,
        low=low / scale,
        high=high / scale,
        p=p,
        df=found.df,
        mde=mde_from_se(found.se / scale),
        n_inside=int(design.inside.sum()),
        n_outside=int((~design.inside).sum()),
        n_dropped=design.n_dropped,
        sd=sd,
        unit=UNITS[sd_from],
    )


def interval(found: Difference) -> tuple[float, float, float]:
    """95 % interval (low, high) and two-sided p by Student's t. Without any error p is 0, or 1 at 0."""
    if found.se == 0:
        return found.estimate, found.estimate, float(found.estimate == 0)
    reach = student.quantile(0.975, found.df) * found.se
    p = student.two_sided_p(found.estimate / found.se, found.df)
    return found.estimate - reach, found.estimate + reach, p


def outside_sd(design: Experiment, outcome: Floats) -> float:
    """The weighted SD of the outside arm, the unit of effects. ValueError if everybody there is alike."""
    sd = _outside_sd(design, outcome)
    if not sd > 0:
        raise ValueError("the outcome is the same for everybody outside: it has no SD to be measured in")
    return sd


def _outside_sd(design: Experiment, outcome: Floats) -> float:
    values, weights = outcome[~design.inside], design.weights[~design.inside]
    mean = np.average(values, weights=weights)
    variance = np.average((values - mean) ** 2, weights=weights) * values.size / (values.size - 1)
    return float(np.sqrt(variance))
