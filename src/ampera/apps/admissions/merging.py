"""Of somebody who was registered twice, one application a round goes on: the one further on, else the one sent earlier.

Before the freeze the other is closed. After it the frozen list stays as it is: the other answers `declined`, now if it was
called or holds a seat, and else in the wave that calls it, so that the published rule replays every wave.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Value

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from . import seats
from .answering import decline
from .applications import APPLICATION_MOVES
from .models import Application, Call, Draw, Fill, GivesWay, NoShow, Seat

BEFORE_FREEZE = frozenset({"DRAFT", "LOCKED", "OPEN", "OBJECTIONS"})
RUNNING = BEFORE_FREEZE | {"FROZEN", "DRAWN", "TEACHING"}  # later nothing is left to hold twice
LIVE = ("DRAFT", "SUBMITTED")


@dataclass(frozen=True)
class Gave:
    """An application that gave way. receipt, to_receipt: "" if never sent. closed: before the freeze."""

    application_id: int
    person_id: int
    round_id: int
    receipt: str
    to_receipt: str
    because: str
    closed: bool


@dataclass(frozen=True)
class Holding:
    """What a registration has in a round. state: the application's, "" without one. receipt: "" if never sent."""

    round_id: int
    state: str
    receipt: str
    seated: bool


@dataclass
class _Stand:
    """What one registration of the person has in a round."""

    person_id: int
    application: Application | None = None
    seat: Seat | None = None
    call: Call | None = None

    def further_on(self) -> tuple[object, ...]:
        """Sorts what stays before what gives way: a seat, an open call, sent, begun; last what an answer has ended."""
        row = self.application
        if self.seat:
            stage = 0
        elif self.call:
            stage = 1 if self.call.state == Call.State.OFFERED else 4
        else:
            stage = 2 if row and row.state == "SUBMITTED" else 3
        moments = [row.submitted_at or row.created_at] if row else [self.seat.taken_at] if self.seat else []
        return stage, moments, self.person_id


@transaction.atomic
def reunite(person_id: int, *, because: str, by: str, now: datetime) -> tuple[Gave, ...]:
    """Leave a person who was registered more than once one application and one seat in each round; what gave way now.

    Again, nothing changes.
    """
    ids = people.same(person_id)
    gave: list[Gave] = []
    for round_ in programme.rounds():
        if round_.state in RUNNING:
            state = programme.hold(round_.id)
            stands = sorted(_stands(round_.id, ids, state), key=_Stand.further_on)
            for other in stands[1:]:
                gave += _give_way(round_.id, other, stands[0], state, because=because, by=by, now=now)
    return tuple(gave)


def _stands(round_id: int, ids: Sequence[int], state: str) -> list[_Stand]:
    """What the registrations have in the round, locked: whoever answers or claims in this moment comes before or after."""
    if state not in BEFORE_FREEZE:  # the order in which an answer takes its locks: draw, call, counters
        list(Draw.objects.filter(freeze__round=round_id).defer("bundle").select_for_update(of=("self",)))
        calls = Call.objects.filter(application__round=round_id, application__person__in=ids)
        list(calls.order_by("pk").select_for_update(of=("self",)))
        list(Fill.objects.filter(block__klass__round=round_id).order_by("pk").select_for_update(of=("self",)))
    given = GivesWay.objects.filter(application__round=round_id, ended_at=None).values("application")
    found: dict[int, _Stand] = {}
    rows = Application.objects.select_for_update().filter(round=round_id, person__in=ids, state__in=LIVE)
    for row in rows.exclude(pk__in=given).order_by("pk"):
        found.setdefault(row.person_id, _Stand(row.person_id)).application = row
    for seat in Seat.objects.filter(round=round_id, person__in=ids, state=Seat.State.TAKEN):
        found.setdefault(seat.person_id, _Stand(seat.person_id)).seat = seat
    for stand in found.values():
        stand.call = Call.objects.filter(application=stand.application).order_by("wave").last()
    return list(found.values())


def _give_way(
    round_id: int, other: _Stand, stays: _Stand, state: str, *, because: str, by: str, now: datetime
) -> Iterable[Gave]:
    if other.seat:
        NoShow.objects.filter(seat=other.seat, ended_at=None).update(ended_at=now)
        seats.release(other.seat.pk, because=because, key=f"merged:{other.seat.pk}", by=by, now=now)
    elif other.call and other.call.state == Call.State.OFFERED and now <= other.call.until:
        decline(other.call.pk, key=f"merged:{other.call.pk}", by=by, now=now)
    row = other.application
    if row is None:
        return
    to = stays.application
    GivesWay.objects.create(application=row, stays=to, because=because, by=by, at=now)
    closed = state in BEFORE_FREEZE
    if closed:
        Application.objects.filter(pk=row.pk).update(
            state=APPLICATION_MOVES[row.state, "merge"], ended_at=now
        )
    audit.record(
        "application.gave_way", about=f"application:{row.pk}", by=by, at=now, to=to.pk if to else None, closed=closed
    )  # fmt: skip
    yield Gave(
        row.pk, row.person_id, round_id, row.receipt or "", (to.receipt or "") if to else "", because, closed
    )


@transaction.atomic
def part_again(earlier: int, later: int, *, by: str, now: datetime) -> tuple[int, ...]:
    """The two were not one: what gave way between them stands again where it still can; the applications' ids.

    Before the freeze it is as it was. After it, it may be called again; a call already declined, or a seat released, is
    another's by now.
    """
    ids = (earlier, later)
    between = Q(application__person__in=ids) & (Q(stays__person__in=ids) | Q(stays=None))
    again = []
    for way in GivesWay.objects.filter(between, ended_at=None).select_related("application"):
        row, state = way.application, programme.hold(way.application.round_id)
        GivesWay.objects.filter(pk=way.pk).update(ended_at=now)
        if row.state == Application.State.MERGED:
            if state not in BEFORE_FREEZE:
                continue
            verb = "restore" if row.submitted_at else "reopen"
            Application.objects.filter(pk=row.pk).update(
                state=APPLICATION_MOVES[row.state, verb], ended_at=None
            )
        audit.record("application.stands_again", about=f"application:{row.pk}", by=by, at=now)
        again.append(row.pk)
    return tuple(again)


def gave_way(person_ids: Collection[int]) -> tuple[Gave, ...]:
    """What gave way of these registrations and still does, the newest first. One query."""
    rows = GivesWay.objects.filter(application__person__in=list(person_ids), ended_at=None)
    return tuple(
        Gave(
            w.application_id, w.application.person_id, w.application.round_id, w.application.receipt or "",
            (w.stays.receipt or "") if w.stays else "", w.because, w.application.state == Application.State.MERGED,
        )
        for w in rows.select_related("application", "stays").order_by("-pk")
    )  # fmt: skip


def giving_way(round_id: int) -> frozenset[int]:
    """The applications of a round that answer `declined` to whatever call comes. One query."""
    rows = GivesWay.objects.filter(application__round=round_id, ended_at=None)
    return frozenset(rows.values_list("application_id", flat=True))


def acting_in(person_ids: Sequence[int], round_id: int) -> tuple[int, bool]:
    """(under which of a person's registrations they are in a round, whether they hold a seat): the one of the seat, else
    of the application that goes on.

    person_ids: as `people.same` gives them; the first if they are in it under none. One query.
    """
    ids = list(person_ids)
    held = Seat.objects.filter(round=round_id, person__in=ids, state=Seat.State.TAKEN)
    given = GivesWay.objects.filter(ended_at=None).values("application")
    rows = Application.objects.filter(round=round_id, person__in=ids).exclude(pk__in=given)
    order = {"": 0, "SUBMITTED": 1, "DRAFT": 2}
    found = held.values_list(Value(""), "person_id").union(rows.values_list("state", "person_id"))
    stage, person_id = min(((order.get(state, 3), pk) for state, pk in found), default=(4, ids[0]))
    return person_id, stage == 0


def holdings(person_ids: Collection[int]) -> dict[int, tuple[Holding, ...]]:
    """What each of these persons has in the rounds, by person and round. Two queries."""
    ids = list(person_ids)
    held = Seat.objects.filter(person__in=ids, state=Seat.State.TAKEN).values_list("person_id", "round_id")
    has = {key: Holding(key[1], "", "", True) for key in held}
    for row in Application.objects.filter(person__in=ids).order_by("pk"):
        key = row.person_id, row.round_id
        has[key] = Holding(row.round_id, row.state, row.receipt or "", key in has and has[key].seated)
    return {pk: tuple(h for (p, _round), h in sorted(has.items()) if p == pk) for pk in ids}
