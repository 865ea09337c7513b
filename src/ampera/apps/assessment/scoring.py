"""Scores: EAP places one person, WLE compares groups and passes exams. All from the number right on a fixed Rasch form.

A question without an answer counts as not right, for everybody and every purpose, and whoever finishes is told so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import Count

from ampera.apps.audit import api as audit
from ampera.content import bank as content
from ampera.cores.measurement import Ability, Cuts, eap, place, score_table, wle

from . import models
from .models import Sitting
from .refusals import NoSuchSitting, NotFinished, NothingAnswered, SittingClosed, Unanswered
from .sittings import SITTING_MOVES, answers, chunks


@dataclass(frozen=True)
class Score:
    """eap, wle and their standard errors: logits. raw: right answers of `items`. level: provisional (sementara), by EAP."""

    eap: float
    eap_se: float
    wle: float
    wle_se: float
    raw: int
    items: int
    level: str


def level_at(theta: float) -> str:
    """The level that an ability (logits) reaches under the cuts of `content/items/scale.toml`."""
    scale = content.load().scale
    reached = place(Ability(theta, 0.0, "eap"), cuts=Cuts(*scale.cuts), answers=(0,), standards_set=False)
    return reached.level.value


def _score(by_eap, by_wle, raw: int, items: int) -> Score:
    level = level_at(by_eap.theta)
    return Score(by_eap.theta, by_eap.se, by_wle.theta, by_wle.se, raw, items, level)


@cache
def _table(difficulties: tuple[float, ...]) -> tuple[Score, ...]:
    """The score of every number right: under the Rasch model nothing else about the answers counts."""
    rows = zip(score_table(difficulties, method="eap"), score_table(difficulties, method="wle"), strict=True)
    return tuple(_score(a, b, a.raw, len(difficulties)) for a, b in rows)


def _difficulties(forms: Iterable[str]) -> dict[str, tuple[float, ...]]:
    found: dict[str, list[float]] = {}
    places = models.FormItem.objects.filter(form__in=set(forms)).order_by("form", "position")
    for form, difficulty in places.values_list("form_id", "item__difficulty"):
        found.setdefault(form, []).append(difficulty)
    return {form: tuple(values) for form, values in found.items()}


@transaction.atomic
def finish(sitting_id: uuid.UUID, *, key: str, by: str, now: datetime, incomplete: bool = False) -> Score:
    """Close a sitting and score it; finishing again gives the same score.

    incomplete: finish although questions have no answer; they count as not right.
    Raises NoSuchSitting, SittingClosed (void), NothingAnswered, Unanswered.
    """
    with audit.once(key, by=by, payload=[str(sitting_id), incomplete], at=now):
        row = Sitting.objects.select_for_update().filter(pk=sitting_id).first()
        if row is None:
            raise NoSuchSitting()
        if row.state == Sitting.State.FINISHED:
            return score(sitting_id)
        if (row.state, "finish") not in SITTING_MOVES:
            raise SittingClosed()
        given = answers(sitting_id)
        if not any(given):
            raise NothingAnswered()
        if None in given and not incomplete:
            raise Unanswered(count=given.count(None))
        return _close([row], by=by, now=now)[sitting_id]


@transaction.atomic
def finish_many(sitting_ids: Iterable[uuid.UUID], *, by: str, now: datetime) -> dict[uuid.UUID, Score]:
    """Close and score open sittings as they stand; those that are not open are left alone and out of the answer."""
    found: dict[uuid.UUID, Score] = {}
    for part in chunks(sitting_ids):
        rows = Sitting.objects.select_for_update().filter(pk__in=part, state=Sitting.State.OPEN)
        found |= _close(list(rows.order_by("pk")), by=by, now=now)
    return found


def _close(rows: Sequence[Sitting], *, by: str, now: datetime) -> dict[uuid.UUID, Score]:
    """Score locked, open sittings from their responses."""
    ids = [row.pk for row in rows]
    right = models.Response.objects.filter(sitting__in=ids, correct=True)
    raw = dict(right.order_by().values_list("sitting_id").annotate(n=Count("pk")))
    forms = _difficulties(row.form_id for row in rows)
    found = {row.pk: _table(forms[row.form_id])[raw.get(row.pk, 0)] for row in rows}
    models.Score.objects.bulk_create(
        [models.Score(sitting_id=pk, at=now, **asdict(score)) for pk, score in found.items()], batch_size=1000
    )
    Sitting.objects.filter(pk__in=ids).update(
        state=SITTING_MOVES[Sitting.State.OPEN, "finish"], finished_at=now
    )
    audit.record_many(
        [("sitting.finished", f"sitting:{pk}", {"raw": s.raw, "level": s.level}) for pk, s in found.items()],
        by=by,
        at=now,
    )
    return found


COLUMNS = ("eap", "eap_se", "wle", "wle_se", "raw", "items", "level")


def score(sitting_id: uuid.UUID) -> Score:
    """The stored score. Raises NotFinished."""
    row = models.Score.objects.filter(sitting=sitting_id).values_list(*COLUMNS).first()
    if row is None:
        raise NotFinished()
    return Score(*row)


def scores_of(sitting_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Score]:
    """The stored scores of these sittings, those not finished left out; one query for each 5,000."""
    found: dict[uuid.UUID, Score] = {}
    for part in chunks(dict.fromkeys(sitting_ids)):
        rows = models.Score.objects.filter(sitting__in=part).values_list("sitting_id", *COLUMNS)
        found.update((sitting, Score(*values)) for sitting, *values in rows)
    return found


def rescore(sitting_id: uuid.UUID) -> Score:
    """The score rebuilt from the log of answers and the items' keys, answer by answer; the stored one is not read.

    Raises NoSuchSitting.
    """
    given = answers(sitting_id)
    right = set(
        models.Option.objects.filter(pk__in=[o for o in given if o], correct=True).values_list(
            "pk", flat=True
        )
    )
    form = Sitting.objects.values_list("form_id", flat=True).get(pk=sitting_id)
    difficulties = _difficulties([form])[form]
    responses = [int(option in right) for option in given]
    return _score(eap(responses, difficulties), wle(responses, difficulties), sum(responses), len(given))


def scores(round_id: int, purpose: str) -> dict[int, Score]:
    """The score of each person's latest finished attempt; one query."""
    rows = models.Score.objects.filter(sitting__round=round_id, sitting__purpose=purpose)
    found = rows.order_by("sitting__attempt").values_list("sitting__person_id", *COLUMNS)
    return {person: Score(*values) for person, *values in found}
