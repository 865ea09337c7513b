"""The draw: once, from the frozen list and the value of the plan's beacon that two officers entered.

The chances come from replaying the lottery with other tickets. Their seed is derived from root and beacon, which nobody
can choose; they depend on the frozen list alone, not on who won, so that they are known as if before the draw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.cores.allocation import engines

from . import calling, motions
from .beacon import beacon_name
from .bundles import outcome_of, places_of
from .draw_refusals import (
    AlreadyDrawn,
    BeaconNotEntered,
    DrawTooEarly,
    NotFrozen,
    TooFewWitnesses,
    WitnessUnknown,
)
from .freezing import labels_of, opened
from .labels import Labels
from .listing import block_code
from .models import Application, Draw, Freeze, Outcome
from .naming import class_name
from .office_refusals import NotDrawn

DRAW = "draw"
LEAST_WITNESSES = 2
CHANCES = b"ampera-chances-1\x00"
BATCH = 1000


@dataclass(frozen=True)
class Drawn:
    """A finished draw. beacon: its value. witnesses: of dice. bundle_hash: SHA-256 of the public file."""

    id: int
    round_id: int
    root: str
    beacon: str
    witnesses: tuple[str, ...]
    bundle_hash: str
    applicants: int
    seated: int
    inside: int
    by: str
    at: datetime

    @property
    def waiting(self) -> int:
        """Those inside the horizon whom the draw gave no seat: they may be called later."""
        return self.inside - self.seated


@dataclass(frozen=True)
class Result:
    """What the draw gave one applicant. rank: 1 = first choice. chance_*: between 0 and 1, with standard errors."""

    application_id: int
    receipt: str
    ticket: str
    class_id: int | None
    block_id: int | None
    rank: int | None
    inside: bool
    chance_seat: float | None
    chance_seat_se: float | None
    chance_inside: float | None
    chance_inside_se: float | None

    @property
    def seated(self) -> bool:
        return self.class_id is not None


@dataclass(frozen=True)
class Reason:
    """Why at one ranked class: a code of the core with the facts of its sentence (see `sentences`).

    group, cap_group: the plan's codes of the groups that the block is for or capped for, "" if none.
    """

    class_id: int
    name: str
    choice: int
    code: str
    group: str
    cap_group: str
    facts: Mapping[str, str | int]


def check_draw(round_id: int, witnesses: tuple[str, ...], *, now: datetime) -> None:
    """Refuse what can't be drawn now: NotFrozen, AlreadyDrawn, DrawTooEarly, WitnessUnknown, TooFewWitnesses."""
    if not Freeze.objects.filter(round=round_id).exists():
        raise NotFrozen()
    if Draw.objects.filter(freeze__round=round_id).exists():
        raise AlreadyDrawn()
    plan = programme.plan(round_id)
    if now < plan.draw_at:
        raise DrawTooEarly(draw_at=plan.draw_at)
    if set(witnesses) - set(plan.beacon_witnesses):
        raise WitnessUnknown()
    if plan.beacon_kind == "dice" and len(set(witnesses)) < LEAST_WITNESSES:
        raise TooFewWitnesses(least=LEAST_WITNESSES)


def entered_value(round_id: int) -> tuple[str, tuple[str, ...]] | None:
    """The beacon's value that two officers entered, and the witnesses of dice; None before. Three queries."""
    plan = programme.plan(round_id)
    said = motions.confirmed_motion(round_id, DRAW, beacon_name(plan))
    return (said.value, tuple(plan.beacon_witnesses[n - 1] for n in said.seen["witnesses"])) if said else None


def draw(
    round_id: int,
    *,
    key: str,
    by: str,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Draw the seats, write every outcome with its chances, and open the first wave of calls; gives the draw's id.

    progress(done, replays) is called while the chances are replayed, outside any transaction of its own, which is the
    long part. Raises BeaconNotEntered until two officers entered the same value; what `check_draw` raises; audit.KeyReused.
    """
    payload = ["draw", round_id]
    if (again := _answered(key, by=by, payload=payload, now=now)) is not None:
        return again
    said = entered_value(round_id)
    if said is None:
        raise BeaconNotEntered()
    value, witnesses = said
    check_draw(round_id, witnesses, now=now)
    problem, labels = opened(round_id), labels_of(round_id)
    outcome = allocation.draw(problem, beacon=value)
    seed = hashlib.sha256(CHANCES + bytes.fromhex(outcome.root) + outcome.beacon.encode("ascii")).digest()
    replays = programme.plan(round_id).replays
    engine = engines.compiled(len(problem.applicants) * replays) or allocation
    chances = engine.chances(problem, draws=replays, seed=seed, progress=progress)
    with transaction.atomic(), audit.once(key, by=by, payload=payload, at=now) as first:
        if first.answer:  # a second tap was faster
            return int(first.answer)
        programme.move(round_id, "draw", by=by, now=now)
        row = _write(round_id, outcome, labels, chances, witnesses, by=by, now=now)
        calling.first_wave(row, outcome, labels, by=by, now=now)
        return first.keep(row).pk


@transaction.atomic
def _answered(key: str, *, by: str, payload: list[object], now: datetime) -> int | None:
    """The answer to a key that was used, leaving no trace of one that wasn't."""
    mark = transaction.savepoint()
    with audit.once(key, by=by, payload=payload, at=now) as first:
        answer = first.answer
    transaction.savepoint_rollback(mark)
    return int(answer) if answer else None


def _write(
    round_id: int,
    outcome: allocation.Outcome,
    labels: Labels,
    chances: Mapping[str, allocation.Chance],
    witnesses: tuple[str, ...],
    *,
    by: str,
    now: datetime,
) -> Draw:
    freeze = Freeze.objects.defer("problem").get(round=round_id)
    if outcome.root != freeze.root:
        raise RuntimeError(f"round {round_id}: the frozen list no longer has its root")
    data = allocation.bundle(outcome)
    row = Draw.objects.create(
        freeze=freeze,
        beacon=outcome.beacon,
        witnesses="\n".join(witnesses),
        bundle=data,
        bundle_hash=hashlib.sha256(data).hexdigest(),
        seated=sum(a.klass is not None for a in outcome.assignments.values()),
        inside=len(outcome.inside),
        by=by,
        at=now,
    )
    Outcome.objects.bulk_create(_outcomes(row, round_id, outcome, labels, chances), batch_size=BATCH)
    audit.record(
        "draw.done",
        about=f"round:{round_id}",
        by=by,
        at=now,
        root=row.freeze.root,
        beacon=row.beacon,
        bundle=row.bundle_hash,
        seated=row.seated,
        inside=row.inside,
    )
    return row


def _outcomes(
    row: Draw,
    round_id: int,
    outcome: allocation.Outcome,
    labels: Labels,
    chances: Mapping[str, allocation.Chance],
) -> list[Outcome]:
    places = places_of(round_id, labels)
    rows = Application.objects.filter(round=round_id, receipt__isnull=False)
    application_of = dict(rows.values_list("receipt", "pk"))
    found = []
    for receipt, a in outcome.assignments.items():
        class_id, block_id = places[a.klass, a.block or ""] if a.klass else (None, None)
        chance = chances[receipt]
        found.append(
            Outcome(
                draw=row,
                application_id=application_of[receipt],
                ticket=a.ticket,
                klass_id=class_id,
                block_id=block_id,
                rank=a.rank,
                inside=receipt in outcome.inside,
                chance_seat=chance.seat,
                chance_seat_se=chance.seat_se,
                chance_inside=chance.inside,
                chance_inside_se=chance.inside_se,
            )
        )
    return found


def drawn(round_id: int) -> Drawn | None:
    """The round's draw, None before it."""
    light = Draw.objects.defer("bundle", "freeze__problem").select_related("freeze")
    row = light.filter(freeze__round=round_id).first()
    if row is None:
        return None
    return Drawn(
        id=row.pk,
        round_id=round_id,
        root=row.freeze.root,
        beacon=row.beacon,
        witnesses=tuple(row.witnesses.splitlines()),
        bundle_hash=row.bundle_hash,
        applicants=row.freeze.applicants,
        seated=row.seated,
        inside=row.inside,
        by=row.by,
        at=row.at,
    )


def outcome(application_id: int) -> Result | None:
    """What the draw gave an application; None if it was not in a draw."""
    row = Outcome.objects.filter(application=application_id).select_related("application").first()
    if row is None:
        return None
    return Result(
        application_id=application_id,
        receipt=row.application.receipt or "",
        ticket=row.ticket,
        class_id=row.klass_id,
        block_id=row.block_id,
        rank=row.rank,
        inside=row.inside,
        chance_seat=row.chance_seat,
        chance_seat_se=row.chance_seat_se,
        chance_inside=row.chance_inside,
        chance_inside_se=row.chance_inside_se,
    )


def reasons(application_id: int) -> tuple[Reason, ...]:
    """One reason for each class that the applicant ranked, best first. Raises NotDrawn if there was no draw for it.

    Three queries once the draw is in memory.
    """
    columns = ("application__round_id", "application__receipt", "draw__bundle_hash")
    row = Outcome.objects.filter(application=application_id).values_list(*columns).first()
    if row is None:
        raise NotDrawn()
    round_id, receipt, bundle_hash = row
    labels = labels_of(round_id)
    classes = {c.code: c for c in programme.classes(round_id)}
    found = []
    for reason in allocation.reasons(outcome_of(bundle_hash), receipt):
        klass = classes[labels.klass_of[reason.klass]]
        block = next((b for b in klass.blocks if block_code(b.order) == reason.facts.get("block")), None)
        found.append(
            Reason(
                class_id=klass.id,
                name=class_name(klass),
                choice=reason.choice,
                code=reason.code,
                group=(block.group if block else None) or "",
                cap_group=(block.cap_group if block else None) or "",
                facts=reason.facts,
            )
        )
    return tuple(found)
