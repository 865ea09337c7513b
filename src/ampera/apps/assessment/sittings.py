"""Sittings: one person's attempt at one fixed form, and the questions as they are shown. Resumed from the log of answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from . import models
from .bank import forms
from .models import Purpose
from .refusals import NoSuchForm, NoSuchItem, NoSuchSitting

CHUNK = 5000  # ids in one query: below SQLite's 32,766 and PostgreSQL's 65,535 parameters
Thing = TypeVar("Thing")
State = models.Sitting.State

# A sitting's state machine: (state, verb) → state. What is not here is refused.
SITTING_MOVES: Mapping[tuple[str, str], str] = {
    (State.OPEN, "answer"): State.OPEN,
    (State.OPEN, "finish"): State.FINISHED,
}


def diagram() -> str:
    """SITTING_MOVES as Mermaid text, for the docs."""
    return programme.diagram(SITTING_MOVES, State.OPEN)


@dataclass(frozen=True)
class Sitting:
    """state: OPEN, FINISHED or VOID. answered, of: questions. session_id: exams only."""

    id: uuid.UUID
    person_id: int
    round_id: int
    purpose: str
    form: str
    attempt: int
    state: str
    started_at: datetime
    finished_at: datetime | None
    session_id: int | None
    answered: int
    of: int


@dataclass(frozen=True)
class ItemView:
    """A question as it is shown: never its key. options: (option id, text). position from 1. chosen: the option given, if any."""

    code: str
    position: int
    of: int
    stem: str
    options: tuple[tuple[int, str], ...]
    chosen: int | None


def chunks(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    listed = list(things)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


@transaction.atomic
def start(
    person_id: int,
    round_id: int,
    purpose: str,
    *,
    key: str,
    by: str,
    now: datetime,
    form: str | None = None,
) -> uuid.UUID:
    """Begin a baseline or endline test; whoever has begun gets the same sitting, open or finished.

    form: a code; the first form of the purpose if None. An exam begins with `start_exam`, which needs presence.
    Raises NoSuchForm; ValueError for an exam.
    """
    with audit.once(key, by=by, payload=[person_id, round_id, purpose], at=now) as first:
        if first.answer:
            return uuid.UUID(first.answer)
        found = start_many([person_id], round_id, purpose, form=form, by=by, now=now)
        return first.keep(found[person_id])


@transaction.atomic
def start_many(
    person_ids: Iterable[int], round_id: int, purpose: str, *, by: str, now: datetime, form: str | None = None
) -> dict[int, uuid.UUID]:
    """`start` for many: sitting ids by person. Raises what `start` raises."""
    if purpose == Purpose.EXAM:
        raise ValueError("an exam begins with start_exam")
    fitting = [one.code for one in forms(purpose) if form in (None, one.code)]
    if not fitting:
        raise NoSuchForm()
    found: dict[int, uuid.UUID] = {}
    for part in chunks(dict.fromkeys(person_ids)):
        begun = models.Sitting.objects.filter(person__in=part, round=round_id, purpose=purpose)
        have = dict(begun.values_list("person_id", "pk"))
        fresh = {
            person: models.Sitting(
                person_id=person, round_id=round_id, purpose=purpose, form_id=fitting[0], started_at=now
            )
            for person in part
            if person not in have
        }
        if fresh:
            # Of two that begin at once one is ignored; both then read the same row.
            models.Sitting.objects.bulk_create(fresh.values(), ignore_conflicts=True, batch_size=1000)
            have = dict(begun.values_list("person_id", "pk"))
            record_starts([row for person, row in fresh.items() if have[person] == row.pk], by=by, now=now)
        found |= have
    return found


def record_starts(rows: Iterable[models.Sitting], *, by: str, now: datetime) -> None:
    """Write to the audit that sittings began."""
    audit.record_many(
        [
            ("sitting.started", f"sitting:{row.pk}", {"purpose": row.purpose, "form": row.form_id})
            for row in rows
        ],
        by=by,
        at=now,
    )


def sitting(sitting_id: uuid.UUID) -> Sitting:
    """One query. Raises NoSuchSitting."""
    row = _rows().filter(pk=sitting_id).first()
    if row is None:
        raise NoSuchSitting()
    return _record(row)


def sittings(person_ids: Iterable[int], round_id: int, purpose: str) -> dict[int, Sitting]:
    """The latest attempt of each person who has begun; one query for each 5,000."""
    found: dict[int, Sitting] = {}
    for part in chunks(dict.fromkeys(person_ids)):
        rows = _rows().filter(person__in=part, round=round_id, purpose=purpose)
        found.update((row.person_id, _record(row)) for row in rows.order_by("attempt"))
    return found


def _rows():
    of = models.FormItem.objects.values("form").annotate(n=Count("pk")).values("n")
    answered = models.Response.objects.values("sitting").annotate(n=Count("pk")).values("n")
    return models.Sitting.objects.annotate(
        of=_counted(of, form="form_id"), answered=_counted(answered, sitting="pk")
    )


def _counted(rows, **where: str):
    return Coalesce(Subquery(rows.filter(**{name: OuterRef(to) for name, to in where.items()})), 0)


def _record(row) -> Sitting:
    return Sitting(
        id=row.pk,
        person_id=row.person_id,
        round_id=row.round_id,
        purpose=row.purpose,
        form=row.form_id,
        attempt=row.attempt,
        state=row.state,
        started_at=row.started_at,
        finished_at=row.finished_at,
        session_id=row.session_id,
        answered=row.answered,
        of=row.of,
    )


def answers(sitting_id: uuid.UUID) -> tuple[int | None, ...]:
    """The option given to each question of the form, in its order; None where there is none yet. Two queries.

    Raises NoSuchSitting.
    """
    given = dict(models.Response.objects.filter(sitting=sitting_id).values_list("item_id", "option_id"))
    return tuple(given.get(item) for item in _items(sitting_id))


def _items(sitting_id: uuid.UUID) -> list[str]:
    places = models.FormItem.objects.filter(
        form__in=models.Sitting.objects.filter(pk=sitting_id).values("form")
    )
    items = list(places.order_by("position").values_list("item_id", flat=True))
    if not items:
        raise NoSuchSitting()
    return items


def next_item(sitting_id: uuid.UUID, language: str) -> ItemView | None:
    """The first question without an answer, None if there is none. language: id or en. Four queries. Raises NoSuchSitting."""
    given = answers(sitting_id)
    if None not in given:
        return None
    return item_at(sitting_id, given.index(None) + 1, language, given=given)


def item_at(
    sitting_id: uuid.UUID, position: int, language: str, *, given: tuple[int | None, ...] | None = None
) -> ItemView:
    """The question at a position, from 1, to answer or to look back at. given: from `answers`, if at hand.

    Raises NoSuchSitting, NoSuchItem.
    """
    given = given if given is not None else answers(sitting_id)
    if not 1 <= position <= len(given):
        raise NoSuchItem()
    tongue = "en" if language.startswith("en") else "id"
    rows = models.Option.objects.filter(
        item__in=models.FormItem.objects.filter(
            position=position, form__in=models.Sitting.objects.filter(pk=sitting_id).values("form")
        ).values("item")
    ).order_by("position")
    shown = list(rows.values_list("item_id", f"item__stem_{tongue}", "pk", f"text_{tongue}"))
    code, stem = shown[0][:2]
    options = tuple((pk, text) for _code, _stem, pk, text in shown)
    return ItemView(code, position, len(given), stem, options, given[position - 1])
