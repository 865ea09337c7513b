"""The effect of being inside the horizon, once per round, and the verdict of the rule that was locked before the draw.

NumPy is imported when a round is estimated, never by the pages; see docs/methods/evaluation.md for the method.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores.allocation import Problem, reopen
from ampera.cores.evaluation import renewal

from . import models, opendata
from .counting import lines
from .opendata import Point
from .refusals import AlreadyReported, AnalysisMissing, EndlineStillOpen, NotSampled
from .replaying import Progress, assignments, households
from .sampling import CONSENT, PURPOSE, Member, members

FEWEST = 3  # answers in each arm: with fewer there is no error to speak of
NO_EXPERIMENT = "no_experiment"


@transaction.atomic
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

    cost: rupiah spent on the round, if the office says. progress(done, of): replays of the draw.
    Raises NotSampled, EndlineStillOpen, AlreadyReported, AnalysisMissing, DrawDiffers.
    """
    with audit.once(key, by=by, payload=["estimate", round_id, cost], at=now) as first:
        if first.answer:
            return first.answer
        _check(round_id, now)
        asked = members(round_id)
        scores = assessment.scores(round_id, PURPOSE)
        points = [_point(one, scores) for one in asked]
        shown = opendata.banded(points)
        effect = _effect(round_id, asked, points, shown, progress)
        verdict, reasons = renewal.Code.CANNOT_TELL, [NO_EXPERIMENT]
        if effect is not None:
            judged = _judge(effect, programme.plan(round_id))
            verdict, reasons = judged.code, list(judged.reasons)
            effect.update(verdict=verdict, threshold=judged.threshold)
            models.Effect.objects.create(round_id=round_id, by=by, at=now, **effect)
        data = opendata.write(shown)
        willing = people.consents([one.person_id for one in asked], CONSENT)
        report = models.Report.objects.create(
            round_id=round_id,
            verdict=verdict,
            reasons=" ".join(reasons),
            cost=cost,
            unasked=sum(one.person_id not in willing for one in asked),
            data=data,
            data_hash=hashlib.sha256(data.encode()).hexdigest(),
            by=by,
            at=now,
        )
        models.Line.objects.bulk_create(
            [models.Line(report=report, **asdict(line)) for line in lines(round_id)]
        )
        programme.move(round_id, "report", by=by, now=now)
        audit.record(
            "round.reported", about=f"round:{round_id}", by=by, at=now, verdict=verdict, data=report.data_hash
        )
        return first.keep(str(verdict))


def _check(round_id: int, now: datetime) -> None:
    if models.Report.objects.filter(round=round_id).exists():
        raise AlreadyReported()
    if not models.Sample.objects.filter(round=round_id).exists():
        raise NotSampled()
    last = programme.plan(round_id).endline_until
    if timezone.localdate(now) <= last:
        raise EndlineStillOpen(last=date_format(last))


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
    try:
        from ampera.cores.evaluation import attrition, effect, experiment, randomisation
    except ImportError as missing:
        raise AnalysisMissing() from missing
    answered = [point.score is not None for point in points]
    kept = [n for n, there in enumerate(answered) if there]
    if not _comparable([points[n] for n in kept]):
        return None
    problem, root = reopen(admissions.bundle(round_id)).outcome.problem, admissions.frozen(round_id).root
    receipts = [one.receipt for one in asked]
    homes = households(problem, receipts)
    columns = _columns(points)
    some = {name: [values[n] for n in kept] for name, values in columns.items()}
    mine = [homes[n] for n in kept]
    try:
        found = effect.itt(**some, clusters=mine if len(set(mine)) < len(mine) else None)
        public = effect.itt(**_columns([p for p in shown if p.score is not None]))
    except experiment.NoExperiment:
        return None
    if found.se == 0:
        return None
    loss = attrition.attrition(
        answered, columns["inside"], columns["chance"], weights=columns["weights"], clusters=homes
    )
    bounds = attrition.lee_bounds(
        [p.score or 0.0 for p in points],
        answered,
        columns["inside"],
        columns["chance"],
        weights=columns["weights"],
    )
    return {
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
        "response_inside": loss.inside_rate,
        "response_outside": loss.outside_rate,
        "attrition_low": loss.low,
        "attrition_high": loss.high,
        "bound_low": bounds.low / found.sd,
        "bound_high": bounds.high / found.sd,
        "trimmed": bounds.trimmed,
        "p_replay": _replayed(
            randomisation, problem, [receipts[n] for n in kept], some, root, round_id, progress
        ),
        "public_estimate": public.estimate,
        "public_low": public.low,
        "public_high": public.high,
    }


def _comparable(answers: Sequence[Point]) -> bool:
    """Whether each arm has FEWEST answers, and those outside differ, so that there is an SD to measure in."""
    inside = sum(p.inside for p in answers)
    outside = {p.score for p in answers if not p.inside}
    return inside >= FEWEST and len(answers) - inside >= FEWEST and len(outside) > 1


def _columns(points: Sequence[Point]) -> dict[str, list[Any]]:
    return {
        "outcome": [p.score for p in points],
        "inside": [p.inside for p in points],
        "chance": [p.chance for p in points],
        "weights": [p.weight for p in points],
    }


def _replayed(
    randomisation: Any,
    problem: Problem,
    receipts: list[str],
    some: dict[str, list[Any]],
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
