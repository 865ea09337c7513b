"""A person is erased: every app that holds something of theirs takes part, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people

# Who acts when a person is erased, in this order.
TAKES_PART = ("admissions", "people", "messaging")
# Who need not, and why. A structure test asks that every app is in one of the two.
STAYS = {
    "audit": "ids and facts, no personal data; append-only",
    "jobs": "about rounds and classes",
    "programme": "about no citizen",
    "assessment": "answers and presence under the pseudonym; append-only",
    "drills": "readings under an account's number, which is nobody's once the phone number is gone",
    "classes": "attendance and grades under the pseudonym; names are read from people",
    "certificates": "a certificate is kept as it was signed, append-only; with the account's link gone only its holder can show it",
    "results": "the sample under the pseudonym",
}


def erase(person_id: int, *, proof: people.Proof | None = None, by: str, now: datetime) -> None:
    """Erase a person everywhere, under all of their registrations; doing it again changes nothing.

    Who holds a seat, or a call not yet answered, loses it: then it takes their proof, as giving it up does. A wrong proof
    changes nothing but its own count. Raises people.WrongCode, people.WrongPin.
    """
    shown = proof or people.Proof(people.proof_of(person_id), "")
    with transaction.atomic():
        mine = people.same(person_id)
        right = not any(admissions.held(one, now=now) for one in mine) or people.shown(
            person_id, people.erasing(person_id), shown, now=now
        )
        if right:
            for one in mine:
                _erase(one, by=by, now=now)
    if not right:  # outside, so that the wrong try stays counted
        raise shown.wrong


def _erase(person_id: int, *, by: str, now: datetime) -> None:
    """The number's messages go with the number, so only when nobody else uses it."""
    admissions.forget(person_id, by=by, now=now)
    number = people.erase(person_id, by=by, now=now)
    if number:
        messaging.forget(to=number)
