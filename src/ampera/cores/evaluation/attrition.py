"""Who answered the endline: a difference between the arms, and bounds that need no guess about the silent."""

from __future__ import annotations

from dataclasses import dataclass

from .arrays import Floats, np, npt
from .effect import interval
from .experiment import difference, experiment


@dataclass(frozen=True, slots=True)
class Attrition:
    """Response rates (0–1) by arm, and their difference given the chances with a 95 % interval."""

    inside_rate: float
    outside_rate: float
    difference: float
    se: float
    low: float
    high: float
    p: float
    n_inside: int
    n_outside: int


@dataclass(frozen=True, slots=True)
class LeeBounds:
    """Least and greatest effect, in the outcome's own unit, on those who answer in either arm.

    trimmed: the share of the more responsive arm's answers that was cut, 0–1. Sampling error is not in it.
    """

    low: float
    high: float
    trimmed: float
    trimmed_arm: str


def attrition(
    responded: npt.ArrayLike,
    inside: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
) -> Attrition:
    """Whether being inside changed the response, estimated as `itt` estimates an outcome.

    responded: (N,) bool, of everybody sampled. The rest as in `itt`; rates are weighted, and compare like
    with like by the weights of `lee_bounds`.
    Raises NoExperiment, ValueError as `itt`; ValueError if responded holds other than true and false.
    """
    design = experiment(inside, chance, weights=weights, clusters=clusters)
    answered = design.pick(_flags(responded), "responded")
    found = difference(design, answered)
    low, high, p = interval(found)
    balance = _balance(design.inside, design.chance, design.weights)
    arms = (design.inside, ~design.inside)
    rates = [float(np.average(answered[arm], weights=balance[arm])) for arm in arms]
    return Attrition(
        inside_rate=rates[0],
        outside_rate=rates[1],
        difference=found.estimate,
        se=found.se,
        low=low,
        high=high,
        p=p,
        n_inside=int(arms[0].sum()),
        n_outside=int(arms[1].sum()),
    )


def lee_bounds(
    outcome: npt.ArrayLike,
    responded: npt.ArrayLike,
    inside: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
) -> LeeBounds:
    """Bounds on the effect if being inside moves the response in one direction only (monotonicity).

    outcome: (N,), anything (NaN) where responded is false. The arm that answers more is trimmed, from the
    top and from the bottom, down to the other's response rate. Inside counts weight × (1 − chance), outside
    weight × chance, which compares like with like and gives each applicant the p(1−p) of `itt`.
    Raises NoExperiment, ValueError as `itt`; ValueError if nobody answered in an arm.
    Source: Lee (2009), Review of Economic Studies 76:1071.
    """
    design = experiment(inside, chance, weights=weights)
    answered = design.pick(_flags(responded), "responded").astype(bool)
    y = design.pick(np.where(_flags(responded).astype(bool), np.asarray(outcome, float), 0.0), "outcome")
    balance = _balance(design.inside, design.chance, design.weights)
    arms = {"inside": design.inside, "outside": ~design.inside}
    rate = {name: float(np.average(answered[arm], weights=balance[arm])) for name, arm in arms.items()}
    if min(rate.values()) == 0:
        raise ValueError("nobody answered in one of the arms: nothing bounds the effect")
    more, less = ("inside", "outside") if rate["inside"] >= rate["outside"] else ("outside", "inside")
    share = 1 - rate[less] / rate[more]
    kept, other = answered & arms[more], answered & arms[less]
    lowest = _mean_of_lowest(y[kept], balance[kept], 1 - share)
    highest = -_mean_of_lowest(-y[kept], balance[kept], 1 - share)
    base = float(np.average(y[other], weights=balance[other]))
    low, high = lowest - base, highest - base
    if more == "outside":
        low, high = -high, -low
    return LeeBounds(low=low, high=high, trimmed=share, trimmed_arm=more)


def _balance(inside: npt.NDArray[np.bool_], chance: Floats, weights: Floats) -> Floats:
    return np.asarray(weights * np.where(inside, 1 - chance, chance), dtype=float)


def _mean_of_lowest(values: Floats, weights: Floats, share: float) -> float:
    """Weighted mean of the lowest share of the weight; the value at the edge counts in part."""
    order = np.argsort(values, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(weights[order])[:-1]])
    kept = np.clip(share * weights.sum() - before, 0.0, weights[order])
    return float(np.average(values[order], weights=kept))


def _flags(responded: npt.ArrayLike) -> Floats:
    flags = np.asarray(responded, dtype=float)
    if not np.isin(flags, (0, 1)).all():
        raise ValueError("responded holds true and false only")
    return flags
