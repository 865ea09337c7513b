"""The rule that decides on renewal, locked before the draw. No NumPy.

    plan   threshold ≥ MDE, else the plan is refused: it could not tell
    RENEW  the estimate reaches the threshold and the 95 % interval lies above 0
    STOP   the 95 % interval lies wholly below the threshold
    CANNOT_TELL  otherwise

RENEW and STOP can't both hold: an interval that contains an estimate at the threshold isn't below it.
The MDE reached in the end is reported beside the verdict and changes nothing: a locked rule has no veto.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from ampera.refusal import Refusal, _


class ThresholdBelowMde(Refusal):
    code = "evaluation.threshold_below_mde"
    says = _("A threshold of %(threshold).2f is smaller than the least effect this plan can find, %(mde).2f.")
    mend = _("Raise the threshold, or sample more people in both arms.")


class Code(StrEnum):
    RENEW = "renew"
    STOP = "stop"
    CANNOT_TELL = "cannot_tell"


class Reason(StrEnum):
    ESTIMATE_REACHES_THRESHOLD = "estimate_reaches_threshold"
    ESTIMATE_BELOW_THRESHOLD = "estimate_below_threshold"
    INTERVAL_ABOVE_ZERO = "interval_above_zero"
    INTERVAL_REACHES_ZERO = "interval_reaches_zero"
    INTERVAL_BELOW_THRESHOLD = "interval_below_threshold"
    INTERVAL_REACHES_THRESHOLD = "interval_reaches_threshold"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A code, the facts that it follows from, and the numbers they were read off (SD of the outside arm).

    powered: whether the endline kept the plan's promise, threshold ≥ the MDE reached.
    """

    code: Code
    reasons: tuple[Reason, ...]
    estimate: float
    low: float
    high: float
    threshold: float
    mde: float
    powered: bool


def check_plan(threshold: float, mde: float) -> None:
    """Refuse a plan that could not tell. Raises ThresholdBelowMde if threshold < mde; ValueError unless both > 0."""
    _check_positive(threshold, mde)
    if threshold < mde:
        raise ThresholdBelowMde(threshold=threshold, mde=mde)


def verdict(*, estimate: float, low: float, high: float, threshold: float, mde: float) -> Verdict:
    """Apply the locked rule. All in SD of the outside arm; low, high: the 95 % interval.

    Raises ValueError unless low ≤ estimate ≤ high are finite and threshold, mde are above 0.
    """
    _check_positive(threshold, mde)
    if not -math.inf < low <= estimate <= high < math.inf:
        raise ValueError("the interval must be finite and contain the estimate")
    reasons: tuple[Reason, ...]
    reaches, above, below = estimate >= threshold, low > 0, high < threshold
    if reaches and above:
        code = Code.RENEW
        reasons = (Reason.ESTIMATE_REACHES_THRESHOLD, Reason.INTERVAL_ABOVE_ZERO)
    elif below:
        code, reasons = Code.STOP, (Reason.INTERVAL_BELOW_THRESHOLD,)
    else:
        code = Code.CANNOT_TELL
        reasons = (
            Reason.ESTIMATE_REACHES_THRESHOLD if reaches else Reason.ESTIMATE_BELOW_THRESHOLD,
            Reason.INTERVAL_ABOVE_ZERO if above else Reason.INTERVAL_REACHES_ZERO,
            Reason.INTERVAL_REACHES_THRESHOLD,
        )
    return Verdict(code, reasons, estimate, low, high, threshold, mde, powered=threshold >= mde)


def _check_positive(threshold: float, mde: float) -> None:
    if not (0 < threshold < math.inf and 0 < mde < math.inf):
        raise ValueError("threshold and MDE must be finite and above 0")
