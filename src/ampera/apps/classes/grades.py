"""Grades of a class, by component, and what they and the attendance come to.

Weights are the plan's and locked with it. A grade is never changed: a correction is a new row, and the newest counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Count, Subquery

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from . import models
from .attendance import attended
from .refusals import NoSeatHere
from .timetable import Meeting, meetings

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Final:
    """What a class comes to for one person. attendance: share of all its meetings. grade: 0–100, weighted, None while a
    component is missing. complete: attended enough. Who teaches doesn't examine, so the grade certifies nothing.
    """

    attended: int
    meetings: int
    attendance: Decimal
    grade: Decimal | None
    complete: bool


@dataclass(frozen=True)
class Row:
    """One line of a class's roster. pseudonym: the seat's id, so it means nothing outside this class and round.

    met: ids of the meetings attended. scores: by component code.
    """

    person_id: int
    pseudonym: str
    name: str
    met: frozenset[int]
    scores: dict[str, Decimal]
    final: Final


@dataclass(frozen=True)
class Sheet:
    """A class as its lecturer sees it: its meetings, the components of its grade, and a row for each person."""

    meetings: tuple[Meeting, ...]
    weights: tuple[programme.Weight, ...]
    rows: tuple[Row, ...]


def roster(class_id: int) -> tuple[Row, ...]:
    """Who sits in the class, by display name, with attendance and grades; never an identity number or a phone."""
    return sheet(programme.class_(class_id)).rows


def sheet(klass: programme.Class) -> Sheet:
    """The roster with its columns; seven queries."""
    plan, held = programme.plan(klass.round_id), meetings(klass.id)
    seats = admissions.seats_of_class(klass.id)
    ids = [seat.person_id for seat in seats]
    names, met, scores = people.names(ids), attended(klass.id), _grades(klass.id, plan.weights)
    rows = (
        Row(
            person_id=seat.person_id,
            pseudonym=str(seat.id),
            name=names[seat.person_id],
            met=met.get(seat.person_id, frozenset()),
            scores=scores.get(seat.person_id, {}),
            final=_final(plan, len(held), len(met.get(seat.person_id, ())), scores.get(seat.person_id, {})),
        )
        for seat in seats
    )
    return Sheet(
        held, plan.weights, tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.pseudonym)))
    )


@dataclass(frozen=True)
class Mine:
    """One person's class. needed: the share of meetings that the plan asks for."""

    meetings: tuple[Meeting, ...]
    weights: tuple[programme.Weight, ...]
    met: frozenset[int]
    scores: dict[str, Decimal]
    final: Final
    needed: Decimal


def of_person(klass: programme.Class, person_id: int) -> Mine:
    """A person's own attendance and grades; five queries."""
    plan, held = programme.plan(klass.round_id), meetings(klass.id)
    there = models.Attendance.objects.filter(meeting__klass=klass.id, person=person_id)
    met = frozenset(there.values_list("meeting_id", flat=True))
    scores = _grades(klass.id, plan.weights, person=person_id).get(person_id, {})
    final = _final(plan, len(held), len(met), scores)
    return Mine(held, plan.weights, met, scores, final, plan.attendance_share)


def grades(class_id: int) -> dict[int, dict[str, Decimal]]:
    """The newest score of each person in each component, by its code."""
    return _grades(class_id, _plan(class_id).weights)


def final(class_id: int, person_ids: Iterable[int]) -> dict[int, Final]:
    """Attendance, grade and whether the class is complete, for these persons; seven queries."""
    plan, held = _plan(class_id), len(meetings(class_id))
    met, scores = attended(class_id), _grades(class_id, plan.weights)
    return {
        person: _final(plan, held, len(met.get(person, ())), scores.get(person, {})) for person in person_ids
    }


def complete(class_id: int, round_id: int) -> frozenset[int]:
    """Who has attended enough of the class's meetings; two queries."""
    share = programme.attendance_share(round_id)
    held = models.Meeting.objects.filter(klass=class_id).values("klass").annotate(n=Count("pk")).values("n")
    rows = models.Attendance.objects.filter(meeting__klass=class_id).values("person")
    counted = rows.annotate(there=Count("pk"), held=Subquery(held))
    return frozenset(row["person"] for row in counted if row["there"] >= share * row["held"])


def _plan(class_id: int) -> programme.Plan:
    return programme.plan(programme.class_(class_id).round_id)


def _grades(
    class_id: int, weights: tuple[programme.Weight, ...], **who: int
) -> dict[int, dict[str, Decimal]]:
    codes = {w.id: w.code for w in weights}
    found: dict[int, dict[str, Decimal]] = {}
    rows = models.Grade.objects.filter(klass=class_id, **who).order_by("pk")
    for person_id, component, score in rows.values_list("person_id", "component_id", "score"):
        found.setdefault(person_id, {})[codes[component]] = score
    return found


def _final(plan: programme.Plan, held: int, there: int, scores: dict[str, Decimal]) -> Final:
    return Final(
        attended=there,
        meetings=held,
        attendance=Decimal(there) / held if held else Decimal(0),
        grade=weighted(scores, plan.weights),
        complete=held > 0 and there >= plan.attendance_share * held,
    )


def weighted(scores: dict[str, Decimal], weights: tuple[programme.Weight, ...]) -> Decimal | None:
    """The sum of score × weight to two decimals, half up; None while a component has no score."""
    if not weights or any(w.code not in scores for w in weights):
        return None
    return sum((scores[w.code] * w.weight for w in weights), Decimal(0)).quantize(CENT, ROUND_HALF_UP)


@transaction.atomic
def grade_many(
    class_id: int,
    rows: Iterable[tuple[int, str, Decimal]],
    *,
    by: str,
    now: datetime,
    source: str = "hand",
) -> int:
    """Store (person_id, component code, score 0–100) of one class in a few statements; how many differ from before.

    A score is kept to two decimals, half up.
    Raises NoSeatHere; KeyError for a component that the plan doesn't have; ValueError for a score outside 0–100.
    """
    wanted = {(person, part): Decimal(score).quantize(CENT, ROUND_HALF_UP) for person, part, score in rows}
    if any(not 0 <= score <= 100 for score in wanted.values()):
        raise ValueError("a score lies between 0 and 100")
    if not {person for person, _c in wanted} <= {s.person_id for s in admissions.seats_of_class(class_id)}:
        raise NoSeatHere()
    weights = _plan(class_id).weights
    components = {w.code: w.id for w in weights}
    have = _grades(class_id, weights)
    fresh = [
        models.Grade(
            klass_id=class_id,
            person_id=person_id,
            component_id=components[component],
            score=score,
            source=source,
            by=by,
            at=now,
        )
        for (person_id, component), score in wanted.items()
        if have.get(person_id, {}).get(component) != score
    ]
    models.Grade.objects.bulk_create(fresh, batch_size=1000)
    audit.record("class.graded", about=f"class:{class_id}", by=by, at=now, grades=len(fresh), source=source)
    return len(fresh)
