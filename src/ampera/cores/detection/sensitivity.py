"""Sensitivity d′ and criterion c of the equal-variance normal model, each with its error.

The signal is a *false* message, the answer that reports it is "false":

    hit            a false message called false
    miss           a false message called true
    false alarm    a true message called false
    correct rejection  a true message called true
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

STANDARD_NORMAL = NormalDist()
Z95 = STANDARD_NORMAL.inv_cdf(0.975)


class NoMessages(ValueError):
    """There is no false message, or no true one, among those answered: nothing can be told apart."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """d′ and criterion in normal deviates (z units), with standard errors and 95 % intervals (low, high).

    d_prime: 0 is guessing, larger is better. criterion: below 0 leans to "false", above 0 to "true".
    n_false, n_true: messages of each kind answered.
    """

    d_prime: float
    criterion: float
    d_prime_se: float
    criterion_se: float
    d_prime_interval: tuple[float, float]
    criterion_interval: tuple[float, float]
    n_false: int
    n_true: int


def sensitivity(*, hits: int, misses: int, false_alarms: int, correct_rejections: int) -> Sensitivity:
    """d′ and c from the four counts, with the log-linear correction, so that perfect scores stay finite.

    Every count is a whole number ≥ 0; the answers are taken as independent.
    Raises NoMessages if there is no false or no true message; ValueError if a count is negative.
    Sources: Hautus (1995) for the correction, rate = (n + ½) / (N + 1); Gourevitch & Galanter (1967) for
    the variances; Macmillan & Creelman, Detection Theory (2005), ch. 13.
    """
    if min(hits, misses, false_alarms, correct_rejections) < 0:
        raise ValueError("counts of answers can't be negative")
    n_false, n_true = hits + misses, false_alarms + correct_rejections
    if not n_false or not n_true:
        raise NoMessages(f"{n_false} false and {n_true} true messages answered: both kinds are needed")
    z_hit, variance_hit = _deviate(hits, n_false)
    z_alarm, variance_alarm = _deviate(false_alarms, n_true)
    d_prime, criterion = z_hit - z_alarm, -(z_hit + z_alarm) / 2
    d_prime_se = math.sqrt(variance_hit + variance_alarm)
    criterion_se = d_prime_se / 2
    return Sensitivity(
        d_prime=d_prime,
        criterion=criterion,
        d_prime_se=d_prime_se,
        criterion_se=criterion_se,
        d_prime_interval=(d_prime - Z95 * d_prime_se, d_prime + Z95 * d_prime_se),
        criterion_interval=(criterion - Z95 * criterion_se, criterion + Z95 * criterion_se),
        n_false=n_false,
        n_true=n_true,
    )


def _deviate(count: int, total: int) -> tuple[float, float]:
    """z of the corrected rate and its sampling variance, H(1 − H) / (N φ(z)²) by the delta method.

    N stays the number really answered, not N + 1: the wider of the two.
    """
    rate = (count + 0.5) / (total + 1)
    z = STANDARD_NORMAL.inv_cdf(rate)
    return z, rate * (1 - rate) / (total * STANDARD_NORMAL.pdf(z) ** 2)
