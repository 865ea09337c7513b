"""A class moves: its terms are programme's, its meetings and the people who sit in it are classes'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.classes import api as classes
from ampera.apps.programme import api as programme

TAKES_PART = ("programme", "classes")


@dataclass(frozen=True)
class Moved:
    """told: how many people were sent the news."""

    class_: programme.Class
    told: int


@transaction.atomic
def move(
    class_id: int,
    *,
    room: str,
    days: tuple[str, ...],
    starts_at: time,
    ends_at: time,
    trainer: str,
    key: str,
    by: str,
    now: datetime,
) -> Moved:
    """Change a class, move the meetings still to come, tell everybody who sits in it: one action.

    A class that changes only its trainer, or nothing, sends no message. Raises what programme.class_moved raises.
    """
    asked = {"room": room, "days": days, "starts_at": starts_at, "ends_at": ends_at, "trainer": trainer}
    with audit.once(key, by=by, payload=["move", class_id, asked], at=now) as first:
        if first.answer is None:
            programme.class_moved(
                class_id, room=room, days=days, starts_at=starts_at, ends_at=ends_at, trainer=trainer,
                key=f"{key}:class", by=by, now=now,
            )  # fmt: skip
            waits = classes.untold_move(class_id) is not None
            told = classes.follow_move(class_id, key=f"{key}:told", by=by, now=now) if waits else 0
            first.keep(told)
        else:
            told = int(first.answer)
        return Moved(programme.class_(class_id), told)
