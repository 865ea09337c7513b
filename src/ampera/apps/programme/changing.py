"""A draft's terms before the lock: changed by an officer, from a preset or by hand. Seats, classes and groups are the file's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from ampera.apps.audit import api as audit
from ampera.content.presets import Preset
from ampera.content.programme_sense import BEACON_BITS, DIE, FREEZE_AHEAD
from ampera.cores.allocation.rule import HORIZON

from . import models
from .classes import Class
from .plans import Plan, beacon_round, draft_of
from .refusals import (
    BeaconUnnamed,
    DatesOutOfOrder,
    FreezeTooClose,
    HorizonUnreadable,
    TooFewDice,
    WavesDontFit,
)

OPEN_FIRST, RESERVES_FIRST, MIXED = "open-first", "reserves-first", "mixed"
DATES = (
    "opens_at", "closes_at", "provisional_at", "objections_until", "freeze_at", "draw_at",
    "classes_start_on", "exam_on", "exam_until", "endline_from", "endline_until",
)  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What an officer may change in a draft. precedence: OPEN_FIRST, RESERVES_FIRST, or MIXED: as the file has it."""

    opens_at: datetime
    closes_at: datetime
    provisional_at: datetime
    objections_until: datetime
    freeze_at: datetime
    draw_at: datetime
    accept_hours: int
    waves: int
    classes_start_on: date
    exam_on: date
    exam_until: date
    endline_from: date
    endline_until: date
    precedence: str
    horizon: str
    tie_break: str
    reversion: str
    household_ticket: bool
    beacon_kind: str
    beacon_count: int
    beacon_witnesses: tuple[str, ...]
    beacon_sources: tuple[str, ...]
    beacon_outage: str
    endline_per_arm: int
    threshold: Decimal
    alpha: Decimal
    power: Decimal


def terms_of(found: Plan, held: Iterable[Class]) -> Terms:
    """A plan's terms as they are. held: its classes."""
    same = {f.name: getattr(found, f.name) for f in fields(Terms) if hasattr(found, f.name)}
    return Terms(**{**same, "precedence": precedence_of(held)})


def terms_from(preset: Preset, before: Terms) -> Terms:
    """A preset's terms, its calendar counted from the day when registration opens before."""
    opening, zone = localtime(before.opens_at).date(), settings.TIME_ZONE
    w, beacon, rule = preset.window, preset.beacon, preset.thresholds
    at = {
        "opens_at": w.registration_opens, "closes_at": w.registration_closes, "provisional_at": w.provisional_list,
        "objections_until": w.objections_close, "freeze_at": w.freeze, "draw_at": w.beacon,
    }  # fmt: skip
    on = {
        "classes_start_on": w.classes_start, "exam_on": w.exam_opens, "exam_until": w.exam_closes,
        "endline_from": w.endline_opens, "endline_until": w.endline_closes,
    }  # fmt: skip
    dates: dict[str, Any] = {name: moment.on(opening, zone) for name, moment in at.items()}
    dates |= {name: moment.on(opening, zone).date() for name, moment in on.items()}
    return replace(
        before,
        **dates,
        accept_hours=w.accept_hours,
        waves=w.waves,
        precedence=preset.precedence,
        horizon=preset.horizon,
        tie_break=preset.tie_break,
        reversion=preset.reversion,
        household_ticket=preset.household_ticket,
        beacon_kind=beacon.kind,
        beacon_count=beacon.count,
        beacon_witnesses=tuple(role.id for role in beacon.witnesses),
        beacon_sources=tuple(source.id for source in beacon.sources),
        beacon_outage=beacon.outage.id,
        endline_per_arm=preset.sample_per_arm,
        threshold=rule.renew_sd,
        alpha=rule.alpha,
        power=rule.power,
    )


def with_terms(found: Plan, terms: Terms) -> Plan:
    """The plan as it would be under other terms: to say what they cost before they are kept."""
    same = {f.name: getattr(terms, f.name) for f in fields(Terms) if hasattr(found, f.name)}
    return replace(found, **same)


def precedence_of(held: Iterable[Class]) -> str:
    """Which blocks come first in the classes that have both kinds."""
    orders = [[b.group is not None for b in sorted(c.blocks, key=lambda b: b.order)] for c in held]
    both = [o for o in orders if True in o and False in o]
    if all(o == sorted(o) for o in both):
        return OPEN_FIRST
    return RESERVES_FIRST if all(o == sorted(o, reverse=True) for o in both) else MIXED


@transaction.atomic
def change_plan(round_id: int, terms: Terms, *, key: str, by: str, now: datetime, preset: str = "") -> None:
    """Give a draft these terms; a lock that was proposed has to be proposed again. preset: from which they came, if any.

    Raises NoSuchRound, IllegalMove if it is no draft; DatesOutOfOrder, FreezeTooClose, WavesDontFit, HorizonUnreadable,
    TooFewDice, BeaconUnnamed; audit.KeyReused.
    """
    payload = ["change_plan", round_id, [str(getattr(terms, f.name)) for f in fields(Terms)]]
    with audit.once(key, by=by, payload=payload, at=now) as first:
        if first.answer:
            return
        row = draft_of(round_id)
        check_terms(terms)
        changed = [f.name for f in fields(Terms) if f.name != "precedence" and _set(row, terms, f.name)]
        row.beacon_faces = DIE if terms.beacon_kind == "dice" else 0
        row.beacon_round = beacon_round(terms.draw_at) if terms.beacon_kind == "drand" else None
        row.text = row.hash = row.proposed_by = ""
        row.proposed_at = None
        row.save()
        if terms.precedence != MIXED and _reorder(round_id, terms.precedence):
            changed.append("precedence")
        audit.record("plan.changed", about=f"round:{round_id}", by=by, at=now, changed=changed, preset=preset)
        first.keep(round_id)


def _set(row: models.Plan, terms: Terms, name: str) -> bool:
    """Whether it is another value than before; lines are kept as one text."""
    value, before = getattr(terms, name), getattr(row, name)
    if isinstance(value, tuple):
        value = "\n".join(value)
        before = before or ""
    setattr(row, name, value)
    return bool(value != before)


def check_terms(terms: Terms) -> None:
    """Raise what is wrong with terms: the same sense that a programme file is held to."""
    dates = [getattr(terms, name) for name in DATES]
    days = [localtime(d).date() if isinstance(d, datetime) else d for d in dates]
    for (one, before), (name, after) in zip(
        zip(dates, days, strict=True), list(zip(DATES, days, strict=True))[1:], strict=False
    ):
        value = getattr(terms, name)
        late = one > value if isinstance(one, datetime) and isinstance(value, datetime) else before > after
        if late:
            raise DatesOutOfOrder(name=name)
    if terms.draw_at - terms.freeze_at < FREEZE_AHEAD:
        raise FreezeTooClose()
    called = timedelta(hours=terms.waves * terms.accept_hours)
    if localtime(terms.draw_at + called).date() > terms.classes_start_on:
        raise WavesDontFit(waves=terms.waves, hours=terms.accept_hours)
    if not HORIZON.fullmatch(terms.horizon):
        raise HorizonUnreadable(horizon=terms.horizon[:20])
    if terms.beacon_kind == "dice" and DIE**terms.beacon_count < 2**BEACON_BITS:
        raise TooFewDice(count=terms.beacon_count)
    needed = {"dice": (terms.beacon_witnesses, 2), "rfc3797": (terms.beacon_sources, 1), "drand": ((), 0)}
    lines, least = needed[terms.beacon_kind]
    if len(set(lines)) < least or len(set(lines)) != len(lines) or not re.search(r"\S", terms.beacon_outage):
        raise BeaconUnnamed()


def _reorder(round_id: int, precedence: str) -> bool:
    """Fill the open blocks of each class first, or its reserves; within each kind the order stays. A draft's blocks only."""
    reserves_last = precedence == OPEN_FIRST
    blocks = list(
        models.Block.objects.filter(klass__round=round_id).select_related("klass").order_by("order")
    )
    wanted: list[models.Block] = []
    for class_id in dict.fromkeys(b.klass_id for b in blocks):
        own = [b for b in blocks if b.klass_id == class_id]
        own.sort(key=lambda b: (b.group_id is not None) == reserves_last)
        wanted += [
            models.Block(
                klass_id=b.klass_id, code=f"{b.klass.code}-{n}", order=n, seats=b.seats,
                group_id=b.group_id, cap_group_id=b.cap_group_id, cap=b.cap,
            )
            for n, b in enumerate(own, 1)
        ]  # fmt: skip
    columns = ("klass_id", "order", "seats", "group_id", "cap_group_id", "cap")
    facts = {tuple(getattr(b, c) for c in columns) for b in blocks}
    if facts == {tuple(getattr(b, c) for c in columns) for b in wanted}:
        return False
    models.Block.objects.filter(klass__round=round_id).delete()
    models.Block.objects.bulk_create(wanted)
    return True
