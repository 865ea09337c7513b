"""One household, one ticket, if the plan has it and the people say so: those under one account who live together.

What is kept is a random code on each application. It says who shares, not who they are or where they live.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .applications import State, open_row
from .models import Application as Row
from .refusals import NobodyToShareWith


def housemates(round_id: int, person: people.Person) -> tuple[int, ...]:
    """Others under the person's account who apply in the round; () if the plan has no ticket for households.

    Three queries.
    """
    if person.account_id is None or not programme.household_ticket(round_id):
        return ()
    return tuple(_others(round_id, person).values_list("person_id", flat=True))


def _others(round_id: int, person: people.Person) -> QuerySet[Row]:
    under = [p.id for p in people.persons(person.account_id or 0) if p.id != person.id]
    return Row.objects.filter(
        round=round_id, person__in=under, state__in=[State.DRAFT, State.SUBMITTED]
    ).order_by("pk")


@transaction.atomic
def share_ticket(application_id: int, *, shared: bool, by: str, now: datetime) -> None:
    """Stand in the draw with the others under the account as one household, or alone again (only this person leaves).

    Saying the same again changes nothing. Raises what `open_row` raises; NobodyToShareWith.
    """
    row = open_row(application_id, now)
    person = people.person(row.person_id)
    if shared and not housemates(row.round_id, person):
        raise NobodyToShareWith()
    if not shared:
        joining, code = [row], ""
    else:
        joining = [row, *_others(row.round_id, person).select_for_update()]
        code = next((r.household for r in joining if r.household), "") or secrets.token_hex(8)
    for one in joining:
        if one.household != code:
            Row.objects.filter(pk=one.pk).update(household=code)
            verb = "ticket_shared" if code else "ticket_alone"
            audit.record(f"application.{verb}", about=f"application:{one.pk}", by=by, at=now)
