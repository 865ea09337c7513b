"""Seats: taken through a call, by nomination, or live once the calls have ended; never more than there are.

Each block has a counter that a trigger keeps and a check guards (docs/decisions/0002). A class never holds more people
than seats; which of its blocks a later wave's seat is counted in says nothing about reserves: those were served by the
matching, whose rerun may seat an earlier holder through another block of the same class.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, QuerySet, Sum

from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .models import Application, Fill, NoShow, Outcome, WavesEnd
from .models import Seat as Row
from .office_refusals import (
    AlreadySeated,
    ClassBegun,
    ClassFull,
    HasApplied,
    IdentityNotSeen,
    LiveLevelTooHigh,
    NoShowOpen,
    NoSuchSeat,
    WavesNotOver,
    stated,
)
from .records import filled

TAKEN = Row.State.TAKEN


@dataclass(frozen=True)
class Seat:
    """source: draw, nomination, live, or added (an error was put right). because: why it was added, if `seat_of` read it."""

    id: uuid.UUID
    round_id: int
    person_id: int
    class_id: int
    source: str
    taken_at: datetime
    because: str = ""


@dataclass(frozen=True)
class Delivered:
    """Seats taken now. audience: "" for live claims, of whom nobody asked it."""

    level: str
    audience: str
    seats: int


@dataclass(frozen=True)
class Arm:
    """One applicant of the draw, for the experiment. class_id: of the seat taken; household: "" if alone."""

    application_id: int
    person_id: int
    inside: bool
    chance_inside: float
    level: str
    class_id: int | None
    receipt: str
    household: str


@dataclass(frozen=True)
class Filling:
    """How full a class is."""

    class_id: int
    seats: int
    taken: int

    @property
    def free(self) -> int:
        return self.seats - self.taken


def _frozen(row: Row) -> Seat:
    return Seat(row.pk, row.round_id, row.person_id, row.klass_id, row.source, row.taken_at)


def seats_of_class(class_id: int) -> tuple[Seat, ...]:
    """The seats taken in a class, in the order of persons."""
    rows = Row.objects.filter(klass=class_id, state=TAKEN).order_by("person_id")
    return tuple(map(_frozen, rows))


def seats_of_round(round_id: int) -> tuple[Seat, ...]:
    rows = Row.objects.filter(round=round_id, state=TAKEN).order_by("klass_id", "person_id")
    return tuple(map(_frozen, rows))


def seat_of(person_id: int, round_id: int) -> Seat | None:
    held = Row.objects.filter(round=round_id, person=person_id, state=TAKEN).select_related("correction")
    row = held.first()
    return replace(_frozen(row), because=row.correction.because if row.correction else "") if row else None


def held_in(person_id: int, round_ids: Iterable[int]) -> frozenset[int]:
    """The rounds among these in which the person holds a seat, by id; one query."""
    rows = Row.objects.filter(person=person_id, round__in=list(round_ids), state=TAKEN)
    return frozenset(rows.values_list("round_id", flat=True))


def fillings(class_ids: Iterable[int]) -> dict[int, Filling]:
    """By class id; a class whose blocks have no counters yet is left out. One query."""
    rows = Fill.objects.filter(block__klass__in=list(class_ids)).values("block__klass_id")
    rows = rows.annotate(all=Sum("seats"), held=Sum("taken")).order_by("block__klass_id")
    return {r["block__klass_id"]: Filling(r["block__klass_id"], r["all"], r["held"]) for r in rows}


def delivered(*round_ids: int) -> tuple[Delivered, ...]:
    """Seats taken now in these rounds, by level and audience; nominated people's audience is their class's. Four queries."""
    kinds = programme.class_kinds(*round_ids)
    everyone = Row.objects.filter(round__in=round_ids, state=TAKEN)
    rows = everyone.exclude(source=Row.Source.ADDED)
    counted = _added(everyone.filter(source=Row.Source.ADDED), kinds)
    for r in rows.values("klass_id", "call__application__audience_id").annotate(n=Count("pk")):
        level, audience = kinds[r["klass_id"]]
        cell = (level, audience or r["call__application__audience_id"] or "")
        counted[cell] = counted.get(cell, 0) + r["n"]
    order = sorted(counted, key=lambda cell: (programme.level_index(cell[0]), cell[1]))
    return tuple(Delivered(*cell, counted[cell]) for cell in order)


def _added(rows: QuerySet[Row], kinds: Mapping[int, tuple[str, str | None]]) -> dict[tuple[str, str], int]:
    """Added seats by level and audience: few, and no call of theirs says the audience."""
    held = list(rows.values_list("round_id", "person_id", "klass_id"))
    sent = Application.objects.filter(
        round__in={r for r, _p, _k in held}, person__in={p for _r, p, _k in held}, state="SUBMITTED"
    )
    said = {(r, p): audience for r, p, audience in sent.values_list("round_id", "person_id", "audience_id")}
    return dict(Counter((kinds[k][0], said.get((r, p)) or "") for r, p, k in held))


def arms(round_id: int) -> tuple[Arm, ...]:
    """Every applicant of the draw, by receipt: inside the horizon or not, with the chance of it. Two queries."""
    held = dict(Row.objects.filter(round=round_id, state=TAKEN).values_list("person_id", "klass_id"))
    rows = Outcome.objects.filter(draw__freeze__round=round_id).order_by("application__receipt").values_list(
        "application_id", "application__person_id", "inside", "chance_inside",
        "application__level", "application__receipt", "application__household",
    )  # fmt: skip
    return tuple(
        Arm(pk, person, inside, filled(chance), level, held.get(person), filled(receipt), household)
        for pk, person, inside, chance, level, receipt, household in rows
    )


@contextmanager
def guarded(klass: str) -> Iterator[None]:
    """Turn the database's last word on capacity and on one seat a person into a refusal: ClassFull, AlreadySeated."""
    try:
        yield
    except IntegrityError as error:
        text = str(error)
        if "block_never_above_capacity" in text:
            raise ClassFull(klass=klass) from error
        if "seat_one_per_person_and_round" in text or "admissions_seat.round_id" in text:
            raise AlreadySeated() from error
        raise


def free_blocks(class_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """(block id, seats free) of each class in the blocks' order, their counters locked until the transaction ends.

    SQLite has one writer; PostgreSQL waits here, so that two claimants don't both choose a block's last seat.
    """
    rows = Fill.objects.filter(block__klass__in=list(class_ids)).annotate(klass=F("block__klass_id"))
    found: dict[int, list[tuple[int, int]]] = {}
    for row in rows.order_by("block_id").select_for_update(of=("self",)):
        if row.taken < row.seats:
            found.setdefault(row.klass, []).append((row.block_id, row.seats - row.taken))
    return found


def live_classes(round_id: int) -> tuple[Filling, ...]:
    """Drawn classes with seats left, once the calls have ended; empty before."""
    if not WavesEnd.objects.filter(round=round_id).exists():
        return ()
    filled = fillings(c.id for c in programme.classes(round_id))
    return tuple(f for f in filled.values() if f.free > 0)


@transaction.atomic
def claim_live(
    round_id: int, class_id: int, person_id: int, *, key: str, by: str, now: datetime
) -> uuid.UUID:
    """Take a seat that stayed empty: for people whose identity was seen and who had not applied; gives the seat's id.

    Above dasar the baseline test must show the class's level. Raises WavesNotOver, ClassBegun, IdentityNotSeen,
    HasApplied, LiveLevelTooHigh, ClassFull, AlreadySeated; programme.NoSuchClass; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["live", class_id, person_id], at=now) as first:
        if first.answer:
            return uuid.UUID(first.answer)
        klass = programme.class_(class_id)
        if klass.round_id != round_id or klass.audience is not None:
            raise programme.NoSuchClass()
        _check_live(klass, person_id, now)
        blocks = free_blocks([class_id]).get(class_id)
        if not blocks:
            raise ClassFull(klass=klass.code)
        with guarded(klass.code):
            seat = Row.objects.create(
                round_id=round_id,
                person_id=person_id,
                klass_id=class_id,
                block_id=blocks[0][0],
                source=Row.Source.LIVE,
                taken_at=now,
            )
        audit.record(
            "seat.taken", about=f"person:{person_id}", by=by, at=now, klass=class_id, seat=str(seat.pk), source="live"
        )  # fmt: skip
        return first.keep(seat).pk


def _check_live(klass: programme.Class, person_id: int, now: datetime) -> None:
    if not WavesEnd.objects.filter(round=klass.round_id).exists():
        raise WavesNotOver()
    if people.local_date(now) >= programme.plan(klass.round_id).classes_start_on:
        raise ClassBegun()
    known = people.facts([person_id]).get(person_id)
    if known is None or not known.seen or known.displaced:
        raise IdentityNotSeen()
    everywhere = people.same(person_id)
    sent = Application.objects.filter(submitted_at__isnull=False)
    if sent.filter(round=klass.round_id, person__in=everywhere).exists():
        raise HasApplied()
    if programme.level_index(klass.level) > 0:
        sat = assessment.sittings([person_id], klass.round_id, "baseline").get(person_id)
        level = assessment.score(sat.id).level if sat and sat.state == "FINISHED" else programme.levels[0]
        if programme.level_index(klass.level) > programme.level_index(level):
            raise LiveLevelTooHigh()


@transaction.atomic
def release(seat_id: uuid.UUID | str, *, because: str, key: str, by: str, now: datetime) -> None:
    """Give a seat back; the next wave may fill it. Doing it again changes nothing.

    Raises NoSuchSeat, ReasonMissing; NoShowOpen while its holder may still object to being called a no-show.
    """
    because = stated(because)
    with audit.once(key, by=by, payload=["release", str(seat_id)], at=now) as first:
        if first.answer:
            return
        row = Row.objects.select_for_update().filter(pk=seat_id).first()
        if row is None:
            raise NoSuchSeat()
        waits = NoShow.objects.filter(seat=row, ended_at=None, until__gt=now).first()
        if waits:
            raise NoShowOpen(until=waits.until)
        if row.state == TAKEN:
            NoShow.objects.filter(seat=row, ended_at=None).update(ended_at=now)
            row.state, row.released_at = Row.State.RELEASED, now
            row.save(update_fields=["state", "released_at"])
            audit.record(
                "seat.released", about=f"person:{row.person_id}", by=by, at=now, seat=str(seat_id), because=because
            )  # fmt: skip
        first.keep(seat_id)
