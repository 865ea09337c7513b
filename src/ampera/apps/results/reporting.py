"""What was written about a round, read back for its pages."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from ampera.apps.programme import api as programme

from . import models
from .counting import Line
from .refusals import NotReported


@dataclass(frozen=True)
class Effect:
    """The effect of being inside the horizon. estimate, se, low, high, mde, bounds, public_*: SD of the outside arm.

    p_replay: by replaying the draw; p: by Student's t. sd_outside: logits. n: answers; asked: people sampled.
    response: share that answered, weighted; attrition_low … high: 95 % interval of their difference.
    trimmed: share of answers cut for the bounds. late: effect of taking a seat, SD; None: nobody was moved, or it was
    not asked. late_low, late_high: None if not bounded. moved: rise of the share with a seat. public_*: the same estimate from the rows of the open data.
    """

    estimate: float
    se: float
    low: float
    high: float
    p: float
    p_replay: float
    mde: float
    threshold: float
    sd_outside: float
    n_inside: int
    n_outside: int
    asked_inside: int
    asked_outside: int
    clusters: int
    response_inside: float
    response_outside: float
    attrition_low: float
    attrition_high: float
    bound_low: float
    bound_high: float
    trimmed: float
    late: float | None
    late_low: float | None
    late_high: float | None
    moved: float | None
    moved_low: float | None
    moved_high: float | None
    public_estimate: float
    public_low: float
    public_high: float


@dataclass(frozen=True)
class Report:
    """promised: seats of the whole agreement. verdict: renew, stop, cannot_tell. reasons: codes. effect None: there was nothing to compare. cost: rupiah."""

    round_id: int
    promised: int
    lines: tuple[Line, ...]
    effect: Effect | None
    verdict: str
    reasons: tuple[str, ...]
    cost: int | None
    unasked: int
    data_hash: str
    by: str
    at: datetime

    @property
    def filled(self) -> int:
        return sum(line.filled for line in self.lines)

    @property
    def finished(self) -> int:
        return sum(line.finished for line in self.lines)

    @property
    def certified(self) -> int:
        return sum(line.certified for line in self.lines)


def reported(round_id: int) -> bool:
    """Whether the report was written."""
    return models.Report.objects.filter(round=round_id).exists()


def report(round_id: int) -> Report:
    """The report as it was written. promised: seats of the whole agreement. Raises NotReported."""
    row = models.Report.objects.defer("data").filter(round=round_id).first()
    if row is None:
        raise NotReported()
    names = [f.name for f in fields(Line)]
    found = sorted(row.lines.values_list(*names), key=lambda values: programme.level_index(values[0]))
    return Report(
        round_id=round_id,
        promised=row.promised,
        lines=tuple(Line(*values) for values in found),
        effect=effect(round_id),
        verdict=row.verdict,
        reasons=tuple(row.reasons.split()),
        cost=row.cost,
        unasked=row.unasked,
        data_hash=row.data_hash,
        by=row.by,
        at=row.at,
    )


def effect(round_id: int) -> Effect | None:
    """The effect, if one was estimated."""
    names = [f.name for f in fields(Effect)]
    values = models.Effect.objects.filter(round=round_id).values_list(*names).first()
    return Effect(*values) if values else None


def data(round_id: int) -> str:
    """The open data, CSV as it was written. Raises NotReported."""
    found = models.Report.objects.filter(round=round_id).values_list("data", flat=True).first()
    if found is None:
        raise NotReported()
    return found
