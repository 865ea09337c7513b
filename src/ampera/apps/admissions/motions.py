"""Motions: what one officer proposes for a round and another confirms, kept as it was shown to both.

A motion's words never change: who would decide otherwise proposes anew, which drops the one before. The rows are written
here; what a step needs and does stands in `decisions`, `freezing` and `entering`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ampera.apps.audit import api as audit

from .models import Motion as Row
from .office_refusals import MotionClosed, MotionSamePerson, NoSuchMotion


@dataclass(frozen=True)
class Motion:
    """what: the step; about: of what in the round, "" for the round itself; value: what exactly is decided."""

    id: int
    round_id: int
    what: str
    about: str
    value: str
    choice: str
    because: str
    seen: Mapping[str, Any]
    by: str
    at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    dropped_at: datetime | None

    @property
    def confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def open(self) -> bool:
        return self.confirmed_at is None and self.dropped_at is None


def put(
    round_id: int,
    what: str,
    *,
    about: str = "",
    value: str = "",
    choice: str = "",
    because: str = "",
    seen: Mapping[str, Any] | None = None,
    by: str,
    now: datetime,
) -> Motion:
    """Propose, inside the caller's transaction; an open motion of the same step about the same is dropped for it."""
    Row.objects.filter(round=round_id, what=what, about=about, **OPEN).update(dropped_at=now)
    row = Row.objects.create(
        round_id=round_id,
        what=what,
        about=about,
        value=value,
        choice=choice,
        because=because,
        seen=dict(seen or {}),
        by=by,
        at=now,
    )
    audit.record("motion.proposed", about=f"round:{round_id}", by=by, at=now, motion=row.pk, **_facts(row))
    return _frozen(row)


def confirm(motion_id: int, *, by: str, now: datetime) -> Motion:
    """Confirm as the second person, inside the caller's transaction, which then does what was decided.

    Of two confirmers the later waits. Raises NoSuchMotion; MotionClosed if it is confirmed or dropped already; MotionSamePerson.
    """
    row = _open_row(motion_id)
    if row.by == by:
        raise MotionSamePerson()
    row.confirmed_by, row.confirmed_at = by, now
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        "motion.confirmed", about=f"round:{row.round_id}", by=by, at=now, motion=row.pk, **_facts(row)
    )
    return _frozen(row)


def drop(motion_id: int, *, by: str, now: datetime) -> None:
    """Take an open motion back, inside the caller's transaction. Raises NoSuchMotion, MotionClosed."""
    row = _open_row(motion_id)
    row.dropped_at = now
    row.save(update_fields=["dropped_at"])
    audit.record("motion.dropped", about=f"round:{row.round_id}", by=by, at=now, motion=row.pk, what=row.what)


def motion(motion_id: int) -> Motion:
    """Raises NoSuchMotion."""
    row = Row.objects.filter(pk=motion_id).first()
    if row is None:
        raise NoSuchMotion()
    return _frozen(row)


def open_motion(round_id: int, what: str, about: str = "") -> Motion | None:
    """What waits for a second officer; one query."""
    row = Row.objects.filter(round=round_id, what=what, about=about, **OPEN).first()
    return _frozen(row) if row else None


def motions_of(round_id: int) -> tuple[Motion, ...]:
    """Every motion of a round, dropped ones too, the oldest first; one query."""
    return tuple(map(_frozen, Row.objects.filter(round=round_id).order_by("pk")))


def open_motions(round_id: int) -> tuple[Motion, ...]:
    """All that waits for a second officer, the oldest first; one query."""
    return tuple(map(_frozen, Row.objects.filter(round=round_id, **OPEN).order_by("pk")))


def confirmed_motion(round_id: int, what: str, about: str = "") -> Motion | None:
    """The newest that two people have decided; one query."""
    rows = Row.objects.filter(round=round_id, what=what, about=about, confirmed_at__isnull=False)
    row = rows.order_by("-pk").first()
    return _frozen(row) if row else None


OPEN = {"confirmed_at": None, "dropped_at": None}


def _open_row(motion_id: int) -> Row:
    row = Row.objects.select_for_update().filter(pk=motion_id).first()
    if row is None:
        raise NoSuchMotion()
    if not _frozen(row).open:
        raise MotionClosed()
    return row


def _facts(row: Row) -> dict[str, str]:
    """What the audit keeps beside the motion's number; not its reason, which may name somebody: a step says it itself if it is public."""
    facts = {"what": row.what, "of": row.about, "value": row.value, "choice": row.choice}
    return {name: fact for name, fact in facts.items() if fact}


def _frozen(row: Row) -> Motion:
    return Motion(
        row.pk, row.round_id, row.what, row.about, row.value, row.choice, row.because, row.seen,
        row.by, row.at, row.confirmed_by, row.confirmed_at, row.dropped_at,
    )  # fmt: skip
