"""When a round takes applications: one small read for the path on which many people stand at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from . import models
from .refusals import NoSuchRound


@dataclass(frozen=True)
class Window:
    """state: the round's. opens_at, closes_at: the plan's; the last moment is not in the window."""

    state: str
    opens_at: datetime
    closes_at: datetime

    def open(self, now: datetime) -> bool:
        """Whether applications are taken now: the round is open, and the clock agrees with the plan."""
        return self.state == models.Round.State.OPEN and self.opens_at <= now < self.closes_at


def window(round_id: int) -> Window:
    """One query. Raises NoSuchRound."""
    row = (
        models.Plan.objects.filter(round=round_id)
        .values_list("round__state", "opens_at", "closes_at")
        .first()
    )
    if row is None:
        raise NoSuchRound()
    return Window(*row)
