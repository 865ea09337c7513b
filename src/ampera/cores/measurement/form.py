"""What a fixed Rasch form can say: its raw-score table, expected error and reliability, before anybody sits it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .ability import Ability, Method, eap_of_score, grid, mle_of_score, wle_of_score
from .model import Items, probability


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of the table that turns a number right into an ability (logits)."""

    raw: int
    theta: float
    se: float


@dataclass(frozen=True, slots=True)
class FormQuality:
    """expected_se: root mean posterior variance over the population, logits. reliability: share of the
    population's variance that the EAP explains, 0 to 1, = 1 − expected_se² / prior_sd²."""

    n_items: int
    expected_se: float
    reliability: float


def score_table(
    difficulty: Sequence[float],
    *,
    method: Method = "wle",
    prior_mean: float = 0.0,
    prior_sd: float = 1.0,
) -> tuple[ScoreRow, ...]:
    """Ability and error for every number right, Rasch model, the lowest first.

    difficulty: (n,) logits, n ≥ 1. The prior counts for "eap" only. "mle" leaves out 0 and n right, which
    have no finite estimate; the others give n + 1 rows.
    Raises NoInformation if n = 0; ValueError if the method is unknown or the prior's SD isn't positive.
    """
    items = Items.of(difficulty, None)
    n = len(difficulty)

    def ability(raw: int) -> Ability:
        if method == "eap":
            return eap_of_score(items, raw, prior_mean=prior_mean, prior_sd=prior_sd)
        return wle_of_score(items, raw) if method == "wle" else mle_of_score(items, raw)

    if method not in ("eap", "wle", "mle"):
        raise ValueError(f"method is eap, wle or mle, not {method!r}")
    found = ((raw, ability(raw)) for raw in (range(1, n) if method == "mle" else range(n + 1)))
    return tuple(ScoreRow(raw, a.theta, a.se) for raw, a in found)


def score_distribution(theta: float, difficulty: Sequence[float]) -> tuple[float, ...]:
    """Chances of 0, 1, … n right at ability θ, Rasch model.

    Raises NoInformation if n = 0. Source: Lord & Wingersky (1984).
    """
    Items.of(difficulty, None)
    chances = [1.0]
    for b in difficulty:
        p = probability(theta, b)
        chances = [
            stay * (1 - p) + rise * p for stay, rise in zip([*chances, 0.0], [0.0, *chances], strict=True)
        ]
    return tuple(chances)


def form_quality(
    difficulty: Sequence[float], *, prior_mean: float = 0.0, prior_sd: float = 1.0
) -> FormQuality:
    """Expected error and reliability of a Rasch form in a normal population, exact up to quadrature.

    difficulty: (n,) logits, n ≥ 1. prior_mean, prior_sd: the population, logits.
    Raises NoInformation if n = 0; ValueError if prior_sd ≤ 0.
    """
    rows = score_table(difficulty, method="eap", prior_mean=prior_mean, prior_sd=prior_sd)
    nodes = grid(prior_mean, prior_sd)
    weights = [math.exp(-(((t - prior_mean) / prior_sd) ** 2) / 2) for t in nodes]
    total = math.fsum(weights)
    variance = math.fsum(
        weight / total * chance * row.se**2
        for weight, theta in zip(weights, nodes, strict=True)
        for chance, row in zip(score_distribution(theta, difficulty), rows, strict=True)
    )
    return FormQuality(len(difficulty), math.sqrt(variance), 1 - variance / prior_sd**2)
