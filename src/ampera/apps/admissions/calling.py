"""Calls: seats offered until a date, wave by wave inside the horizon, by the rule that the bundle replays.

Wave 1 is the draw. A later wave reruns it over insiders without those who declined or let their time pass; what was
accepted stays. When a wave would call nobody, or the plan's last one is over, the calls end.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.refusal import _

from . import seats
from .bundles import places_of, replayed
from .freezing import labels_of
from .labels import Labels
from .models import Application, Call, Draw, Seat, WavesEnd
from .office_refusals import (
    CallDeclined,
    CallLapsed,
    CallTaken,
    ClassFull,
    NoSuchCall,
    NotDrawn,
    ReasonMissing,
    WaveOpen,
    WavesOver,
)
from .records import filled

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
OVER = _("nobody is left inside the horizon, or the last wave is over")  # translated where it is shown
SAYS = _(
    "A seat is kept for you: class %(klass)s, %(place)s. Say yes or no before %(until)s, on your page or at the "
    "kelurahan. Receipt %(receipt)s. We never ask for money or for your PIN."
)


@dataclass(frozen=True)
class Offered:
    """A call. state: OFFERED, TAKEN, DECLINED or LAPSED."""

    id: int
    application_id: int
    class_id: int
    wave: int
    state: str
    offered_at: datetime
    until: datetime
    answered_at: datetime | None

    def open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state == State.OFFERED and now <= self.until


@dataclass(frozen=True)
class Wave:
    """How one wave was answered. until: the end of its time."""

    number: int
    offered_at: datetime
    until: datetime
    called: int
    taken: int
    declined: int
    lapsed: int
    waiting: int


def first_wave(draw: Draw, outcome: allocation.Outcome, labels: Labels, *, by: str, now: datetime) -> int:
    """Call everybody whom the draw gave a seat, in the draw's own transaction; how many."""
    return _open(draw.freeze.round_id, allocation.next_wave(outcome, ()), labels, by=by, now=now)


@transaction.atomic
def call_wave(round_id: int, *, by: str, now: datetime) -> int:
    """Open the next wave; how many were called. 0: nobody is left to call, and the calls have ended.

    Calls whose time is over lapse first. Raises NotDrawn; WaveOpen while somebody may still answer.
    """
    draw = Draw.objects.filter(freeze__round=round_id).defer("bundle").select_for_update(of=("self",)).first()
    if draw is None:
        raise NotDrawn()
    if WavesEnd.objects.filter(round=round_id).exists():
        return 0
    lapse(round_id, by=by, now=now)
    _refuse_open(round_id)
    given, wave = _answers(round_id)
    most = programme.plan(round_id).waves
    if most is None or wave < most:
        offers = allocation.next_wave(replayed(round_id), given)
        if offers:
            return _open(round_id, offers, labels_of(round_id), by=by, now=now)
    _end(round_id, wave, OVER, by=by, now=now)
    return 0


@transaction.atomic
def close_waves(round_id: int, *, because: str, key: str, by: str, now: datetime) -> None:
    """End the calls before everybody inside the horizon was called, say because the classes begin.

    Raises NotDrawn, WaveOpen, WavesOver, ReasonMissing; audit.KeyReused.
    """
    if not because.strip():
        raise ReasonMissing()
    with audit.once(key, by=by, payload=["close_waves", round_id], at=now) as first:
        if first.answer:
            return
        if not Draw.objects.filter(freeze__round=round_id).exists():
            raise NotDrawn()
        if WavesEnd.objects.filter(round=round_id).exists():
            raise WavesOver()
        lapse(round_id, by=by, now=now)
        _refuse_open(round_id)
        _end(round_id, _answers(round_id)[1], because.strip(), by=by, now=now)
        first.keep(round_id)


def _end(round_id: int, wave: int, because: str, *, by: str, now: datetime) -> None:
    WavesEnd.objects.create(round_id=round_id, after=wave, because=because, by=by, at=now)
    audit.record("calls.ended", about=f"round:{round_id}", by=by, at=now, after=wave, because=because)


def _refuse_open(round_id: int) -> None:
    waiting = Call.objects.filter(application__round=round_id, state=State.OFFERED)
    latest = waiting.order_by("-until").values_list("until", flat=True).first()
    if latest:
        raise WaveOpen(count=waiting.count(), until=latest)


def _answers(round_id: int) -> tuple[list[allocation.Answer], int]:
    """Every answer so far, as the core's rule takes them, and the number of the last wave.

    Whoever gave an accepted seat back declines in the wave during which they did.
    """
    rows = list(
        Call.objects.filter(application__round=round_id)
        .order_by("wave", "pk")
        .values_list("application__receipt", "wave", "state", "offered_at", "seat__released_at")
    )
    began: dict[int, datetime] = {}
    for _receipt, wave, _state, offered_at, _released in rows:
        began.setdefault(wave, offered_at)
    words: dict[str, str] = {State.TAKEN: "accepted", State.DECLINED: "declined", State.LAPSED: "lapsed"}
    found = []
    for drawn, wave, state, _offered_at, released in rows:
        receipt = filled(drawn)
        gone = max((w for w, at in began.items() if released and w >= wave and at <= released), default=wave)
        if released and gone == wave:
            found.append(allocation.Answer(receipt, wave, "declined"))
            continue
        found.append(allocation.Answer(receipt, wave, words[state]))
        if released:
            found.append(allocation.Answer(receipt, gone, "declined"))
    return found, max(began, default=0)


def _open(
    round_id: int, offers: Sequence[allocation.Offer], labels: Labels, *, by: str, now: datetime
) -> int:
    """Write a wave's calls and tell the people, in few statements however many they are."""
    if not offers:
        return 0
    places = places_of(round_id, labels)
    until = now + timedelta(hours=programme.plan(round_id).accept_hours)
    rows = Application.objects.filter(round=round_id, receipt__isnull=False)
    who = {receipt: (pk, person) for pk, receipt, person in rows.values_list("pk", "receipt", "person_id")}
    held = Seat.objects.filter(round=round_id, source=Seat.Source.ADDED, state=Seat.State.TAKEN)
    added = set(held.values_list("person_id", flat=True))
    calls = []
    for offer in offers:
        class_id, block_id = places[offer.klass, offer.block]
        application_id, person_id = who[offer.receipt]
        call = Call(
            application_id=application_id,
            klass_id=class_id,
            block_id=block_id,
            wave=offer.wave,
            offered_at=now,
            until=until,
        )
        if person_id in added:  # by the rule: who has an added seat needs no other one
            call.state, call.answered_at = CALL_MOVES[State.OFFERED, "decline"], now
        calls.append(call)
    Call.objects.bulk_create(calls, batch_size=BATCH)
    told = [
        (who[o.receipt][1], o.receipt, c.klass_id, o.wave)
        for o, c in zip(offers, calls, strict=True)
        if c.state == State.OFFERED
    ]
    _tell(round_id, told, until, now=now)
    audit.record(
        "calls.opened", about=f"round:{round_id}", by=by, at=now, wave=offers[0].wave, called=len(calls)
    )
    return len(calls)


def _tell(
    round_id: int, told: Iterable[tuple[int, str, int, int]], until: datetime, *, now: datetime
) -> None:
    """One message to everybody called who has a number; in Indonesian, without a link."""
    told = list(told)
    phones = people.phones(person for person, *_rest in told)
    classes = {c.id: c for c in programme.classes(round_id)}
    with override(settings.LANGUAGE_CODE):
        says, when = gettext(SAYS), date_format(localtime(until), "j F Y H:i")
    rows = []
    for person, receipt, class_id, wave in told:
        if person in phones:
            klass = classes[class_id]
            facts = {"klass": klass.code, "place": klass.place_name, "until": when, "receipt": receipt}
            rows.append((phones[person], "call", says % facts, f"call:{round_id}:{receipt}:{wave}"))
    messaging.send_many(rows, now=now)


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
