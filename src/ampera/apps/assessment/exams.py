"""Exams: who was seen in an open session sits there once; a retake is a further attempt in another session.

That nobody sits without presence in an open session is a trigger as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from . import models
from .models import Purpose
from .refusals import AlreadyPassed, NoRetakeLeft, NotPresent, SessionClosed, SessionNotOpen
from .sessions import OPEN, PLANNED, locked, sessions
from .sittings import chunks, record_starts

RETAKES = 2  # in one round, after the first attempt


@dataclass(frozen=True)
class ExamState:
    """Where one person stands with the exam of a class. session_id: the one that counts now, None if none is planned.

    sitting_id, finished: the person's sitting in that session, and whether it is at its end.
    """

    session_id: int | None
    starts_at: datetime | None
    room: str
    state: str
    present: bool
    sitting_id: uuid.UUID | None
    finished: bool
    attempts: int
    retakes_left: int
    passed: bool


@transaction.atomic
def start_exam(session_id: int, person_id: int, *, key: str, by: str, now: datetime) -> uuid.UUID:
    """Begin one's exam; the sitting's id. Beginning again in the same session gives the same sitting.

    Raises NoSuchSession, NotPresent, SessionNotOpen, SessionClosed, AlreadyPassed, NoRetakeLeft.
    """
    with audit.once(key, by=by, payload=["exam", session_id, person_id], at=now) as first:
        if first.answer:
            return uuid.UUID(first.answer)
        return first.keep(start_exams(session_id, [person_id], by=by, now=now)[person_id])


@transaction.atomic
def start_exams(
    session_id: int, person_ids: Iterable[int], *, by: str, now: datetime
) -> dict[int, uuid.UUID]:
    """`start_exam` for many, all or none: sitting ids by person. Raises what `start_exam` raises, for the first refused."""
    session, wanted = locked(session_id), list(dict.fromkeys(person_ids))
    if session.closed_at:
        raise SessionClosed()
    seen = set(models.Presence.objects.filter(session=session_id).values_list("person_id", flat=True))
    if not seen.issuperset(wanted):
        raise NotPresent()
    if not session.opened_at:
        raise SessionNotOpen()
    round_id = programme.class_(session.klass_id).round_id
    begun, taken, passed_before = _attempts(wanted, round_id, session_id)
    fresh = []
    for person in wanted:
        if person in begun:
            continue
        if person in passed_before:
            raise AlreadyPassed()
        if taken.get(person, 0) > RETAKES:
            raise NoRetakeLeft(taken=taken[person])
        fresh.append(
            models.Sitting(
                person_id=person,
                round_id=round_id,
                form_id=session.form_id,
                purpose=Purpose.EXAM,
                attempt=taken.get(person, 0) + 1,
                session_id=session_id,
                started_at=now,
            )
        )
    models.Sitting.objects.bulk_create(fresh, batch_size=1000)
    record_starts(fresh, by=by, now=now)
    return begun | {row.person_id: row.pk for row in fresh}


def _attempts(
    person_ids: list[int], round_id: int, session_id: int
) -> tuple[dict[int, uuid.UUID], dict[int, int], set[int]]:
    """Of each person: the sitting begun in this session, attempts taken in the round, who has passed."""
    begun: dict[int, uuid.UUID] = {}
    taken: dict[int, int] = {}
    passed_before: set[int] = set()
    for part in chunks(person_ids):
        rows = models.Sitting.objects.filter(person__in=part, round=round_id, purpose=Purpose.EXAM)
        facts = rows.values_list("person_id", "pk", "session_id", "attempt", "score__wle", "form__pass_theta")
        for person, pk, session, attempt, wle, mark in facts:
            taken[person] = max(taken.get(person, 0), attempt)
            if session == session_id:
                begun[person] = pk
            if _reached(wle, mark):
                passed_before.add(person)
    return begun, taken, passed_before


def _reached(wle: float | None, mark: float | None) -> bool:
    """As PASSED says it: without a score or a mark nobody has passed."""
    return wle is not None and mark is not None and wle >= mark


PASSED = Q(purpose=Purpose.EXAM, state=models.Sitting.State.FINISHED, score__wle__gte=F("form__pass_theta"))


def passed(sitting_id: uuid.UUID) -> bool:
    """Whether this is a finished exam at or above its pass mark (WLE ≥ pass_theta)."""
    return models.Sitting.objects.filter(PASSED, pk=sitting_id).exists()


def passes(class_id: int) -> dict[int, uuid.UUID]:
    """Who has passed in a session of the class, with the sitting that shows it; one query."""
    rows = models.Sitting.objects.filter(PASSED, session__klass=class_id)
    return dict(rows.order_by("-attempt").values_list("person_id", "pk"))


def passes_counted(class_ids: Iterable[int]) -> dict[int, int]:
    """How many have passed in a session of each class; classes where nobody has are left out; one query."""
    rows = models.Sitting.objects.filter(PASSED, session__klass__in=list(class_ids))
    found = rows.values("session__klass").order_by("session__klass")
    return dict(found.annotate(n=Count("person", distinct=True)).values_list("session__klass", "n"))


def exam(class_id: int, person_id: int) -> ExamState:
    """Where a person stands with the exam of a class: the session open now, else the next planned, else the last."""
    held = sessions(class_ids=[class_id])
    sat = list(
        models.Sitting.objects.filter(person=person_id, session__klass=class_id)
        .order_by("attempt")
        .values_list("session_id", "pk", "score__wle", "form__pass_theta")
    )
    has_passed = any(_reached(wle, mark) for _s, _pk, wle, mark in sat)
    now = next((s for state in (OPEN, PLANNED) for s in held if s.state == state), held[-1] if held else None)
    here = next((row for row in reversed(sat) if now and row[0] == now.id), None)
    return ExamState(
        session_id=now.id if now else None,
        starts_at=now.starts_at if now else None,
        room=now.room if now else "",
        state=now.state if now else "",
        present=now is not None and models.Presence.objects.filter(session=now.id, person=person_id).exists(),
        sitting_id=here[1] if here else None,
        finished=here is not None and here[2] is not None,
        attempts=len(sat),
        retakes_left=0 if has_passed else max(0, 1 + RETAKES - len(sat)),
        passed=has_passed,
    )
