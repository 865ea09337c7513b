"""Rounds, and the moves that lead from one state to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db import transaction
from django.db.models import F, QuerySet

from ampera.apps.audit import api as audit

from . import models
from .agreements import words
from .models import Round as Row
from .names import state_name
from .refusals import IllegalMove, NoReason, NoSuchRound

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

State = Row.State

# The round's state machine: (state, verb) → state. What is not here is refused.
ROUND_MOVES: Mapping[tuple[str, str], str] = {
    (State.DRAFT, "lock"): State.LOCKED,
    (State.LOCKED, "open"): State.OPEN,
    (State.OPEN, "close"): State.OBJECTIONS,
    (State.OBJECTIONS, "freeze"): State.FROZEN,
    (State.FROZEN, "draw"): State.DRAWN,
    (State.DRAWN, "teach"): State.TEACHING,
    (State.TEACHING, "endline"): State.ENDLINE,
    (State.ENDLINE, "report"): State.REPORTED,
    **{
        (state, "abandon"): State.ABANDONED
        for state in State
        if state not in {State.REPORTED, State.ABANDONED}
    },
}


@dataclass(frozen=True)
class Round:
    """locked: its plan can't change any more. assumed_because: why the plan is ours and not the city's; "" if it made it."""

    id: int
    number: int
    title: str
    state: str
    simulated: bool
    locked: bool
    agreement_slug: str
    assumed_because: str
    abandoned_because: str


def rounds() -> tuple[Round, ...]:
    """Every round, the abandoned ones too, the newest first."""
    return tuple(_record(row) for row in _rows().order_by("-number", "-id"))


def round_(round_id: int) -> Round:
    """Raises NoSuchRound."""
    row = _rows().filter(pk=round_id).first()
    if row is None:
        raise NoSuchRound()
    return _record(row)


def current() -> Round | None:
    """The round that citizens are told about: one open for registration, else the newest locked and not abandoned."""
    return told(rounds())


def told(found: Iterable[Round]) -> Round | None:
    """`current` among rounds that were read already, the newest first."""
    locked = [r for r in found if r.state not in ("DRAFT", "ABANDONED")]
    return next((r for r in locked if r.state == "OPEN"), locked[0] if locked else None)


@transaction.atomic
def move(round_id: int, verb: str, *, by: str, now: datetime, because: str = "") -> str:
    """Take a round one step along ROUND_MOVES, inside the caller's transaction if there is one; gives the new state.

    Raises NoSuchRound; IllegalMove if the table has no such move, or if it is `lock` and the plan was not
    confirmed by a second person; NoReason if a round is abandoned without saying why.
    """
    row = models.Round.objects.select_for_update().filter(pk=round_id).first()
    if row is None:
        raise NoSuchRound()
    state = ROUND_MOVES.get((row.state, verb))
    unlocked = verb == "lock" and not models.Plan.objects.filter(round=row, locked_at__isnull=False).exists()
    if state is None or unlocked:
        raise IllegalMove(state=state_name(row.state))
    reason = because.strip()
    if verb == "abandon" and not reason:
        raise NoReason()
    came_from, row.state, row.abandoned_because = row.state, state, reason if verb == "abandon" else ""
    row.save(update_fields=["state", "abandoned_because"])
    audit.record(
        f"round.{verb}", about=f"round:{round_id}", by=by, at=now, was=str(came_from), now=str(state)
    )
    return str(state)


def hold(round_id: int) -> str:
    """Keep the round from moving until the caller's transaction ends; its state. Raises NoSuchRound.

    Rows that refer to the round are written all the same.
    """
    row = models.Round.objects.select_for_update(no_key=True).filter(pk=round_id).first()
    if row is None:
        raise NoSuchRound()
    return str(row.state)


def diagram(moves: Mapping[tuple[str, str], str] = ROUND_MOVES, begins: str = State.DRAFT) -> str:
    """A table of moves as Mermaid text, for the docs: the round's, or another app's. A state without a way on is an end."""
    states = dict.fromkeys(state for (come_from, _), to in moves.items() for state in (come_from, to))
    ends = [state for state in states if not any(come_from == state for come_from, _ in moves)]
    return "\n".join(
        [
            "stateDiagram-v2",
            f"    [*] --> {begins}",
            *(f"    {state} --> {to}: {verb}" for (state, verb), to in moves.items()),
            *(f"    {state} --> [*]" for state in ends),
            "",
        ]
    )


class _Locked(TypedDict):
    locked_at: datetime | None


def _rows() -> QuerySet[WithAnnotations[models.Round, _Locked]]:
    return models.Round.objects.select_related("agreement").annotate(locked_at=F("plan__locked_at"))


def _record(row: WithAnnotations[models.Round, _Locked]) -> Round:
    return Round(
        id=row.pk,
        number=row.number,
        title=words(row, "title"),
        state=str(row.state),
        simulated=row.simulated,
        locked=row.locked_at is not None,
        agreement_slug=row.agreement.slug,
        assumed_because=words(row, "assumed_because"),
        abandoned_because=row.abandoned_because,
    )
