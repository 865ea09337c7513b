"""Answers to calls: a seat taken, given up, or lost because its time is over. Each call is answered once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from . import seats
from .models import Call, Seat
from .office_refusals import CallDeclined, CallLapsed, CallTaken, ClassFull, NoSuchCall

State = Call.State
# (state, verb) → state. What is not here is refused.
CALL_MOVES: Mapping[tuple[str, str], str] = {
    (State.OFFERED, "accept"): State.TAKEN,
    (State.OFFERED, "decline"): State.DECLINED,
    (State.OFFERED, "lapse"): State.LAPSED,
}


def call_diagram() -> str:
    """CALL_MOVES as Mermaid text, for the docs."""
    return programme.diagram(CALL_MOVES, State.OFFERED)


BATCH = 1000


@transaction.atomic
def accept(call_id: int, *, key: str, by: str, now: datetime) -> uuid.UUID:
    """Take the seat offered; the seat's id. Raises NoSuchCall, CallLapsed, CallDeclined, AlreadySeated; audit.KeyReused."""
    with audit.once(key, by=by, payload=["accept", call_id], at=now) as first:
        if first.answer:
            return uuid.UUID(first.answer)
        call = _locked(call_id, "accept", now)
        seat = _take([call], by=by, now=now)[0]
        return first.keep(seat).pk


@transaction.atomic
def decline(call_id: int, *, key: str, by: str, now: datetime) -> None:
    """Give the offered seat up, for good. Raises NoSuchCall, CallLapsed, CallDeclined, CallTaken; audit.KeyReused."""
    with audit.once(key, by=by, payload=["decline", call_id], at=now) as first:
        if first.answer:
            return
        _decline([_locked(call_id, "decline", now)], by=by, now=now)
        first.keep(call_id)


@transaction.atomic
def accept_many(call_ids: Sequence[int], *, by: str, now: datetime) -> list[uuid.UUID]:
    """Take many seats; their ids in the order of the calls. All or none; raises what `accept` raises."""
    return [seat.pk for seat in _take(_locked_many(call_ids, "accept", now), by=by, now=now)]


@transaction.atomic
def decline_many(call_ids: Sequence[int], *, by: str, now: datetime) -> None:
    """Give many offered seats up. All or none; raises what `decline` raises."""
    _decline(_locked_many(call_ids, "decline", now), by=by, now=now)


def check_open(call_id: int, verb: str, now: datetime) -> None:
    """Refuse what can't be answered so now: NoSuchCall, CallLapsed, CallDeclined, CallTaken."""
    call = Call.objects.filter(pk=call_id).first()
    if call is None:
        raise NoSuchCall()
    _check(call, verb, now)


def _locked(call_id: int, verb: str, now: datetime) -> Call:
    return _locked_many([call_id], verb, now)[0]


def _locked_many(call_ids: Sequence[int], verb: str, now: datetime) -> list[Call]:
    """The calls in the order given, locked until the transaction ends, each ready for the verb."""
    rows: dict[int, Call] = {}
    for start in range(0, len(call_ids), BATCH):
        part = Call.objects.filter(pk__in=call_ids[start : start + BATCH]).order_by("pk")
        rows |= {c.pk: c for c in part.select_related("application").select_for_update(of=("self",))}
    for call_id in call_ids:
        call = rows.get(call_id)
        if call is None:
            raise NoSuchCall()
        _check(call, verb, now)
    return [rows[call_id] for call_id in call_ids]


def _check(call: Call, verb: str, now: datetime) -> None:
    if call.state == State.DECLINED:
        raise CallDeclined()
    if call.state == State.TAKEN:
        raise CallTaken()
    if (call.state, verb) not in CALL_MOVES or now > call.until:
        raise CallLapsed(until=call.until)


def _take(calls: Sequence[Call], *, by: str, now: datetime) -> list[Seat]:
    """Seats for calls that are locked: in the block offered, or another of the class if that one has filled up."""
    free = {c: dict(blocks) for c, blocks in seats.free_blocks({c.klass_id for c in calls}).items()}
    taken = []
    for call in calls:
        blocks = free.get(call.klass_id, {})
        block = (
            call.block_id if blocks.get(call.block_id) else next((b for b, n in blocks.items() if n), None)
        )
        if block is None:
            raise ClassFull(klass=programme.class_(call.klass_id).code)
        blocks[block] -= 1
        taken.append(
            Seat(
                round_id=call.application.round_id,
                person_id=call.application.person_id,
                klass_id=call.klass_id,
                block_id=block,
                source=Seat.Source.DRAW,
                call=call,
                taken_at=now,
            )
        )
    _mark(calls, "accept", now)
    with seats.guarded(""):
        Seat.objects.bulk_create(taken, batch_size=BATCH)
    audit.record_many(
        [
            (
                "seat.taken",
                f"person:{s.person_id}",
                {"klass": s.klass_id, "seat": str(s.pk), "source": "draw", "call": s.call_id},
            )
            for s in taken
        ],
        by=by,
        at=now,
    )
    return taken


def _decline(calls: Sequence[Call], *, by: str, now: datetime) -> None:
    _mark(calls, "decline", now)
    events = [("call.declined", f"person:{c.application.person_id}", {"call": c.pk}) for c in calls]
    audit.record_many(events, by=by, at=now)


def _mark(calls: Sequence[Call], verb: str, now: datetime) -> None:
    state = CALL_MOVES[State.OFFERED, verb]
    for start in range(0, len(calls), BATCH):
        ids = [c.pk for c in calls[start : start + BATCH]]
        Call.objects.filter(pk__in=ids).update(state=state, answered_at=now)


@transaction.atomic
def lapse(round_id: int, *, by: str, now: datetime) -> int:
    """End the calls whose time is over; how many."""
    due = Call.objects.filter(application__round=round_id, state=State.OFFERED, until__lt=now)
    lapsed = due.update(state=CALL_MOVES[State.OFFERED, "lapse"], answered_at=now)
    if lapsed:
        audit.record("calls.lapsed", about=f"round:{round_id}", by=by, at=now, lapsed=lapsed)
    return lapsed
