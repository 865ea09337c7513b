"""When a class meets: its meetings, made from the plan's days and hours, and moved along when the class is moved."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import _

from . import models
from .refusals import NoSuchMeeting, NothingMoved

MOVED = _("Your class %(code)s has moved. Next meeting: %(when)s, at %(place)s.")
MOVED_ONLY = _("Your class %(code)s has moved. It meets at %(place)s.")
EARLY = timedelta(minutes=15)  # a citizen may be marked present this long before the meeting starts


@dataclass(frozen=True)
class Meeting:
    """One meeting of a class. number: from 1."""

    id: int
    class_id: int
    number: int
    starts_at: datetime
    ends_at: datetime

    def open(self, now: datetime) -> bool:
        """Whether attendance by code is open: from a quarter of an hour before the start to the end."""
        return self.starts_at - EARLY <= now <= self.ends_at

    def begun(self, now: datetime) -> bool:
        return self.starts_at - EARLY <= now


@transaction.atomic
def timetable(class_id: int, *, by: str, now: datetime) -> tuple[Meeting, ...]:
    """The meetings of a class as its days and hours say, made or moved where they differ.

    A meeting that has begun, or in which somebody was marked present, stays as it is; those after it follow on.
    Doing it again changes nothing. Raises programme.NoSuchClass.
    """
    _make(class_id, by=by, now=now)
    return meetings(class_id)


@transaction.atomic
def timetables(round_id: int, *, by: str, now: datetime) -> int:
    """`timetable` for every class of a round, the nominated people's too; how many meetings were made or moved."""
    return sum(_make(one.id, by=by, now=now) for one in programme.classes(round_id, drawn=None))


def _make(class_id: int, *, by: str, now: datetime) -> int:
    planned = programme.class_(class_id)
    rows = list(models.Meeting.objects.select_for_update().filter(klass=class_id).order_by("number", "pk"))
    held = set(models.Attendance.objects.filter(meeting__klass=class_id).values_list("meeting_id", flat=True))
    fixed = [row for row in rows if row.pk in held or row.starts_at <= now]
    first = programme.plan(planned.round_id).classes_start_on
    if fixed:
        first = max(first, timezone.localdate(fixed[-1].starts_at) + timedelta(days=1))
    last_fixed = fixed[-1].number if fixed else 0
    hours = list(islice(_hours(planned, first), max(0, planned.meetings - last_fixed)))
    changed = _write(class_id, {row.number: row for row in rows}, dict(enumerate(hours, last_fixed + 1)))
    if changed:
        audit.record("class.timetabled", about=f"class:{class_id}", by=by, at=now, meetings=changed)
    return changed


def _write(
    class_id: int, rows: dict[int, models.Meeting], wanted: dict[int, tuple[datetime, datetime]]
) -> int:
    """Make what is missing, move what differs; how many."""
    fresh, moved = [], []
    for number, (starts_at, ends_at) in wanted.items():
        row = rows.get(number)
        if row is None:
            secret = secrets.token_hex(32)
            fresh.append(
                models.Meeting(
                    klass_id=class_id, number=number, starts_at=starts_at, ends_at=ends_at, secret=secret
                )
            )
        elif (row.starts_at, row.ends_at) != (starts_at, ends_at):
            row.starts_at, row.ends_at = starts_at, ends_at
            moved.append(row)
    models.Meeting.objects.bulk_create(fresh)
    models.Meeting.objects.bulk_update(moved, ["starts_at", "ends_at"])
    return len(fresh) + len(moved)


def _hours(planned: programme.Class, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of each meeting from a day on, on the class's weekdays, in the city's time."""
    zone = ZoneInfo(settings.TIME_ZONE)
    while True:
        if programme.DAYS[day.weekday()] in planned.days:
            yield (
                datetime.combine(day, planned.starts_at, zone),
                datetime.combine(day, planned.ends_at, zone),
            )
        day += timedelta(days=1)


def meetings(class_id: int) -> tuple[Meeting, ...]:
    """The meetings of a class in order; one query."""
    return tuple(map(_record, models.Meeting.objects.filter(klass=class_id).order_by("number")))


def meeting(meeting_id: int) -> Meeting:
    """Raises NoSuchMeeting."""
    row = models.Meeting.objects.filter(pk=meeting_id).first()
    if row is None:
        raise NoSuchMeeting()
    return _record(row)


def next_meeting(held: tuple[Meeting, ...], now: datetime) -> Meeting | None:
    """The first that has not ended."""
    return next((m for m in held if m.ends_at >= now), None)


def finished(class_id: int, now: datetime) -> bool:
    """Whether the class has held its last meeting; False for one without a timetable."""
    held = meetings(class_id)
    return bool(held) and held[-1].ends_at <= now


def untold_move(class_id: int) -> datetime | None:
    """When the class was last moved, if those who sit in it have not been told since."""
    moved = audit.events(about=f"class:{class_id}", verb="class.moved", limit=1)
    if not moved:
        return None
    told = audit.events(about=f"class:{class_id}", verb="class.move_told", limit=1)
    return None if told and told[0].at >= moved[0].at else moved[0].at


@transaction.atomic
def follow_move(class_id: int, *, key: str, by: str, now: datetime) -> int:
    """After programme.class_moved: move the meetings still to come and tell everybody who sits in it; how many messages.

    Raises NothingMoved if everybody was told; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["follow_move", class_id], at=now) as first:
        if first.answer:
            return int(first.answer)
        if untold_move(class_id) is None:
            raise NothingMoved()
        held = timetable(class_id, by=by, now=now)
        moved, then = programme.class_(class_id), next_meeting(held, now)
        facts = {"code": moved.code, "place": place(moved), "when": then and then.starts_at}
        news = [
            people.News(s.person_id, f"{key}:{s.person_id}", facts)
            for s in admissions.seats_of_class(class_id)
        ]
        told = people.tell(MOVED if then else MOVED_ONLY, news, kind="class_moved", now=now)
        audit.record("class.move_told", about=f"class:{class_id}", by=by, at=now, messages=told)
        first.keep(told)
        return told


def place(held: programme.Class) -> str:
    """Where it meets, in one line: an online class meets nowhere in the city."""
    return f"{held.room}, {held.place_name}" if held.mode == "tatap-muka" else held.room


def _record(row: models.Meeting) -> Meeting:
    return Meeting(row.pk, row.klass_id, row.number, row.starts_at, row.ends_at)
