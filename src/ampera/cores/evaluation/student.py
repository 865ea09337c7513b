"""Student's t: tail probability and quantile, by the incomplete beta function.

Here because interval and p-value must not need SciPy. Source: Abramowitz & Stegun 26.5.8, 26.7.1; the
continued fraction is evaluated by Lentz's method.
"""

from __future__ import annotations

import math

TINY = 1e-300


def two_sided_p(t: float, df: float) -> float:
    """Chance of |T| ≥ |t| with df > 0 degrees of freedom."""
    if df <= 0:
        raise ValueError("degrees of freedom must be above 0")
    return _incomplete_beta(df / (df + t * t), df / 2, 0.5)


def quantile(probability: float, df: float) -> float:
    """The t below which the probability, ½ ≤ probability < 1, lies."""
    if not 0.5 <= probability < 1:
        raise ValueError("probability must be in [½, 1)")
    tail, low, high = 2 * (1 - probability), 0.0, 1.0
    while two_sided_p(high, df) > tail:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if two_sided_p(middle, df) > tail else (low, middle)
    return middle


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """I_x(a, b), by the tail on which the continued fraction converges quickly."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    c, d, value = 1.0, 0.0, 1.0
    for step in range(1000):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d or TINY)
        c = 1 + term / c or TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            return front / a * (value - 1)
    raise ArithmeticError(f"the incomplete beta function did not converge at x={x}, a={a}, b={b}")
