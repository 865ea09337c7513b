"""Calls: seats offered until a date, wave by wave inside the horizon, by the rule that the bundle replays.

Wave 1 is the draw. A later wave reruns it over insiders without those who declined or let their time pass; what was
accepted stays. When a wave would call nobody, or the plan's last one is over, the calls end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.refusal import _

from .answering import BATCH, CALL_MOVES, State, lapse
from .bundles import places_of, replayed
from .freezing import labels_of
from .labels import Labels
from .merging import giving_way
from .models import Application, Call, Draw, Seat, WavesEnd
from .office_refusals import NotDrawn, WaveOpen, WavesOver, stated
from .records import filled

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
    """Open the next wave, which two people have decided; how many were called. 0: nobody is left, and the calls have ended.

    Calls whose time is over lapse first. Raises NotDrawn; WaveOpen while somebody may still answer.
    """
    draw = Draw.objects.filter(freeze__round=round_id).defer("bundle").select_for_update(of=("self",)).first()
    if draw is None:
        raise NotDrawn()
    if WavesEnd.objects.filter(round=round_id).exists():
        return 0
    lapse(round_id, by=by, now=now)
    _refuse_open(round_id, now)
    given, wave = _answers(round_id)
    most = programme.plan(round_id).waves
    if most is None or wave < most:
        offers = allocation.next_wave(replayed(round_id), given)
        if offers:
            return _open(round_id, offers, labels_of(round_id), by=by, now=now)
    _end(round_id, wave, OVER, by=by, now=now)
    return 0


@transaction.atomic
def close_waves(round_id: int, *, because: str, by: str, now: datetime) -> None:
    """End the calls before everybody inside the horizon was called, as two people have decided: say, because classes begin.

    Raises NotDrawn, WaveOpen, WavesOver, ReasonMissing.
    """
    because = stated(because)
    check_callable(round_id, now)
    lapse(round_id, by=by, now=now)
    _end(round_id, _answers(round_id)[1], because, by=by, now=now)


def check_callable(round_id: int, now: datetime) -> None:
    """Refuse while a wave can neither be called nor the calls be ended: NotDrawn, WavesOver, WaveOpen."""
    if not Draw.objects.filter(freeze__round=round_id).exists():
        raise NotDrawn()
    if WavesEnd.objects.filter(round=round_id).exists():
        raise WavesOver()
    _refuse_open(round_id, now)


def _end(round_id: int, wave: int, because: str, *, by: str, now: datetime) -> None:
    WavesEnd.objects.create(round_id=round_id, after=wave, because=because, by=by, at=now)
    audit.record("calls.ended", about=f"round:{round_id}", by=by, at=now, after=wave, because=because)


def _refuse_open(round_id: int, now: datetime) -> None:
    waiting = Call.objects.filter(application__round=round_id, state=State.OFFERED, until__gte=now)
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
    added, way_given = set(held.values_list("person_id", flat=True)), giving_way(round_id)
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
        # By the rule: who has an added seat needs no other one, and of one person's two applications one goes on.
        if person_id in added or application_id in way_given:
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
    classes = {c.id: c for c in programme.classes(round_id)}
    news = [
        people.News(
            person,
            f"call:{round_id}:{receipt}:{wave}",
            {"klass": classes[k].code, "place": classes[k].place_name, "until": until, "receipt": receipt},
        )
        for person, receipt, k, wave in told
    ]
    people.tell(SAYS, news, kind="call", now=now)
