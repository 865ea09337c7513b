"""The smallest effect that a design finds: known before the lock, printed beside every null. No NumPy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean

STANDARD_NORMAL = NormalDist()


def mde(
    *,
    n_inside: int,
    n_outside: int,
    sd: float = 1.0,
    r2: float = 0.0,
    chance_r2: float = 0.0,
    design_effect: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """Minimum detectable effect, in the unit of sd, of a two-sided test at alpha.

    n_inside, n_outside: expected answers, ≥ 1. r2: share of the outcome's variance within an arm that
    covariates and chances explain. chance_r2: share of the variance of being inside that the chances
    explain, from `chance_r2`. design_effect: variance inflation by weights and clusters, > 0.
    Raises ValueError if a number is out of its range.
    Source: Bloom (1995), Evaluation Review 19:547.
    """
    if n_inside < 1 or n_outside < 1:
        raise ValueError("both arms need somebody in them")
    if not (0 <= r2 < 1 and 0 <= chance_r2 < 1):
        raise ValueError("r2 and chance_r2 must be in [0, 1)")
    if sd <= 0 or design_effect <= 0:
        raise ValueError("sd and design_effect must be above 0")
    variance = sd**2 * design_effect * (1 - r2) / (1 - chance_r2) * (1 / n_inside + 1 / n_outside)
    return mde_from_se(math.sqrt(variance), alpha=alpha, power=power)


def mde_from_se(se: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """MDE of an estimate with standard error se: (z_{1−α/2} + z_{power}) × se; 2.80 se by default."""
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError("alpha and power must be in (0, 1)")
    return (STANDARD_NORMAL.inv_cdf(1 - alpha / 2) + STANDARD_NORMAL.inv_cdf(power)) * se


def n_per_arm(
    target: float,
    *,
    sd: float = 1.0,
    r2: float = 0.0,
    chance_r2: float = 0.0,
    design_effect: float = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int:
    """Answers needed in each arm for an MDE of at most target (> 0), the rest as in `mde`."""
    if target <= 0:
        raise ValueError("the target must be above 0")
    one = mde(
        n_inside=1,
        n_outside=1,
        sd=sd,
        r2=r2,
        chance_r2=chance_r2,
        design_effect=design_effect,
        alpha=alpha,
        power=power,
    )
    return math.ceil((one / target) ** 2)


def chance_r2(chances: Sequence[float], *, weights: Sequence[float] | None = None) -> float:
    """Share of the variance of being inside that the chances explain, Var(p) / (p̄(1 − p̄)), 0 to 1.

    Rows with chance 0 or 1 are left out. 0 if all chances are equal; near 1 little is left to chance.
    Raises ValueError if no chance lies strictly between 0 and 1, or shapes differ.
    """
    shares = [1.0] * len(chances) if weights is None else list(weights)
    rows = [(p, w) for p, w in zip(chances, shares, strict=True) if 0 < p < 1]
    if not rows:
        raise ValueError("no chance lies strictly between 0 and 1")
    total = math.fsum(w for _, w in rows)
    mean = math.fsum(p * w for p, w in rows) / total
    return math.fsum(w * (p - mean) ** 2 for p, w in rows) / total / (mean * (1 - mean))


def weighting_effect(weights: Sequence[float]) -> float:
    """Variance inflation by unequal weights, n Σw² / (Σw)², ≥ 1. Source: Kish (1965), Survey Sampling."""
    if not weights or min(weights) <= 0:
        raise ValueError("weights must be above 0")
    return fmean(w * w for w in weights) / fmean(weights) ** 2
