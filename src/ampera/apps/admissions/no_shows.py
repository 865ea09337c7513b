"""Seats that nobody seems to use: said by two officers, told to the person, released only after 48 hours without an objection."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import _

from . import seats
from .models import NoShow as Row
from .models import Seat
from .objections import TEXT_MOST
from .office_refusals import NoShowOpen, NoShowOver, NoSuchSeat, NotTheTime, stated
from .refusals import ObjectionEmpty

OPEN_IN = {"DRAWN", "TEACHING"}
WAITS = timedelta(hours=48)
RELEASED = "No-show: 48 hours passed without an objection."
SAYS = _(
    "Your seat in class %(klass)s seems unused. If you are coming, say so before %(until)s on your page or at the "
    "kelurahan; otherwise it goes to somebody else. We never ask for money or for your PIN."
)


@dataclass(frozen=True)
class NoShow:
    """A seat said to be unused. until: the last moment to object. objection: what the person wrote, "" if nothing."""

    id: int
    seat_id: uuid.UUID
    because: str
    by: str
    at: datetime
    until: datetime
    objection: str
    ended_at: datetime | None

    def waits(self, now: datetime) -> bool:
        """Whether the person may still object."""
        return self.ended_at is None and now < self.until


def no_show_of(seat_id: uuid.UUID) -> NoShow | None:
    """The latest one of a seat; one query."""
    row = Row.objects.filter(seat=seat_id).order_by("-pk").first()
    return _frozen(row) if row else None


def check_no_show(round_id: int, seat_id: uuid.UUID | str) -> Seat:
    """The seat, held in this round and not said to be unused yet. Raises NoSuchSeat, NotTheTime, NoShowOpen."""
    seat = Seat.objects.filter(pk=seat_id, round=round_id, state=Seat.State.TAKEN).first()
    if seat is None:
        raise NoSuchSeat()
    state = programme.round_(round_id).state
    if state not in OPEN_IN:
        raise NotTheTime(state=programme.state_name(state))
    if before := Row.objects.filter(seat=seat, ended_at=None).first():
        raise NoShowOpen(until=before.until)
    return seat


def holder(seat_id: str) -> str:
    """Who holds a seat and where, for the officers who decide about it; "" if there is no such seat."""
    seat = Seat.objects.filter(pk=seat_id).first()
    if seat is None:
        return ""
    klass = programme.class_(seat.klass_id)
    return f"{people.names([seat.person_id])[seat.person_id]}, {klass.code}, {klass.place_name}"


@transaction.atomic
def declare_no_show(round_id: int, seat_id: uuid.UUID | str, *, because: str, by: str, now: datetime) -> int:
    """Say that a seat is not used, as two people have decided, and tell its holder, who has 48 hours to object; its id.

    Raises ReasonMissing, NoSuchSeat (also for one given back), NotTheTime, NoShowOpen.
    """
    because = stated(because)
    seat = check_no_show(round_id, seat_id)
    row = Row.objects.create(seat=seat, because=because, by=by, at=now, until=now + WAITS)
    facts = {"klass": programme.class_(seat.klass_id).code, "until": row.until}
    people.tell(SAYS, [people.News(seat.person_id, f"no-show:{row.pk}", facts)], kind="call", now=now)
    audit.record("seat.no_show", about=f"person:{seat.person_id}", by=by, at=now, seat=str(seat.pk))
    return row.pk


@transaction.atomic
def object_to_no_show(no_show_id: int, *, text: str, key: str, by: str, now: datetime) -> None:
    """The person is coming after all: the seat stays theirs. Raises ObjectionEmpty, NoShowOver; audit.KeyReused."""
    text = text.strip()
    if not 0 < len(text) <= TEXT_MOST:
        raise ObjectionEmpty(most=TEXT_MOST)
    with audit.once(key, by=by, payload=["no_show_objection", no_show_id, text], at=now) as first:
        if first.answer:
            return
        row = Row.objects.select_for_update(of=("self",)).select_related("seat").filter(pk=no_show_id).first()
        if row is None or row.ended_at or now >= row.until:
            raise NoShowOver()
        row.objection, row.ended_at = text, now
        row.save(update_fields=["objection", "ended_at"])
        audit.record(
            "seat.no_show_objected",
            about=f"person:{row.seat.person_id}",
            by=by,
            at=now,
            seat=str(row.seat_id),
        )
        first.keep(row)


@transaction.atomic
def release_no_shows(round_id: int, *, by: str, now: datetime) -> int:
    """Release the seats to which nobody objected in their 48 hours; how many."""
    due = Row.objects.filter(seat__round=round_id, ended_at=None, until__lte=now).order_by("pk")
    rows = list(due.select_for_update(of=("self",)))
    for row in rows:
        seats.release(row.seat_id, because=RELEASED, key=f"no-show:{row.pk}", by=by, now=now)
    return len(rows)


def _frozen(row: Row) -> NoShow:
    return NoShow(row.pk, row.seat_id, row.because, row.by, row.at, row.until, row.objection, row.ended_at)
