"""The classes of a round and their blocks of seats; a class may still move to another room or hour after the lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import QuerySet

from ampera.apps.audit import api as audit

from . import models
from .refusals import EndsBeforeStart, NoSuchClass, RoomTaken, UnknownDay

DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")


@dataclass(frozen=True)
class Block:
    """Seats filled in `order`. group None is open to all; at most `cap` of `cap_group` sit in the block, if given."""

    id: int
    code: str
    order: int
    seats: int
    group: str | None
    cap_group: str | None
    cap: int | None


@dataclass(frozen=True)
class Class:
    """audience is set for nominated people's classes only. hours are JP. An on-line class is placed in the city."""

    id: int
    round_id: int
    code: str
    level: str
    audience: str | None
    partner: str | None
    partner_name: str
    place: str
    place_name: str
    room: str
    mode: str
    days: tuple[str, ...]
    starts_at: time
    ends_at: time
    meetings: int
    hours: int
    trainer: str
    seats: int
    blocks: tuple[Block, ...]


def classes(round_id: int, *, level: str | None = None, drawn: bool | None = True) -> tuple[Class, ...]:
    """Classes of a round by code; two queries.

    drawn: True those filled by the draw, False those of nominated people, None both.
    """
    found = _rows().filter(round=round_id).order_by("code")
    if level is not None:
        found = found.filter(level=level)
    if drawn is not None:
        found = found.filter(audience__isnull=drawn)
    return tuple(_record(row) for row in found)


def class_kinds(*round_ids: int) -> dict[int, tuple[str, str | None]]:
    """(level, audience) of every class of these rounds, by class id; one query. Audience None: drawn."""
    rows = models.Class.objects.filter(round__in=round_ids).values_list("pk", "level", "audience_id")
    return {pk: (level, audience) for pk, level, audience in rows}


def class_(class_id: int) -> Class:
    """Raises NoSuchClass."""
    row = _rows().filter(pk=class_id).first()
    if row is None:
        raise NoSuchClass()
    return _record(row)


@transaction.atomic
def class_moved(
    class_id: int,
    *,
    key: str,
    by: str,
    now: datetime,
    room: str | None = None,
    days: tuple[str, ...] | None = None,
    starts_at: time | None = None,
    ends_at: time | None = None,
    trainer: str | None = None,
) -> Class:
    """Give a class another room, day, hour or trainer; what is left out stays. Seats, level and place never move.

    Raises NoSuchClass, UnknownDay, EndsBeforeStart, RoomTaken; audit.KeyReused.
    """
    asked = {"room": room, "days": days, "starts_at": starts_at, "ends_at": ends_at, "trainer": trainer}
    with audit.once(key, by=by, payload=[class_id, asked], at=now) as first:
        if first.answer:
            return class_(class_id)
        if not models.Class.objects.select_for_update().filter(pk=class_id).exists():
            raise NoSuchClass()
        before = class_(class_id)
        _check_days(days)
        changes = {
            field: value
            for field, value in asked.items()
            if value is not None and value != getattr(before, field)
        }
        if changes:
            stored = {**changes, **({"days": ",".join(days)} if "days" in changes and days else {})}
            models.Class.objects.filter(pk=class_id).update(**stored)
            after = class_(class_id)
            _check_slot(after)
            verb = "class.moved" if set(changes) - {"trainer"} else "class.trainer_changed"
            audit.record(verb, about=f"class:{class_id}", by=by, at=now, **_facts(before, changes))
        first.keep(class_id)
    return class_(class_id)


def _check_days(days: tuple[str, ...] | None) -> None:
    if days is not None:
        for day in days or ("",):
            if day not in DAYS:
                raise UnknownDay(day=day)


def _check_slot(moved: Class) -> None:
    if moved.starts_at >= moved.ends_at:
        raise EndsBeforeStart()
    beside = models.Class.objects.exclude(pk=moved.id).filter(
        round=moved.round_id,
        place=moved.place,
        room=moved.room,
        starts_at__lt=moved.ends_at,
        ends_at__gt=moved.starts_at,
    )
    for other in beside:
        if set(other.days.split(",")) & set(moved.days):
            raise RoomTaken(code=other.code)


def _facts(before: Class, changes: Mapping[str, object]) -> dict[str, object]:
    """Before and after, for the audit. A trainer's name is personal data: only that it changed."""
    shown = [field for field in changes if field != "trainer"]
    return {
        "was": {field: _plain(getattr(before, field)) for field in shown},
        "now": {field: _plain(changes[field]) for field in shown},
        "trainer_changed": "trainer" in changes,
    }


def _plain(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _rows() -> QuerySet[models.Class]:
    return models.Class.objects.select_related("place", "partner").prefetch_related("blocks")


def _record(row: models.Class) -> Class:
    blocks = sorted(row.blocks.all(), key=lambda block: block.order)
    return Class(
        id=row.pk,
        round_id=row.round_id,
        code=row.code,
        level=row.level,
        audience=row.audience_id,
        partner=row.partner.code if row.partner else None,
        partner_name=row.partner.name if row.partner else "",
        place=row.place_id,
        place_name=row.place.name,
        room=row.room,
        mode=row.mode,
        days=tuple(row.days.split(",")),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        meetings=row.meetings,
        hours=row.hours,
        trainer=row.trainer,
        seats=row.seats,
        blocks=tuple(
            Block(b.pk, b.code, b.order, b.seats, b.group_id, b.cap_group_id, b.cap) for b in blocks
        ),
    )
