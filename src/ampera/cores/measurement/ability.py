"""Ability from the answers to a fixed form: EAP for placing one person, WLE for comparing groups, ML.

EAP is pulled towards the prior, which shrinks a difference between groups; so effects are scored by WLE.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from .model import Items

Method = Literal["eap", "wle", "mle"]

REACH = 6.0  # the quadrature covers the prior mean ± 6 SD …
NODES = 240  # … in at least 240 steps, …
STEP = 0.05  # … none longer than .05 logits, well below the error of any form
SCAN = 0.25  # logits at slope 1: an item's curve is far smoother than that, so no mode is stepped over
TIE = 1e-9  # log-likelihoods nearer than this are equal up to rounding


class NoFiniteEstimate(ValueError):
    """All answers are right, or all wrong: the likelihood has no finite maximum. WLE and EAP have one."""


@dataclass(frozen=True, slots=True)
class Ability:
    """theta and se in logits; for EAP se is the posterior SD, else 1/√information at theta."""

    theta: float
    se: float
    method: Method


def eap(
    responses: Sequence[int],
    difficulty: Sequence[float],
    *,
    slope: Sequence[float] | None = None,
    prior_mean: float = 0.0,
    prior_sd: float = 1.0,
) -> Ability:
    """Expected a-posteriori ability under a normal prior.

    responses: (n,) 0/1, n ≥ 1. difficulty: (n,) logits. slope: (n,) > 0, None is Rasch. Prior in logits.
    Raises NoInformation if n = 0; ValueError if shapes differ or prior_sd ≤ 0.
    Source: Bock & Mislevy (1982).
    """
    items = Items.of(difficulty, slope)
    return eap_of_score(items, items.score(responses), prior_mean=prior_mean, prior_sd=prior_sd)


def wle(
    responses: Sequence[int], difficulty: Sequence[float], *, slope: Sequence[float] | None = None
) -> Ability:
    """Weighted likelihood ability: the mode of likelihood × √information, finite for every answer sheet.

    responses: (n,) 0/1, n ≥ 1. difficulty: (n,) logits. slope: (n,) > 0, None is Rasch.
    Raises NoInformation if n = 0; ValueError if shapes differ.
    Source: Warm (1989), Psychometrika 54:427.
    """
    items = Items.of(difficulty, slope)
    return wle_of_score(items, items.score(responses))


def mle(
    responses: Sequence[int], difficulty: Sequence[float], *, slope: Sequence[float] | None = None
) -> Ability:
    """Maximum likelihood ability, where expected and observed score agree.

    responses: (n,) 0/1, n ≥ 1. difficulty: (n,) logits. slope: (n,) > 0, None is Rasch.
    Raises NoInformation if n = 0; NoFiniteEstimate if all are right or all wrong; ValueError if shapes differ.
    """
    items = Items.of(difficulty, slope)
    return mle_of_score(items, items.score(responses))


def eap_of_score(items: Items, score: float, *, prior_mean: float, prior_sd: float) -> Ability:
    nodes, logs = posterior(items, score, prior_mean=prior_mean, prior_sd=prior_sd)
    top = max(logs)
    weights = [math.exp(value - top) for value in logs]
    total = math.fsum(weights)
    mean = math.fsum(w * t for w, t in zip(weights, nodes, strict=True)) / total
    variance = math.fsum(w * (t - mean) ** 2 for w, t in zip(weights, nodes, strict=True)) / total
    return Ability(mean, math.sqrt(variance), "eap")


def posterior(
    items: Items, score: float, *, prior_mean: float, prior_sd: float
) -> tuple[list[float], list[float]]:
    """Equally spaced nodes and the log of prior × likelihood at each, up to one constant."""
    nodes = grid(prior_mean, prior_sd)
    return nodes, [items.log_likelihood(t, score) - ((t - prior_mean) / prior_sd) ** 2 / 2 for t in nodes]


def grid(prior_mean: float, prior_sd: float) -> list[float]:
    if not (prior_sd > 0 and math.isfinite(prior_sd) and math.isfinite(prior_mean)):
        raise ValueError("the prior's SD must be finite and above 0, its mean finite")
    half = max(NODES // 2, math.ceil(REACH * prior_sd / STEP))
    return [prior_mean + prior_sd * REACH * k / half for k in range(-half, half + 1)]


def mle_of_score(items: Items, score: float) -> Ability:
    if not 0 < score < items.most():
        raise NoFiniteEstimate("all answers are right, or all wrong: use WLE or EAP")

    def slope_at(theta: float) -> float:
        return score - items.moments(theta)[0]

    low, high = _bracket(items, slope_at)
    return _with_error(items, _root(slope_at, low, high), "mle")


def wle_of_score(items: Items, score: float) -> Ability:
    """The highest mode: with items far apart there may be several, so a scan comes before the root.

    Two modes of one height (items placed symmetrically, half of them right) give the lower.
    """

    def slope_at(theta: float) -> float:
        expected, info, skew = items.moments(theta)
        return score - expected + skew / (2 * info)

    def height(theta: float) -> float:
        return items.log_likelihood(theta, score) + math.log(items.moments(theta)[1]) / 2

    low, high = _bracket(items, slope_at)
    steps = math.ceil((high - low) * max(items.slope) / SCAN)
    scan = [low + (high - low) * k / steps for k in range(steps + 1)]
    rising = [slope_at(theta) > 0 for theta in scan]
    modes = [_root(slope_at, scan[k], scan[k + 1]) for k in range(steps) if rising[k] and not rising[k + 1]]
    heights = [height(theta) for theta in modes]
    best = next(theta for theta, h in zip(modes, heights, strict=True) if h > max(heights) - TIE)
    return _with_error(items, best, "wle")


def _bracket(items: Items, slope_at: Callable[[float], float]) -> tuple[float, float]:
    """An interval beyond all difficulties with a rising log-likelihood at its left, a falling one at its right."""
    low, high = min(items.difficulty) - 1, max(items.difficulty) + 1
    while slope_at(low) <= 0:
        low -= 1
    while slope_at(high) >= 0:
        high += 1
    return low, high


def _root(slope_at: Callable[[float], float], low: float, high: float) -> float:
    """Bisection to the last bit: sixty halvings are quick enough and can't run away."""
    while low < (middle := (low + high) / 2) < high:
        if slope_at(middle) > 0:
            low = middle
        else:
            high = middle
    return middle


def _with_error(items: Items, theta: float, method: Method) -> Ability:
    return Ability(theta, 1 / math.sqrt(items.moments(theta)[1]), method)
