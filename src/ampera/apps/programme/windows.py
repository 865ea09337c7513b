"""When a round takes applications, and its closing test answers: one small read for the path on which many people stand at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from . import models
from .refusals import NoSuchRound


@dataclass(frozen=True)
class Window:
    """state: the round's; the rest is the plan's. closes_at is not in the window, the day endline_until is in its own."""

    state: str
    opens_at: datetime
    closes_at: datetime
    endline_from: date
    endline_until: date

    def open(self, now: datetime) -> bool:
        """Whether applications are taken now: the round is open, and the clock agrees with the plan."""
        return self.state == models.Round.State.OPEN and self.opens_at <= now < self.closes_at


def window(round_id: int) -> Window:
    """One query. Raises NoSuchRound."""
    row = (
        models.Plan.objects.filter(round=round_id)
        .values_list("round__state", "opens_at", "closes_at", "endline_from", "endline_until")
        .first()
    )
    if row is None:
        raise NoSuchRound()
    return Window(*row)
