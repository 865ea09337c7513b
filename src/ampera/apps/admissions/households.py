"""One household, one ticket, if the plan has it and the people say so: those under one account who live together.

Two who registered apart and are one household are joined by two officers (see `people.confirm_pair`), until the freeze.

What is kept is a random code on each application. It says who shares, not who they are or where they live. The list that
is drawn from calls a household by its first receipt (`listing.households`).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .applications import State, open_row
from .models import Application as Row
from .refusals import NobodyToShareWith

OPEN = {"OPEN", "OBJECTIONS"}


def housemates(round_id: int, person: people.Person) -> tuple[int, ...]:
    """Others under the person's account who apply in the round; () if the plan has no ticket for households.

    Three queries.
    """
    if person.account_id is None or not programme.household_ticket(round_id):
        return ()
    return tuple(_others(round_id, person).values_list("person_id", flat=True))


def _others(round_id: int, person: people.Person) -> QuerySet[Row]:
    under = [p.id for p in people.persons(person.account_id or 0) if p.id != person.id]
    return _live(round_id).filter(person__in=under).order_by("pk")


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
    _write(joining, code, by=by, now=now)


def _write(rows: Iterable[Row], code: str, *, by: str, now: datetime) -> None:
    for one in rows:
        if one.household != code:
            Row.objects.filter(pk=one.pk).update(household=code)
            verb = "ticket_shared" if code else "ticket_alone"
            audit.record(f"application.{verb}", about=f"application:{one.pk}", by=by, at=now)


def households_apart(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those pairs of persons who apply in a round with a ticket for households and don't share one. Two queries a round."""
    found: set[tuple[int, int]] = set()
    for round_ in programme.rounds():
        if round_.state in OPEN and programme.household_ticket(round_.id):
            code = dict(_live(round_.id).values_list("person_id", "household"))
            both = {(a, b) for a, b in pairs if a in code and b in code}
            found |= {(a, b) for a, b in both if not code[a] or code[a] != code[b]}
    return found


@transaction.atomic
def join_households(earlier: int, later: int, *, by: str, now: datetime) -> tuple[int, ...]:
    """Give two persons, and all who share a ticket with either, one ticket; the rounds' ids. After the freeze nothing changes."""
    done = []
    for round_id in _unfrozen():
        rows = list(_live(round_id).select_for_update().order_by("pk"))
        mine = {row.household for row in rows if row.person_id in (earlier, later)} - {""}
        both = [row for row in rows if row.person_id in (earlier, later)]
        if len(both) == 2:
            code = min(mine, default="") or secrets.token_hex(8)
            _write([r for r in rows if r in both or r.household in mine], code, by=by, now=now)
            done.append(round_id)
    return tuple(done)


@transaction.atomic
def part_households(person_id: int, *, by: str, now: datetime) -> tuple[int, ...]:
    """Let a person stand alone again; the rounds' ids. After the freeze nothing changes."""
    rounds = _unfrozen()
    rows = list(Row.objects.select_for_update().filter(round__in=rounds, person=person_id))
    _write(rows, "", by=by, now=now)
    return tuple(row.round_id for row in rows)


def _unfrozen() -> list[int]:
    """The rounds whose households may still be told apart, each locked until the transaction ends."""
    rounds = [r.id for r in programme.rounds() if r.state in OPEN and programme.household_ticket(r.id)]
    return [r for r in rounds if programme.hold(r) in OPEN]


def _live(round_id: int) -> QuerySet[Row]:
    return Row.objects.filter(round=round_id, state__in=[State.DRAFT, State.SUBMITTED])
