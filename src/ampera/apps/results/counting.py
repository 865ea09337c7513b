"""Promised, planned, filled, finished, certified: a line for each level, from what each app says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ampera.apps.admissions import api as admissions
from ampera.apps.certificates import api as certificates
from ampera.apps.classes import api as classes
from ampera.apps.programme import api as programme


@dataclass(frozen=True)
class Line:
    """promised: by the agreement for this level; assumed: split by our assumption, so not promised."""

    level: str
    promised: int
    assumed: int
    planned: int
    filled: int
    finished: int
    certified: int


def lines(round_id: int) -> tuple[Line, ...]:
    """A few queries for each class: for the report, which keeps the answer."""
    found = {
        name: Counter[str]() for name in ("promised", "assumed", "planned", "filled", "finished", "certified")
    }
    for commitment in programme.agreement_of(round_id).commitments:
        found["assumed" if commitment.assumed else "promised"][commitment.level] += commitment.seats
    for cell in admissions.delivered(round_id):
        found["filled"][cell.level] += cell.seats
    seated: dict[int, list[int]] = {}
    for seat in admissions.seats_of_round(round_id):
        seated.setdefault(seat.class_id, []).append(seat.person_id)
    for class_ in programme.classes(round_id, drawn=None):
        found["planned"][class_.level] += class_.seats
        finals = classes.final(class_.id, seated.get(class_.id, []))
        found["finished"][class_.level] += sum(final.complete for final in finals.values())
    found["certified"].update(certificates.certified(round_id).values())
    levels = [level for level in programme.levels if any(counter[level] for counter in found.values())]
    return tuple(Line(level, **{name: counter[level] for name, counter in found.items()}) for level in levels)
