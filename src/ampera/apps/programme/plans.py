"""A round's plan, the exact text of what is locked, and the lock by two people."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.cores.allocation import quicknet
from ampera.cores.evaluation import power, renewal

from . import models
from .agreements import words
from .classes import classes
from .names import state_name
from .refusals import (
    BeaconTooEarly,
    HashDiffers,
    IllegalMove,
    NoSuchRound,
    NotProposed,
    PlanChanged,
    SamePerson,
)
from .rounds import move
from .tasks import request_stamp

FORMAT = "ampera-plan-1"


@dataclass(frozen=True)
class Weight:
    id: int
    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True)
class Plan:
    """Every column of the plan. horizon is k as a decimal string; threshold in SD of the outside arm."""

    round_id: int
    opens_at: datetime
    closes_at: datetime
    provisional_at: datetime | None
    objections_until: datetime
    freeze_at: datetime | None
    draw_at: datetime
    accept_hours: int
    waves: int | None
    classes_start_on: date
    exam_on: date
    exam_until: date | None
    endline_from: date
    endline_until: date
    min_age: int
    guardian_below: int
    horizon: str
    tie_break: str
    reversion: str
    household_ticket: bool
    replays: int
    beacon_kind: str
    beacon_count: int
    beacon_faces: int
    beacon_witnesses: tuple[str, ...]
    beacon_round: int | None
    beacon_sources: tuple[str, ...]
    beacon_outage: str
    endline_per_arm: int
    threshold: Decimal
    alpha: Decimal
    power: Decimal
    analysis: str
    attendance_share: Decimal
    file_hash: str
    text: str
    hash: str
    proposed_by: str
    proposed_at: datetime | None
    locked_by: str
    locked_at: datetime | None
    weights: tuple[Weight, ...]

    @property
    def locked(self) -> bool:
        return self.locked_at is not None


LOCK_FIELDS = frozenset({"text", "hash", "proposed_by", "proposed_at", "locked_by", "locked_at"})


def plan(round_id: int) -> Plan:
    """Raises NoSuchRound."""
    row = models.Plan.objects.filter(round=round_id).first()
    if row is None:
        raise NoSuchRound()
    weights = tuple(Weight(w.pk, w.code, words(w, "name"), w.weight) for w in row.weights.order_by("code"))
    lines = {f: tuple((getattr(row, f) or "").splitlines()) for f in ("beacon_witnesses", "beacon_sources")}
    columns = {f.name: getattr(row, f.name) for f in fields(Plan) if hasattr(row, f.name)}
    return Plan(**{**columns, **lines, "weights": weights})


def household_ticket(round_id: int) -> bool:
    """Whether those who live together may share a ticket; one query. Raises NoSuchRound."""
    said = models.Plan.objects.filter(round=round_id).values_list("household_ticket", flat=True).first()
    if said is None:
        raise NoSuchRound()
    return said


def attendance_share(round_id: int) -> Decimal:
    """The share of meetings that a certificate asks for; one query. Raises NoSuchRound."""
    share = models.Plan.objects.filter(round=round_id).values_list("attendance_share", flat=True).first()
    if share is None:
        raise NoSuchRound()
    return share


@dataclass(frozen=True)
class Power:
    """What the endline can find: people per arm, the least effect they can show, and whether the threshold allows it."""

    per_arm: int
    mde: float
    threshold: float

    @property
    def enough(self) -> bool:
        return self.threshold >= self.mde


def expected_power(found: Plan, *, drawn_seats: int) -> Power:
    """Power of the plan before anybody has applied: no covariates, every sampled person answers.

    The arm inside can't be larger than horizon × drawn_seats, however many were planned.
    """
    inside = max(1, min(found.endline_per_arm, int(Decimal(found.horizon) * drawn_seats)))
    mde = power.mde(
        n_inside=inside,
        n_outside=inside,
        alpha=float(found.alpha),
        power=float(found.power),
    )
    return Power(per_arm=inside, mde=mde, threshold=float(found.threshold))


def canonical_text(round_id: int) -> str:
    """The document that is locked: JSON in UTF-8, keys sorted, one space of indent, a final line feed.

    Hours and rooms are in it as planned; `class_moved` may change them later, which the audit shows.
    """
    found = plan(round_id)
    row = models.Round.objects.select_related("agreement").get(pk=round_id)
    held = classes(round_id, drawn=None)
    reserved = {group for c in held for b in c.blocks for group in (b.group, b.cap_group) if group}
    document = {
        "format": FORMAT,
        "agreement": row.agreement.slug,
        "round": row.number,
        "title": row.title_id,
        "mark": "SIMULASI" if row.simulated else "",
        "plan": {
            f.name: getattr(found, f.name)
            for f in fields(Plan)
            if f.name not in LOCK_FIELDS | {"round_id", "weights", "analysis"}
        },
        "analysis": json.loads(found.analysis),
        "weights": {w.code: w.weight for w in found.weights},
        "reserves": _reserves(reserved),
        "classes": [_class(c) for c in held],
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, default=_scalar) + "\n"


def hash_of(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hexadecimal: what `sha256sum` says of the downloaded file."""
    return hashlib.sha256(text.encode()).hexdigest()


def _reserves(codes: set[str]) -> dict[str, Any]:
    found = models.Group.objects.filter(code__in=codes).prefetch_related("places")
    return {
        group.code: {
            "evidence": group.evidence_id,
            "checker": group.checker,
            "places": sorted(place.code for place in group.places.all()),
        }
        for group in found
    }


def _class(c: Any) -> dict[str, Any]:
    left_out = {"id", "round_id", "partner_name", "place_name", "blocks", "trainer"}
    columns = {f.name: getattr(c, f.name) for f in fields(c) if f.name not in left_out}
    blocks = [{f.name: getattr(b, f.name) for f in fields(b) if f.name != "id"} for b in c.blocks]
    return {**columns, "blocks": blocks}


def _scalar(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a plan holds no {type(value).__name__}")


@transaction.atomic
def propose_lock(round_id: int, *, key: str, by: str, now: datetime) -> str:
    """Fix the plan's text and hash, for a second person to confirm; gives the hash. Proposing again replaces it.

    Raises NoSuchRound; IllegalMove if the round is no draft; renewal.ThresholdBelowMde if the plan could not
    tell an effect as small as its threshold; BeaconTooEarly, allocation.BlsMissing (extra `drand`); audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["propose_lock", round_id], at=now) as first:
        if first.answer:
            return first.answer
        row = draft_of(round_id)
        drawn = sum(c.seats for c in classes(round_id))
        found = expected_power(plan(round_id), drawn_seats=drawn)
        renewal.check_plan(found.threshold, found.mde)
        _check_beacon(plan(round_id))
        text = canonical_text(round_id)
        row.text, row.hash, row.proposed_by, row.proposed_at = text, hash_of(text), by, now
        row.save(update_fields=["text", "hash", "proposed_by", "proposed_at"])
        audit.record(
            "plan.proposed", about=f"round:{round_id}", by=by, at=now, hash=row.hash, mde=round(found.mde, 4)
        )
        return str(first.keep(row.hash))


@transaction.atomic
def confirm_lock(round_id: int, hash: str, *, key: str, by: str, now: datetime) -> str:
    """Lock the plan whose hash the second person was shown; gives the hash. From here on it never changes.

    Raises NoSuchRound, IllegalMove, NotProposed, SamePerson, HashDiffers; PlanChanged if what would be locked is
    no longer what was proposed; audit.KeyReused. That the confirmer is outside the office is the caller's to check.
    """
    with audit.once(key, by=by, payload=["confirm_lock", round_id, hash], at=now) as first:
        if first.answer:
            return first.answer
        row = draft_of(round_id)
        if not row.hash:
            raise NotProposed()
        if row.proposed_by == by:
            raise SamePerson()
        if row.hash != hash:
            raise HashDiffers()
        if canonical_text(round_id) != row.text:
            raise PlanChanged()
        row.locked_by, row.locked_at = by, now
        row.save(update_fields=["locked_by", "locked_at"])
        audit.record("plan.locked", about=f"round:{round_id}", by=by, at=now, hash=row.hash)
        move(round_id, "lock", by=by, now=now)
        request_stamp(round_id, by=by, now=now)
        return str(first.keep(row.hash))


def beacon_round(at: datetime) -> int:
    """The first round of drand's quicknet that is published at or after a moment."""
    return quicknet.round_after(math.ceil(at.timestamp()))


def _check_beacon(found: Plan) -> None:
    """A number that is out before the draw's hour could have been known at the freeze; one whose signature can't be
    checked here can't be entered. Raises BeaconTooEarly, allocation.BlsMissing."""
    if found.beacon_kind == "drand":
        quicknet.ready()
    if found.beacon_round and quicknet.published(found.beacon_round) < found.draw_at.timestamp():
        raise BeaconTooEarly(round=found.beacon_round, draw_at=found.draw_at)


def draft_of(round_id: int) -> models.Plan:
    """The plan's row, locked for the transaction. Raises NoSuchRound, IllegalMove."""
    row = models.Plan.objects.select_for_update().filter(round=round_id).first()
    if row is None:
        raise NoSuchRound()
    state = models.Round.objects.values_list("state", flat=True).get(pk=round_id)
    if state != models.Round.State.DRAFT:
        raise IllegalMove(state=state_name(state))
    return row
