"""What the results mean, in sentences: the verdict, its reasons, the interval, and what was and wasn't done."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.formats import number_format
from django.utils.translation import gettext

from ampera.refusal import _

from .reporting import Effect, Report

VERDICTS = {
    "renew": (_("Renew"), "success"),
    "stop": (_("Stop"), "danger"),
    "cannot_tell": (_("Cannot tell"), "warning"),
}
REASONS = {
    "estimate_reaches_threshold": _("The estimate reaches the threshold."),
    "estimate_below_threshold": _("The estimate lies below the threshold."),
    "interval_above_zero": _("The whole interval lies above zero."),
    "interval_reaches_zero": _("The interval reaches zero."),
    "interval_below_threshold": _("The whole interval lies below the threshold."),
    "interval_reaches_threshold": _("The interval reaches the threshold."),
    "no_experiment": _(
        "There was nothing to compare: chance decided about too few people, or too few answered."
    ),
}
LEVELS = {
    "dasar": _("Foundation"),
    "menengah": _("Intermediate"),
    "mahir": _("Advanced"),
    "ahli": _("Highly specialised"),
}


@dataclass(frozen=True)
class Changed:
    """The effect in words. pairs: of 100 pairs of one inside and one outside, in how many the one inside did better."""

    says: str
    pairs: str
    power: str


def level(code: str) -> str:
    return gettext(LEVELS[code])


def verdict(report: Report) -> dict[str, Any]:
    """{title, kind, reasons} for the notice."""
    title, kind = VERDICTS[report.verdict]
    return {
        "title": gettext("The locked rule says: %(verdict)s") % {"verdict": gettext(title)},
        "kind": kind,
        "reasons": " ".join(gettext(REASONS[code]) for code in report.reasons),
    }


def changed(effect: Effect) -> Changed:
    facts = {
        "estimate": sd(effect.estimate),
        "low": sd(effect.low),
        "high": sd(effect.high),
        "mde": sd(effect.mde),
    }
    if effect.low > 0:
        says = _(
            "Those who could be called know more: by %(estimate)s SD, and with 95%% confidence by %(low)s to %(high)s."
        )
    elif effect.high < 0:
        says = _(
            "Those who could be called know less: by %(estimate)s SD, and with 95%% confidence by %(low)s to %(high)s."
        )
    else:
        says = _(
            "It can't be said whether those who could be called know more: the estimate is %(estimate)s SD, and with "
            "95%% confidence it lies between %(low)s and %(high)s."
        )
    pairs = gettext(
        "Of 100 pairs, one person who could be called and one who could not, the first does better in about %(best)d "
        "(between %(least)d and %(most)d); 50 would be no difference."
    ) % {"best": _pairs(effect.estimate), "least": _pairs(effect.low), "most": _pairs(effect.high)}
    power = gettext(
        "This comparison finds effects of %(mde)s SD or more four times in five; smaller ones it can miss."
    )
    return Changed(gettext(says) % facts, pairs, power % facts)


def sd(value: float) -> str:
    """Two decimals, in the reader's language."""
    return number_of(value, 2)


def number_of(value: float, digits: int) -> str:
    """Rounded as the figures' tables round."""
    return str(floatformat(value, digits))


def percent(share: float) -> str:
    return f"{number_of(100 * share, 1)}%"


def rupiah(amount: int) -> str:
    return "Rp" + number_format(amount, force_grouping=True)


def number(count: int) -> str:
    return number_format(count, force_grouping=True)


def rule(threshold: float) -> tuple[str, ...]:
    """The locked rule, a sentence for each verdict."""
    facts = {"threshold": sd(threshold)}
    sentences = (
        _("Renew: the estimate is at least %(threshold)s SD, and the whole 95%% interval lies above zero."),
        _("Stop: the whole 95%% interval lies below %(threshold)s SD."),
        _("Cannot tell: anything else."),
    )
    return tuple(gettext(sentence) % facts for sentence in sentences)


def _pairs(effect: float) -> int:
    """P(one of the first group exceeds one of the second) for normal scores d SD apart: Φ(d/√2), in hundredths."""
    return round(100 * NormalDist().cdf(effect / math.sqrt(2)))
