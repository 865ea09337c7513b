"""What happens because time passes: windows open and close, offers lapse. The worker calls `tick`."""

from __future__ import annotations

from datetime import datetime

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

BY = audit.system("clock")


def tick(now: datetime) -> list[str]:
    """Move every round that is due; what was moved, as `round:move`. Safe to call at any time, any number of times."""
    moved = []
    for round_ in programme.rounds():
        plan = programme.plan(round_.id)
        if round_.state == "LOCKED" and now >= plan.opens_at:
            programme.move(round_.id, "open", by=BY, now=now)
            moved.append(f"{round_.id}:open")
        if round_.state in {"LOCKED", "OPEN"} and now >= plan.closes_at:
            programme.move(round_.id, "close", by=BY, now=now)
            moved.append(f"{round_.id}:close")
    return moved
