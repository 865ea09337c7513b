"""What a person holds in a round, an offered seat or a taken one, is given up only by them: by a code on their phone, or a PIN.

A session left open on a borrowed phone can look at a seat; it can't lose it. Nor can an official do it without the person.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.refusal import _

from . import seats
from .answering import check_open, decline
from .models import Call, NoShow, Seat
from .office_refusals import NotTheTime, PinMadeByYou, SeatGone

CALL, SEAT = "call", "seat"
OPEN_IN = {"DRAWN", "TEACHING"}
GIVEN_BACK = "Given back by the person."
SAYS = _(
    "Code %(code)s gives up your seat in class %(klass)s, for good. If you did not ask for it, do nothing: the seat stays "
    "yours. Officers never ask for it."
)


@dataclass(frozen=True)
class Held:
    """kind: call (offered) or seat (taken). id: the call's or the seat's. over: a seat that was given back already."""

    kind: str
    id: str
    person_id: int
    round_id: int
    class_id: int
    over: bool = False

    @property
    def purpose(self) -> str:
        """What a code for giving it up is for: no other code does it."""
        return f"give:{self.id.replace('-', '')}"  # a call's number or a seat's 32 digits: 40 characters hold either


def held(person_id: int, *, now: datetime) -> tuple[Held, ...]:
    """What the person holds in rounds that are drawn or taught: open calls and seats. Three queries."""
    running = [r.id for r in programme.rounds() if r.state in OPEN_IN]
    calls = Call.objects.filter(
        application__person=person_id,
        application__round__in=running,
        state=Call.State.OFFERED,
        until__gte=now,
    )
    taken = Seat.objects.filter(person=person_id, round__in=running, state=Seat.State.TAKEN)
    found = calls.select_related("application").order_by("pk")
    return (*map(of_call, found), *map(of_seat, taken.order_by("pk")))


def latest_held(person_id: int, round_id: int) -> Held | None:
    """The seat that the person holds in a round, or what they last held or were offered there. Two queries."""
    seat = Seat.objects.filter(person=person_id, round=round_id).order_by("-taken_at").first()
    calls = Call.objects.filter(application__person=person_id, application__round=round_id)
    call = calls.select_related("application").order_by("-wave").first()
    if seat and (seat.state == Seat.State.TAKEN or call is None or seat.taken_at >= call.offered_at):
        return of_seat(seat)
    return of_call(call) if call else None


def of_call(call: Call) -> Held:
    """An offered seat as something to give up; its application is read along."""
    application = call.application
    return Held(CALL, str(call.pk), application.person_id, application.round_id, call.klass_id)


def of_seat(seat: Seat) -> Held:
    over = seat.state != Seat.State.TAKEN
    return Held(SEAT, str(seat.pk), seat.person_id, seat.round_id, seat.klass_id, over)


@transaction.atomic
def ask_code(mine: Held, *, key: str, by: str, now: datetime) -> None:
    """Send the person a code that gives this up.

    Raises what giving it up raises; people.NoPhone, people.TooManyCodes; audit.KeyReused.
    """
    check_held(mine, now)
    klass = programme.class_(mine.class_id).code
    people.send_code(mine.person_id, mine.purpose, SAYS, key=key, by=by, now=now, klass=klass)


def code_sent(mine: Held, *, now: datetime) -> people.Sent | None:
    """The code that may be typed now."""
    return people.code_sent(mine.person_id, mine.purpose, now=now)


def give_up(mine: Held, proof: people.Proof, *, key: str, by: str, now: datetime) -> None:
    """Decline the call or give the seat back, once whoever does it has shown who they are: both in one transaction.

    A wrong proof changes nothing but its own count. Raises people.WrongCode, people.WrongPin; PinMadeByYou; NoSuchCall,
    CallLapsed, CallDeclined, CallTaken; SeatGone, NotTheTime; audit.KeyReused.
    """
    with (
        transaction.atomic(),
        audit.once(key, by=by, payload=["give_up", mine.kind, mine.id], at=now) as first,
    ):
        if first.answer:  # a second tap: the code is spent already
            return
        _check_maker(mine.person_id, proof, by)
        right = people.shown(mine.person_id, mine.purpose, proof, now=now)
        if right:
            _let_go(mine, key=f"{key}:done", by=by, now=now)
            audit.record(
                f"{mine.kind}.given_up",
                about=f"person:{mine.person_id}",
                by=by,
                at=now,
                how=proof.how,
                **{mine.kind: mine.id},
            )
            first.keep(mine.id)
    if not right:  # outside, so that the wrong try stays counted
        raise proof.wrong


def check_shown(mine: Held, now: datetime) -> None:
    """Refuse what was over already when it was read: NoSuchCall, CallLapsed, CallDeclined, CallTaken; SeatGone."""
    if mine.kind == CALL:
        check_open(int(mine.id), "decline", now)
    elif mine.over:
        raise SeatGone()


def check_held(mine: Held, now: datetime) -> None:
    """Refuse what can't be given up now: NoSuchCall, CallLapsed, CallDeclined, CallTaken; SeatGone, NotTheTime."""
    if mine.kind == CALL:
        check_open(int(mine.id), "decline", now)
        return
    if not Seat.objects.filter(pk=mine.id, state=Seat.State.TAKEN).exists():
        raise SeatGone()
    state = programme.round_(mine.round_id).state
    if state not in OPEN_IN:
        raise NotTheTime(state=programme.state_name(state))


def _let_go(mine: Held, *, key: str, by: str, now: datetime) -> None:
    check_held(mine, now)
    if mine.kind == CALL:
        decline(int(mine.id), key=key, by=by, now=now)
        return
    # who gives the seat back has said all that an objection could say
    seat_id = uuid.UUID(mine.id)
    NoShow.objects.filter(seat=seat_id, ended_at=None).update(ended_at=now)
    seats.release(seat_id, because=GIVEN_BACK, key=key, by=by, now=now)


def _check_maker(person_id: int, proof: people.Proof, by: str) -> None:
    """Whoever made a lost PIN anew could else use it alone."""
    if proof.how != people.PIN:
        return
    made = audit.events(about=f"person:{person_id}", verb="person.pin_made", limit=1)
    if made and made[0].by == by:
        raise PinMadeByYou()
