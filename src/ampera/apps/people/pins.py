"""The PIN printed on a volunteer's receipt: six digits for a person who has no phone."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F

from ampera.apps.audit import api as audit

from .models import Person
from .refusals import Erased
from .vault import fingerprint

TRIES = 10


def new_pin() -> str:
    """Six digits from the operating system's dice. It is shown once and never kept as such."""
    return f"{secrets.randbelow(10**6):06d}"


def pin_hash(pseudonym: object, pin: str) -> str:
    """KeyForm, and bound to the person: without the key a million PINs would be tried in a second."""
    return fingerprint("pin", f"{pseudonym}:{pin}")


def check_pin(person_id: int, pin: str) -> bool:
    """Whether this is the person's PIN. After ten wrong tries in a row it stays False until a new PIN is made."""
    mine = Person.objects.filter(pk=person_id)
    # counted before it is looked at, so that tries at the same moment don't share one count
    if not mine.filter(pin_tries__lt=TRIES).exclude(pin_hash="").update(pin_tries=F("pin_tries") + 1):
        return False
    person = mine.get()
    right = hmac.compare_digest(person.pin_hash, pin_hash(person.pseudonym, "".join(pin.split())))
    if right:
        mine.update(pin_tries=0)
    return right


@transaction.atomic
def renew_pin(person_id: int, *, by: str, now: datetime) -> str:
    """A new PIN instead of the old one, and its tries forgotten; shown once, then only its keyed hash is known.

    Raises Erased.
    """
    person = Person.objects.select_for_update().filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise Erased()
    pin = new_pin()
    Person.objects.filter(pk=person_id).update(pin_hash=pin_hash(person.pseudonym, pin), pin_tries=0)
    audit.record("person.pin_made", about=f"person:{person_id}", by=by, at=now)
    return pin
