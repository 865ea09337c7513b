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
from .records import Filed, filed_by
from .situation import Situation, Step

AFTER = {"FROZEN", "DRAWN", "TEACHING", "ENDLINE", "REPORTED"}


def step(person_id: int, round_id: int, now: datetime) -> Step:
    """What this person does next in this round. At most 8 queries. Raises people.Erased, programme.NoSuchRound."""
    return next_step(situation(people.person(person_id), filed_by(person_id, round_id), round_id, now))


def step_without_seat(person: people.Person, round_: programme.Round, now: datetime) -> Step:
    """`step` for somebody who, as `seat_of` has said, has no seat; what was read already is not read again."""
    case = Situation(person, round_, filed_by(person.id, round_.id), now)
    return _without_seat(case)


def situation(person: people.Person, application: Filed | None, round_id: int, now: datetime) -> Situation:
    """Where a person stands whose application (None: not begun) has been read already. One query, and the plan's two when it is needed."""
    return Situation(person, programme.round_(round_id), application, now)


def next_step(case: Situation) -> Step:
    seats = Seat.objects.filter(round=case.round.id, person=case.person.id, state=Seat.State.TAKEN)
    if case.round.state != "ABANDONED" and (seat := seats.first()):
        return seated(case, seat)
    return _without_seat(case)


def _without_seat(case: Situation) -> Step:
    if case.round.state == "ABANDONED":
        return Step("abandoned", _("This round was abandoned"), case.round.abandoned_because)
    if case.application is None:
        return without_application(case)
    if case.application.state == "SUBMITTED":
        return (after_freeze if case.round.state in AFTER else submitted)(case, case.application)
    return unsent(case, case.application)
