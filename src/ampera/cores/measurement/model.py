"""The response model: P(right | θ) = 1 / (1 + exp(−a(θ − b))), in logits, no factor 1.7.

a is the item's slope, b its difficulty. Rasch is the case in which every slope is 1. Under it, and under
the 2PL with known slopes, the answers speak about θ only through the score Σ a·x; the estimators take that
score, so equal scores get *exactly* equal abilities. Sums are `math.fsum`, which rounds once: the order of
the items can't change a bit of the result.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class NoInformation(ValueError):
    """No item was answered, so nothing is known about the ability."""


@dataclass(frozen=True, slots=True)
class Items:
    """A form's items: difficulties in logits and positive slopes, of equal length ≥ 1."""

    difficulty: tuple[float, ...]
    slope: tuple[float, ...]

    @classmethod
    def of(cls, difficulty: Sequence[float], slope: Sequence[float] | None) -> Items:
        if not difficulty:
            raise NoInformation("a form without items measures nothing")
        slopes = tuple(slope) if slope is not None else (1.0,) * len(difficulty)
        if len(slopes) != len(difficulty):
            raise ValueError(f"{len(difficulty)} difficulties but {len(slopes)} slopes")
        if not all(map(math.isfinite, difficulty)):
            raise ValueError("difficulties must be finite")
        if not all(a > 0 and math.isfinite(a) for a in slopes):
            raise ValueError("slopes must be finite and above 0")
        return cls(tuple(difficulty), slopes)

    def pairs(self) -> Iterable[tuple[float, float]]:
        return zip(self.slope, self.difficulty, strict=True)

    def score(self, responses: Sequence[int]) -> float:
        """Σ a·x, sufficient for θ; under Rasch the number right."""
        if len(responses) != len(self.difficulty):
            raise ValueError(f"{len(responses)} responses but {len(self.difficulty)} items")
        if any(x not in (0, 1) for x in responses):
            raise ValueError("a response is 0 or 1")
        return math.fsum(a for a, x in zip(self.slope, responses, strict=True) if x)

    def most(self) -> float:
        """The score of a faultless answer sheet."""
        return math.fsum(self.slope)

    def log_likelihood(self, theta: float, score: float) -> float:
        """Up to a constant in θ: θ·score − Σ log(1 + exp(a(θ − b)))."""
        return theta * score - math.fsum(_softplus(a * (theta - b)) for a, b in self.pairs())

    def moments(self, theta: float) -> tuple[float, float, float]:
        """Expected score Σ a·P, information I = Σ a²·P·Q and its slope I′ = Σ a³·P·Q·(Q − P)."""
        expected, info, skew = [], [], []
        for a, b in self.pairs():
            p = _logistic(a * (theta - b))
            q = _logistic(-a * (theta - b))
            expected.append(a * p)
            info.append(a * a * p * q)
            skew.append(a**3 * p * q * (q - p))
        return math.fsum(expected), math.fsum(info), math.fsum(skew)


def probability(theta: float, difficulty: float, *, slope: float = 1.0) -> float:
    """Chance of a right answer, ability and difficulty in logits."""
    return _logistic(slope * (theta - difficulty))


def information(theta: float, difficulty: Sequence[float], *, slope: Sequence[float] | None = None) -> float:
    """Fisher information of the form at θ, Σ a²·P·Q, in 1/logit²; 1/√ of it is the error of WLE and ML.

    difficulty, slope: (n,), n ≥ 1; slope None is Rasch.
    Raises NoInformation if n = 0; ValueError if shapes differ or a slope isn't positive.
    Source: Birnbaum (1968), in Lord & Novick, ch. 20.
    """
    return Items.of(difficulty, slope).moments(theta)[1]


def simulate(
    theta: float,
    difficulty: Sequence[float],
    *,
    uniforms: Sequence[float],
    slope: Sequence[float] | None = None,
) -> tuple[int, ...]:
    """Answers of somebody with ability θ: 1 where the uniform number falls below P.

    uniforms: (n,) in [0, 1), one per item; the dice are the caller's.
    Raises NoInformation if n = 0; ValueError if shapes differ.
    """
    items = Items.of(difficulty, slope)
    if len(uniforms) != len(difficulty):
        raise ValueError(f"{len(uniforms)} uniforms but {len(difficulty)} items")
    return tuple(
        int(u < _logistic(a * (theta - b))) for (a, b), u in zip(items.pairs(), uniforms, strict=True)
    )


def _logistic(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    power = math.exp(x)  # for large negative x, exp(−x) would overflow
    return power / (1 + power)


def _softplus(x: float) -> float:
    """log(1 + exp(x)) without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))
