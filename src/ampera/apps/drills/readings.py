"""How well a visitor tells false from true, from the messages answered: counts, intervals, what was missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

from ampera.cores.detection import Leaning, Skill, read, sensitivity

from .models import Judgement


@dataclass(frozen=True)
class Reading:
    """d′ and criterion in z units with 95 % intervals; see docs/methods/detection.md.

    right: messages judged rightly, of `of`. hits: false messages called false, of `n_false`; false_alarms: true
    ones called false, of `n_true`. tenths: how many of ten messages somebody judges rightly who tells them apart
    as well and leans neither way, Φ(d′/2): (least, most) by the interval. missed: (kind, truth) of the mistakes,
    commonest first.
    """

    right: int
    of: int
    hits: int
    n_false: int
    false_alarms: int
    n_true: int
    d_prime: float
    low: float
    high: float
    criterion: float
    criterion_low: float
    criterion_high: float
    skill: Skill
    leaning: Leaning
    tenths: tuple[int, int]
    missed: tuple[tuple[str, bool], ...]


def reading(judgements: Iterable[Judgement]) -> Reading:
    """From judgements with their messages. Raises `ampera.cores.detection.NoMessages` without both kinds."""
    count: Counter[tuple[bool, bool]] = Counter()
    missed: Counter[tuple[str, bool]] = Counter()
    for judgement in judgements:
        count[judgement.truth, judgement.said_true] += 1
        if judgement.truth != judgement.said_true:
            missed[judgement.message.kind, judgement.truth] += 1
    hits, misses = count[False, False], count[False, True]
    false_alarms, correct_rejections = count[True, False], count[True, True]
    measured = sensitivity(
        hits=hits, misses=misses, false_alarms=false_alarms, correct_rejections=correct_rejections
    )
    said = read(measured)
    low, high = measured.d_prime_interval
    return Reading(
        right=hits + correct_rejections,
        of=count.total(),
        hits=hits,
        n_false=measured.n_false,
        false_alarms=false_alarms,
        n_true=measured.n_true,
        d_prime=measured.d_prime,
        low=low,
        high=high,
        criterion=measured.criterion,
        criterion_low=measured.criterion_interval[0],
        criterion_high=measured.criterion_interval[1],
        skill=said.skill,
        leaning=said.leaning,
        tenths=(_tenths(low), _tenths(high)),
        missed=tuple(pair for pair, _times in missed.most_common()),
    )


def _tenths(d_prime: float) -> int:
    return round(10 * NormalDist().cdf(d_prime / 2))
