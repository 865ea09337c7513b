"""Reading calls: one person's, a round's, and how each wave was answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from .calling import Offered, Wave
from .models import Call, WavesEnd


@dataclass(frozen=True)
class Ended:
    """That the calls of a round have ended, after which wave and why."""

    after: int
    because: str
    at: datetime


def _frozen(row: Call) -> Offered:
    return Offered(
        id=row.pk,
        application_id=row.application_id,
        class_id=row.klass_id,
        wave=row.wave,
        state=row.state,
        offered_at=row.offered_at,
        until=row.until,
        answered_at=row.answered_at,
    )


def call_of(application_id: int) -> Offered | None:
    """The latest call of an application."""
    row = Call.objects.filter(application=application_id).order_by("-wave").first()
    return _frozen(row) if row else None


def calls(round_id: int, *, state: str | None = None, wave: int | None = None) -> tuple[Offered, ...]:
    """A round's calls by wave, then receipt."""
    found = Call.objects.filter(application__round=round_id).order_by("wave", "application__receipt")
    if state:
        found = found.filter(state=state)
    if wave is not None:
        found = found.filter(wave=wave)
    return tuple(map(_frozen, found))


def waves(round_id: int) -> tuple[Wave, ...]:
    """How each wave was answered, the first one first; one query."""
    rows = Call.objects.filter(application__round=round_id).values_list(
        "wave", "state", "offered_at", "until"
    )
    by_wave: dict[int, list[tuple[str, datetime, datetime]]] = defaultdict(list)
    for wave, state, offered_at, until in rows:
        by_wave[wave].append((state, offered_at, until))
    found = []
    for number, answers in sorted(by_wave.items()):
        states = [state for state, _offered, _until in answers]
        found.append(
            Wave(
                number=number,
                offered_at=min(offered for _state, offered, _until in answers),
                until=max(until for _state, _offered, until in answers),
                called=len(answers),
                taken=states.count(Call.State.TAKEN),
                declined=states.count(Call.State.DECLINED),
                lapsed=states.count(Call.State.LAPSED),
                waiting=states.count(Call.State.OFFERED),
            )
        )
    return tuple(found)


def waves_ended(round_id: int) -> Ended | None:
    row = WavesEnd.objects.filter(round=round_id).first()
    return Ended(row.after, row.because, row.at) if row else None
