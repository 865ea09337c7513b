"""Reading applications: frozen, with their ranking and claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Prefetch

from .models import Application as Row
from .models import ReserveClaim
from .refusals import NoSuchApplication


@dataclass(frozen=True)
class Claim:
    """accepted: None until somebody has looked."""

    group: str
    evidence: str
    accepted: bool | None
    because: str
    checked_by: str
    checked_at: datetime | None


@dataclass(frozen=True)
class Filed:
    """An application without its parts. What is not given yet is "". receipt: "" before it was first sent."""

    id: int
    round_id: int
    person_id: int
    state: str
    receipt: str
    audience: str
    level: str
    days: tuple[str, ...]


@dataclass(frozen=True)
class Application(Filed):
    """A person's wish for a seat in a round. What is not given yet is "" or None. choices: class ids, best first.

    theta, theta_se: baseline ability and its standard error, logits. household: the code of those who share a ticket; "" alone.
    """

    measured_level: str
    theta: float | None
    theta_se: float | None
    kelurahan: str
    birth_year: int | None
    places: tuple[str, ...]
    choices: tuple[int, ...]
    claims: tuple[Claim, ...]
    created_at: datetime
    submitted_at: datetime | None
    ended_at: datetime | None
    household: str


Value = TypeVar("Value")


def filled(value: Value | None) -> Value:
    """A column that may be empty in other rows, but not in these. Raises ValueError if it is."""
    if value is None:
        raise ValueError("a column is empty that this row must have")
    return value


def filed(application_id: int) -> Filed:
    """One query. Raises NoSuchApplication."""
    row = Row.objects.filter(pk=application_id).first()
    if row is None:
        raise NoSuchApplication()
    return _filed(row)


def filed_by(person_id: int, round_id: int) -> Filed | None:
    """`of_person` without the parts: one query."""
    row = Row.objects.filter(person=person_id, round=round_id).order_by("-pk").first()
    return _filed(row) if row else None


def sent_in(person_id: int, round_ids: Iterable[int]) -> frozenset[int]:
    """The rounds among these to which the person's application was sent and stands, by id; one query."""
    rows = Row.objects.filter(person=person_id, round__in=list(round_ids), state=Row.State.SUBMITTED)
    return frozenset(rows.values_list("round_id", flat=True))


def _filed(row: Row) -> Filed:
    return Filed(
        id=row.pk,
        round_id=row.round_id,
        person_id=row.person_id,
        state=row.state,
        receipt=row.receipt or "",
        audience=row.audience_id or "",
        level=row.level,
        days=codes(row.days),
    )


def application(application_id: int) -> Application:
    """Three queries. Raises NoSuchApplication."""
    row = _rows().filter(pk=application_id).first()
    if row is None:
        raise NoSuchApplication()
    return _record(row)


def of_person(person_id: int, round_id: int) -> Application | None:
    """The person's application in the round, in whatever state. Three queries."""
    row = _rows().filter(person=person_id, round=round_id).order_by("-pk").first()
    return _record(row) if row else None


def _rows():
    claims = ReserveClaim.objects.order_by("group_id")
    return Row.objects.prefetch_related("choices", Prefetch("claims", queryset=claims))


def _record(row: Row) -> Application:
    return Application(
        **vars(_filed(row)),
        measured_level=row.measured_level,
        theta=row.theta,
        theta_se=row.theta_se,
        kelurahan=row.kelurahan_id or "",
        birth_year=row.birth_year,
        places=codes(row.places),
        choices=tuple(choice.klass_id for choice in row.choices.all()),
        claims=tuple(
            Claim(c.group_id, c.evidence, c.accepted, c.because, c.checked_by, c.checked_at)
            for c in row.claims.all()
        ),
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        household=row.household,
    )


def codes(text: str) -> tuple[str, ...]:
    """A comma-separated column as codes."""
    return tuple(text.split(",")) if text else ()
