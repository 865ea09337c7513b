"""What the two intervals allow to be said, as codes; the words are the presentation's.

A difference is only called absent when the whole interval is small; an interval that merely reaches zero
says "cannot tell". So a handful of answers never labels anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .sensitivity import Sensitivity

SMALL = 0.5  # z units: an unbiased person with d′ = .5 is right six times in ten


class Skill(StrEnum):
    TELLS_APART = "tells_apart"  # the d′ interval lies above 0
    GUESSES = "guesses"  # it reaches 0 and lies within ± small
    BACKWARDS = "backwards"  # it lies below 0: false is taken for true
    CANNOT_TELL = "cannot_tell"  # too few answers to say any of these


class Leaning(StrEnum):
    SAYS_FALSE = "says_false"  # the criterion interval lies below 0: distrusts true messages too
    SAYS_TRUE = "says_true"  # it lies above 0: believes false messages too
    BALANCED = "balanced"  # it reaches 0 and lies within ± small
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Reading:
    skill: Skill
    leaning: Leaning


def read(measured: Sensitivity, *, small: float = SMALL) -> Reading:
    """Classify the intervals of d′ and criterion.

    small: z units, > 0; an interval that reaches 0 and lies within ± small is read as no difference.
    Raises ValueError if small ≤ 0.
    """
    if small <= 0:
        raise ValueError("small must be above 0")
    skill = {-1: Skill.BACKWARDS, 0: Skill.GUESSES, 1: Skill.TELLS_APART, None: Skill.CANNOT_TELL}
    leaning = {-1: Leaning.SAYS_FALSE, 0: Leaning.BALANCED, 1: Leaning.SAYS_TRUE, None: Leaning.CANNOT_TELL}
    return Reading(
        skill=skill[_side(measured.d_prime_interval, small)],
        leaning=leaning[_side(measured.criterion_interval, small)],
    )


def _side(interval: tuple[float, float], small: float) -> int | None:
    """−1 below zero, 1 above it, 0 close around it, None if the interval is too wide to say."""
    low, high = interval
    if low > 0:
        return 1
    if high < 0:
        return -1
    return 0 if -small <= low and high <= small else None
