"""Objections to the provisional list, answered by a person before the freeze; and to the draw, until classes begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from .models import Objection as Row
from .refusals import AlreadyAnswered, AnswerMissing, NoSuchObjection, ObjectionEmpty, ObjectionsClosed

TEXT_MOST = 2000


@dataclass(frozen=True)
class Objection:
    """upheld: None until answered. by, answered_by: actors (see people.label)."""

    id: int
    round_id: int
    application_id: int | None
    by: str
    text: str
    at: datetime
    answer: str
    upheld: bool | None
    answered_by: str
    answered_at: datetime | None


def taken(window: programme.Window, plan: programme.Plan, now: datetime) -> bool:
    """Whether objections are taken now: to the list, once it is out and until its last day; to the draw, until classes begin."""
    if window.state == "DRAWN":
        return True
    since = plan.provisional_at or plan.closes_at
    return window.state == "OBJECTIONS" and since <= now < plan.objections_until


@transaction.atomic
def object_(
    round_id: int, *, text: str, key: str, by: str, now: datetime, application_id: int | None = None
) -> int:
    """Object to the provisional list or to the draw, for an application or as anybody; the objection's id.

    Raises ObjectionEmpty, ObjectionsClosed.
    """
    text = text.strip()
    if not 0 < len(text) <= TEXT_MOST:
        raise ObjectionEmpty(most=TEXT_MOST)
    with audit.once(key, by=by, payload=[round_id, application_id, text], at=now) as first:
        if first.answer:
            return int(first.answer)
        if not taken(programme.window(round_id), programme.plan(round_id), now):
            raise ObjectionsClosed()
        row = Row.objects.create(round_id=round_id, application_id=application_id, by=by, text=text, at=now)
        audit.record("objection.made", about=f"objection:{row.pk}", by=by, at=now, application=application_id)
        return int(first.keep(row.pk))


@transaction.atomic
def answer_objection(
    objection_id: int, *, answer: str, upheld: bool, key: str, by: str, now: datetime
) -> None:
    """Answer an objection, once. What follows from an upheld one is done by the verb that it asks for.

    Raises AnswerMissing, NoSuchObjection, AlreadyAnswered.
    """
    answer = answer.strip()
    if not answer:
        raise AnswerMissing()
    with audit.once(key, by=by, payload=[objection_id, answer, upheld], at=now) as first:
        if first.answer:
            return
        row = Row.objects.select_for_update().filter(pk=objection_id).first()
        if row is None:
            raise NoSuchObjection()
        if row.answered_at is not None:
            raise AlreadyAnswered()
        row.answer, row.upheld, row.answered_by, row.answered_at = answer, upheld, by, now
        row.save(update_fields=["answer", "upheld", "answered_by", "answered_at"])
        audit.record("objection.answered", about=f"objection:{objection_id}", by=by, at=now, upheld=upheld)
        first.keep(row.pk)


def unanswered(round_id: int) -> QuerySet[Row]:
    """The objections that have no answer yet."""
    return Row.objects.filter(round=round_id, answered_at=None)


def objections(round_id: int, *, application_id: int | None = None) -> tuple[Objection, ...]:
    """Those of a round, or of one application, the oldest first. One query."""
    rows = Row.objects.filter(round=round_id).order_by("pk")
    if application_id is not None:
        rows = rows.filter(application=application_id)
    return tuple(
        Objection(
            r.pk,
            r.round_id,
            r.application_id,
            r.by,
            r.text,
            r.at,
            r.answer,
            r.upheld,
            r.answered_by,
            r.answered_at,
        )
        for r in rows
    )
