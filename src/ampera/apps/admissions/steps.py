"""What a person does next in a round: one answer for every state, from before opening to the result.

The site shows it on the person's page; every step of the application leads back to it.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .after_freeze import after_freeze, seated
from .before_freeze import submitted, unsent, without_application
from .models import Seat
from .records import of_person
from .situation import Situation, Step

AFTER = {"FROZEN", "DRAWN", "TEACHING", "ENDLINE", "REPORTED"}


def step(person_id: int, round_id: int, now: datetime) -> Step:
    """What this person does next in this round. At most 10 queries. Raises people.Erased, programme.NoSuchRound."""
    found = programme.round_(round_id)
    case = Situation(
        people.person(person_id), found, programme.plan(round_id), of_person(person_id, round_id), now
    )
    if found.state == "ABANDONED":
        return Step("abandoned", _("This round was abandoned"), found.abandoned_because)
    seat = Seat.objects.filter(round=round_id, person=person_id, state=Seat.State.TAKEN).first()
    if seat:
        return seated(case, seat)
    if case.application is None:
        return without_application(case)
    if case.application.state == "SUBMITTED":
        frozen = found.state in AFTER
        return (after_freeze if frozen else submitted)(case, case.application)
    return unsent(case, case.application)
