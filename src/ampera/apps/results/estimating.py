"""The effect of being inside the horizon, once per round, and the verdict of the rule that was locked before the draw.

NumPy is imported when a round is estimated, never by the pages; see docs/methods/evaluation.md for the method.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.util import find_spec
from math import isfinite
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores.allocation import Problem
from ampera.cores.evaluation import renewal

from . import models, opendata
from .counting import Line, lines
from .opendata import Point
from .refusals import AlreadyReported, AnalysisMissing, EndlineStillOpen, NotSampled
from .replaying import Progress, assignments, households
from .reporting import reported
from .sampling import CONSENT, PURPOSE, Member, members

FEWEST = 5  # answers in each arm: with fewer there is no error to speak of, and nobody would be hidden
NO_EXPERIMENT = "no_experiment"


@dataclass(frozen=True)
class _Found:
    """What was worked out, before anything is written. effect: columns of `models.Effect`, None if nothing to compare."""

    effect: dict[str, Any] | None
    verdict: str
    reasons: tuple[str, ...]
    unasked: int
    data: str
    lines: tuple[Line, ...]


def estimate(
    round_id: int,
    *,
    key: str,
    by: str,
    now: datetime,
    cost: int | None = None,
    progress: Progress | None = None,
) -> str:
    """Estimate the effect, apply the locked rule, write the report, close the round: the verdict.

    The work is done before the transaction that writes, so that nobody waits for it. cost: rupiah spent on the round,
    if the office says. progress(done, of): replays of the draw.
    Raises NotSampled, EndlineStillOpen, AlreadyReported, AnalysisMissing, DrawDiffers.
    """
    found = None if reported(round_id) else _work_out(round_id, now, progress)
    with transaction.atomic(), audit.once(key, by=by, payload=["estimate", round_id, cost], at=now) as first:
        if first.answer:
            return first.answer
        if found is None or reported(round_id):
            raise AlreadyReported()
        _write(round_id, found, cost=cost, by=by, now=now)
        programme.move(round_id, "report", by=by, now=now)
        return first.keep(found.verdict)


def ready(round_id: int, now: datetime) -> None:
    """Whether `estimate` would begin. Raises NotSampled, EndlineStillOpen, AlreadyReported, AnalysisMissing."""
    if reported(round_id):
        raise AlreadyReported()
    if not models.Sample.objects.filter(round=round_id).exists():
        raise NotSampled()
    last = programme.plan(round_id).endline_until
    if timezone.localdate(now) <= last:
        raise EndlineStillOpen(last=date_format(last))
    if find_spec("numpy") is None:
        raise AnalysisMissing()


def _work_out(round_id: int, now: datetime, progress: Progress | None) -> _Found:
    ready(round_id, now)
    asked = members(round_id)
    scores = assessment.scores(round_id, PURPOSE)
    points = [_point(one, scores) for one in asked]
    shown = opendata.banded(points)
    effect = _effect(round_id, asked, points, shown, progress)
    verdict = str(renewal.Code.CANNOT_TELL)
    reasons: tuple[str, ...] = (NO_EXPERIMENT,)
    if effect is not None:
        judged = _judge(effect, programme.plan(round_id))
        verdict, reasons = str(judged.code), tuple(str(reason) for reason in judged.reasons)
        effect.update(verdict=verdict, threshold=judged.threshold)
    willing = people.consents([one.person_id for one in asked], CONSENT)
    return _Found(
        effect=effect,
        verdict=verdict,
        reasons=reasons,
        unasked=sum(one.person_id not in willing for one in asked),
        data=opendata.write(shown, simulated=programme.round_(round_id).simulated),
        lines=lines(round_id),
    )


def _write(round_id: int, found: _Found, *, cost: int | None, by: str, now: datetime) -> None:
    if found.effect is not None:
        models.Effect.objects.create(round_id=round_id, by=by, at=now, **found.effect)
    report = models.Report.objects.create(
        round_id=round_id,
        verdict=found.verdict,
        reasons=" ".join(found.reasons),
        promised=programme.agreement_of(round_id).seats,
        cost=cost,
        unasked=found.unasked,
        data=found.data,
        data_hash=hashlib.sha256(found.data.encode()).hexdigest(),
        by=by,
        at=now,
    )
    models.Line.objects.bulk_create(models.Line(report=report, **asdict(line)) for line in found.lines)
    facts = {"verdict": found.verdict, "data": report.data_hash}
    audit.record("round.reported", about=f"round:{round_id}", by=by, at=now, **facts)


def _point(one: Member, scores: dict[int, assessment.Score]) -> Point:
    """The outcome is the WLE, which compares groups; an EAP is drawn towards the mean and would shrink the effect."""
    answered = one.sitting_id is not None and one.person_id in scores
    score = scores[one.person_id].wle if answered else None
    return Point(one.inside, one.chance, 1 / one.probability, score)


def _effect(
    round_id: int,
    asked: Sequence[Member],
    points: Sequence[Point],
    shown: Sequence[Point],
    progress: Progress | None,
) -> dict[str, Any] | None:
    """The columns of `models.Effect`; None if chance and answers leave nothing to compare."""
    from ampera.cores.evaluation import attrition, effect, experiment, randomisation, taking

    kept = [n for n, point in enumerate(points) if point.score is not None]
    if not _comparable([points[n] for n in kept]):
        return None
    drawn = admissions.replayed(round_id)
    problem, root = drawn.problem, drawn.root
    receipts = [one.receipt for one in asked]
    homes = households(problem, receipts)
    some = _columns(points)
    mine = [homes[n] for n in kept]
    clusters = mine if len(set(mine)) < len(mine) else None
    try:
        found = effect.itt(**some, clusters=clusters)
        public = effect.itt(**_columns(shown))
    except experiment.NoExperiment:
        return None
    if found.se == 0:
        return None
    seated = {seat.person_id for seat in admissions.seats_of_round(round_id)}
    took = [asked[n].person_id in seated for n in kept]
    return {
        **_taking(taking, took, some, clusters),
        **_lost(attrition, points, homes, sd=found.sd),
        "estimate": found.estimate,
        "se": found.se,
        "low": found.low,
        "high": found.high,
        "p": found.p,
        "mde": found.mde,
        "sd_outside": found.sd,
        "n_inside": found.n_inside,
        "n_outside": found.n_outside,
        "asked_inside": sum(p.inside for p in points),
        "asked_outside": sum(not p.inside for p in points),
        "clusters": len(set(mine)),
        "p_replay": _replayed(
            randomisation, problem, [receipts[n] for n in kept], some, root, round_id, progress
        ),
        "public_estimate": public.estimate,
        "public_low": public.low,
        "public_high": public.high,
    }


def _taking(
    taking: Any, took: list[bool], some: _Columns, clusters: list[str] | None
) -> dict[str, float | None]:
    """The effect of a seat that was taken and kept; empty if being inside moved nobody into one."""
    try:
        found = taking.taking(took=took, clusters=clusters, **some)
    except taking.NoExperiment:
        return {}
    bounded = isfinite(found.low)
    return {
        "late": found.estimate,
        "late_low": found.low if bounded else None,
        "late_high": found.high if bounded else None,
        "moved": found.moved,
        "moved_low": found.moved_low,
        "moved_high": found.moved_high,
    }


def _lost(attrition: Any, points: Sequence[Point], homes: Sequence[str], *, sd: float) -> dict[str, float]:
    """Who did not answer, by arm, and the bounds of the effect if that depended on the draw. sd: of the outside arm."""
    answered = [p.score is not None for p in points]
    inside, chance = [p.inside for p in points], [p.chance for p in points]
    weights = [p.weight for p in points]
    loss = attrition.attrition(answered, inside, chance, weights=weights, clusters=homes)
    bounds = attrition.lee_bounds([p.score or 0.0 for p in points], answered, inside, chance, weights=weights)
    return {
        "response_inside": loss.inside_rate,
        "response_outside": loss.outside_rate,
        "attrition_low": loss.low,
        "attrition_high": loss.high,
        "bound_low": bounds.low / sd,
        "bound_high": bounds.high / sd,
        "trimmed": bounds.trimmed,
    }


def _comparable(answers: Sequence[Point]) -> bool:
    """Whether each arm has FEWEST answers, and those outside differ, so that there is an SD to measure in."""
    inside = sum(p.inside for p in answers)
    outside = {p.score for p in answers if not p.inside}
    return inside >= FEWEST and len(answers) - inside >= FEWEST and len(outside) > 1


class _Columns(TypedDict):
    outcome: list[float]
    inside: list[bool]
    chance: list[float]
    weights: list[float]


def _columns(points: Sequence[Point]) -> _Columns:
    """Those who answered, as the estimator takes them."""
    answers = [(p.score, p) for p in points if p.score is not None]
    return {
        "outcome": [score for score, _point in answers],
        "inside": [p.inside for _score, p in answers],
        "chance": [p.chance for _score, p in answers],
        "weights": [p.weight for _score, p in answers],
    }


def _replayed(
    randomisation: Any,
    problem: Problem,
    receipts: list[str],
    some: _Columns,
    root: str,
    round_id: int,
    progress: Progress | None,
) -> float:
    """The share of other draws that would have shown as much by chance alone."""
    draws = programme.plan(round_id).replays
    replays = list(assignments(problem, receipts, draws=draws, root=root, progress=progress))
    return randomisation.randomisation_p(
        some["outcome"], replays, some["inside"], some["chance"], weights=some["weights"]
    )


def _judge(effect: dict[str, Any], plan: programme.Plan) -> renewal.Verdict:
    return renewal.verdict(
        estimate=effect["estimate"],
        low=effect["low"],
        high=effect["high"],
        threshold=float(plan.threshold),
        mde=effect["mde"],
    )
