"""Exam sessions: a class in a room, opened and closed by an invigilator who sees the candidates and their cards.

A session is PLANNED, then OPEN, then CLOSED; closing it finishes what candidates left open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from . import bank, models
from .models import Purpose
from .refusals import (
    NoSuchSession,
    NothingReported,
    RoomMissing,
    SessionClosed,
    SessionExists,
    SessionInThePast,
    SessionNotOpen,
    WrongForm,
)
from .scoring import finish_many

PLANNED, OPEN, CLOSED = "PLANNED", "OPEN", "CLOSED"


@dataclass(frozen=True)
class Session:
    """state: PLANNED, OPEN or CLOSED. present, finished, passed: persons."""

    id: int
    class_id: int
    form: str
    level: str
    starts_at: datetime
    room: str
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    present: int
    finished: int
    passed: int


@transaction.atomic
def open_session(class_id: int, form: str, starts_at: datetime, room: str, *, by: str, now: datetime) -> int:
    """Plan an exam of a class; its id. Class and time are the key: the same again gives the same session.

    Raises NoSuchForm, WrongForm, RoomMissing, SessionInThePast, SessionExists; programme.NoSuchClass.
    """
    chosen, room = bank.form(form), room.strip()
    if chosen.purpose != Purpose.EXAM or chosen.level != programme.class_(class_id).level:
        raise WrongForm()
    if not room:
        raise RoomMissing()
    found = models.ExamSession.objects.filter(klass=class_id, starts_at=starts_at).first()
    if found:
        if (found.form_id, found.room) != (form, room):
            raise SessionExists()
        return found.pk
    if starts_at < now:
        raise SessionInThePast()
    made = models.ExamSession.objects.create(klass_id=class_id, form_id=form, starts_at=starts_at, room=room)
    audit.record("exam.planned", about=f"exam:{made.pk}", by=by, at=now, class_id=class_id, form=form)
    return made.pk


def locked(session_id: int) -> models.ExamSession:
    row = models.ExamSession.objects.select_for_update().filter(pk=session_id).first()
    if row is None:
        raise NoSuchSession()
    return row


@transaction.atomic
def start_session(session_id: int, *, key: str, by: str, now: datetime) -> None:
    """Let those who are present begin. Starting again changes nothing. Raises NoSuchSession, SessionClosed."""
    with audit.once(key, by=by, payload=["start", session_id], at=now):
        row = locked(session_id)
        if row.closed_at:
            raise SessionClosed()
        if row.opened_at:
            return
        models.ExamSession.objects.filter(pk=session_id).update(opened_at=now, invigilator=by)
        audit.record("exam.opened", about=f"exam:{session_id}", by=by, at=now)


@transaction.atomic
def close_session(session_id: int, *, key: str, by: str, now: datetime) -> int:
    """End an exam and score what is still open, as it stands; how many that were. Closing again changes nothing.

    Raises NoSuchSession, SessionNotOpen.
    """
    with audit.once(key, by=by, payload=["close", session_id], at=now):
        row = locked(session_id)
        if row.closed_at:
            return 0
        if not row.opened_at:
            raise SessionNotOpen()
        models.ExamSession.objects.filter(pk=session_id).update(closed_at=now)
        left = models.Sitting.objects.filter(session=session_id).values_list("pk", flat=True)
        finished = len(finish_many(list(left), by=by, now=now))
        audit.record("exam.closed", about=f"exam:{session_id}", by=by, at=now, finished=finished)
        return finished


@transaction.atomic
def present(
    session_id: int, person_id: int, *, key: str, by: str, now: datetime, accommodation: str = ""
) -> None:
    """The invigilator has seen this person and their card in the room. Saying it again changes nothing.

    accommodation: what is done differently for them ("extra time", "read aloud"), kept with the presence.
    Raises NoSuchSession, SessionClosed.
    """
    with audit.once(key, by=by, payload=["present", session_id, person_id], at=now):
        _seen(session_id, [person_id], by=by, now=now, accommodation=accommodation.strip())


@transaction.atomic
def present_many(session_id: int, person_ids: Iterable[int], *, by: str, now: datetime) -> None:
    """`present` for many. Raises NoSuchSession, SessionClosed."""
    _seen(session_id, person_ids, by=by, now=now, accommodation="")


def _seen(session_id: int, person_ids: Iterable[int], *, by: str, now: datetime, accommodation: str) -> None:
    if locked(session_id).closed_at:
        raise SessionClosed()
    have = set(models.Presence.objects.filter(session=session_id).values_list("person_id", flat=True))
    fresh = [person for person in dict.fromkeys(person_ids) if person not in have]
    models.Presence.objects.bulk_create(
        [
            models.Presence(
                session_id=session_id, person_id=p, seen_by=by, seen_at=now, accommodation=accommodation
            )
            for p in fresh
        ],
        batch_size=1000,
    )
    audit.record_many([("exam.present", f"exam:{session_id}", {"person": p}) for p in fresh], by=by, at=now)


@transaction.atomic
def incident(session_id: int, what: str, *, key: str, by: str, now: datetime) -> int:
    """Report what happened in the room; it can't be taken back. Its id. Raises NothingReported, NoSuchSession."""
    if not what.strip():
        raise NothingReported()
    with audit.once(key, by=by, payload=["incident", session_id, what], at=now) as first:
        if first.answer:
            return int(first.answer)
        locked(session_id)
        row = models.Incident.objects.create(session_id=session_id, what=what.strip(), by=by, at=now)
        audit.record("exam.incident", about=f"exam:{session_id}", by=by, at=now, incident=row.pk)
        return first.keep(row.pk)


def sessions(*, class_ids: Iterable[int] | None = None, on: date | None = None) -> tuple[Session, ...]:
    """Sessions by time: of these classes, on this day of the place, or all. One query."""
    found = _rows()
    if class_ids is not None:
        found = found.filter(klass__in=list(class_ids))
    if on is not None:
        midnight = datetime.combine(on, time(), timezone.get_default_timezone())
        found = found.filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1))
    return tuple(map(_record, found))


def session(session_id: int) -> Session:
    """Raises NoSuchSession."""
    row = _rows().filter(pk=session_id).first()
    if row is None:
        raise NoSuchSession()
    return _record(row)


def _rows():
    done = Q(sittings__state=models.Sitting.State.FINISHED)
    return (
        models.ExamSession.objects.select_related("form")
        .annotate(
            present=Count("presences", distinct=True),
            finished=Count("sittings", filter=done, distinct=True),
            passed=Count(
                "sittings", filter=done & Q(sittings__score__wle__gte=F("form__pass_theta")), distinct=True
            ),
        )
        .order_by("starts_at", "pk")
    )


def _record(row) -> Session:
    state = CLOSED if row.closed_at else OPEN if row.opened_at else PLANNED
    return Session(
        id=row.pk,
        class_id=row.klass_id,
        form=row.form_id,
        level=row.form.level,
        starts_at=row.starts_at,
        room=row.room,
        state=state,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        present=row.present,
        finished=row.finished,
        passed=row.passed,
    )
