"""Who was there: by the rotating code in the room, by hand, or by file. A row is written once and never changed.

The code is a time-based one-time password (RFC 6238) over HMAC-SHA256 (RFC 4226's truncation), of six digits, new
every 30 seconds. It shows that somebody in the room passed it on within a minute, no more: a forwarded code is met
by the lecturer's count of heads, which the page shows beside the code.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit

from . import models
from .refusals import CodeWrong, NoSeatHere, NoSuchMeeting, NotDuringTheMeeting, NotYetMet, TooManyTries
from .timetable import meeting

STEP = 30  # seconds
DIGITS = 6
TRIES = 10  # wrong codes a person may type for one meeting: 10 of 10⁶ guesses, two of which fit


@dataclass(frozen=True)
class Shown:
    """The code to show now. seconds: until it changes."""

    code: str
    seconds: int


def code(meeting_id: int, *, now: datetime) -> Shown:
    """The six digits to show in the room now. Raises NoSuchMeeting; NotDuringTheMeeting outside its hours."""
    found = meeting(meeting_id)
    if not found.open(now):
        raise NotDuringTheMeeting()
    step, passed = divmod(int(now.timestamp()), STEP)
    return Shown(_digits(_secret(meeting_id), step), STEP - passed)


def _secret(meeting_id: int) -> str:
    return models.Meeting.objects.values_list("secret", flat=True).get(pk=meeting_id)


def _digits(secret: str, step: int) -> str:
    """RFC 4226 §5.3 over HMAC-SHA256."""
    digest = hmac.new(bytes.fromhex(secret), step.to_bytes(8), hashlib.sha256).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def attend(meeting_id: int, person_id: int, code: str, *, key: str, by: str, now: datetime) -> None:
    """A person who sits in the class types the code shown in the room. Being there twice is once.

    The code of the half minute before counts too, since typing takes time. A wrong one is written to the audit, where
    it is counted: call this outside a transaction, or the refusal takes its own count away with it.
    Raises NoSuchMeeting, NoSeatHere, NotDuringTheMeeting, CodeWrong, TooManyTries; audit.KeyReused.
    """
    found = meeting(meeting_id)
    if not found.open(now):
        raise NotDuringTheMeeting()
    about = f"meeting:{meeting_id}:{person_id}"
    if len(audit.events(about=about, verb="attendance.code_wrong", limit=TRIES)) == TRIES:
        raise TooManyTries()
    if not _fits(meeting_id, code, now):
        audit.record("attendance.code_wrong", about=about, by=by, at=now)
        raise CodeWrong()
    _mark(meeting_id, [person_id], "code", key=key, by=by, now=now)


def _fits(meeting_id: int, code: str, now: datetime) -> bool:
    typed = "".join(letter for letter in code if letter.isdigit()).encode()
    step, secret = int(now.timestamp()) // STEP, _secret(meeting_id)
    return any(hmac.compare_digest(typed, _digits(secret, s).encode()) for s in (step, step - 1))


def attend_by_hand(meeting_id: int, person_ids: Iterable[int], *, key: str, by: str, now: datetime) -> int:
    """The lecturer or an officer marks people present, once the meeting has begun; how many were new.

    Raises NoSuchMeeting, NoSeatHere, NotYetMet; audit.KeyReused.
    """
    found = meeting(meeting_id)
    if not found.begun(now):
        raise NotYetMet(number=found.number)
    return _mark(meeting_id, list(person_ids), "hand", key=key, by=by, now=now)


@transaction.atomic
def _mark(meeting_id: int, person_ids: list[int], how: str, *, key: str, by: str, now: datetime) -> int:
    with audit.once(key, by=by, payload=["attend", meeting_id, sorted(person_ids)], at=now) as first:
        if first.answer:
            return int(first.answer)
        class_id = meeting(meeting_id).class_id
        seated = {seat.person_id for seat in admissions.seats_of_class(class_id)}
        if not seated.issuperset(person_ids):
            raise NoSeatHere()
        fresh = _store([(meeting_id, person) for person in person_ids], how, by=by, now=now)
        first.keep(fresh)
        return fresh


@transaction.atomic
def attend_many(rows: Iterable[tuple[int, int]], *, by: str, now: datetime, how: str = "file") -> int:
    """Mark many (meeting_id, person_id) present in a few statements; how many were new.

    The hour is not checked (a file comes afterwards), the seat is. Raises NoSuchMeeting, NoSeatHere.
    """
    wanted = list(dict.fromkeys(rows))
    met = {meeting_id for meeting_id, _person in wanted}
    classes = dict(models.Meeting.objects.filter(pk__in=met).values_list("pk", "klass_id"))
    if len(classes) != len(met):
        raise NoSuchMeeting()
    seated = {
        class_id: {seat.person_id for seat in admissions.seats_of_class(class_id)}
        for class_id in set(classes.values())
    }
    if any(person not in seated[classes[meeting_id]] for meeting_id, person in wanted):
        raise NoSeatHere()
    return _store(wanted, how, by=by, now=now)


def _store(rows: list[tuple[int, int]], how: str, *, by: str, now: datetime) -> int:
    """Write attendance rows; those that are there already stay as they are. Audited by meeting."""
    met = {meeting_id for meeting_id, _person in rows}
    have = set(models.Attendance.objects.filter(meeting__in=met).values_list("meeting_id", "person_id"))
    fresh = [row for row in rows if row not in have]
    models.Attendance.objects.bulk_create(
        [models.Attendance(meeting_id=m, person_id=p, how=how, by=by, at=now) for m, p in fresh],
        ignore_conflicts=True,
        batch_size=1000,
    )
    marked: dict[int, list[int]] = {}
    for meeting_id, person_id in fresh:
        marked.setdefault(meeting_id, []).append(person_id)
    audit.record_many(
        [
            ("attendance.marked", f"meeting:{meeting_id}", {"how": how, "persons": persons})
            for meeting_id, persons in marked.items()
        ],
        by=by,
        at=now,
    )
    return len(fresh)


def present(meeting_id: int) -> dict[int, str]:
    """How each person was marked present in a meeting: code, hand or file; one query."""
    return dict(models.Attendance.objects.filter(meeting=meeting_id).values_list("person_id", "how"))


def attended(class_id: int) -> dict[int, frozenset[int]]:
    """The ids of the meetings in which each person was; one query."""
    found: dict[int, set[int]] = {}
    rows = models.Attendance.objects.filter(meeting__klass=class_id)
    for person_id, meeting_id in rows.values_list("person_id", "meeting_id"):
        found.setdefault(person_id, set()).add(meeting_id)
    return {person: frozenset(met) for person, met in found.items()}


def counts(class_id: int) -> dict[int, int]:
    """How many were in each meeting, by meeting; one query."""
    rows = models.Attendance.objects.filter(meeting__klass=class_id).values("meeting")
    return {row["meeting"]: row["n"] for row in rows.annotate(n=Count("pk"))}
