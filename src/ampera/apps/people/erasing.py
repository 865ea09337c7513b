"""A person is erased: identity deleted, link to the account cut. Rows elsewhere hold a pseudonym and stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ampera.apps.audit import api as audit

from .models import Account, Draft, FreshCode, Identity, Pair, Person

ERASED = "system:erased"
FORGOTTEN = "–"


@transaction.atomic
def erase(person_id: int, *, by: str, now: datetime) -> str:
    """Delete who a person is; erasing again changes nothing. Gives the number that nobody uses any more, or "".

    An account that has no other person and never had a role loses its number too, since the audit still names it.
    Keys and row ids stay, and what they point to is nobody.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.erased_at:
        return ""
    account_id, person.account_id = person.account_id, None
    Identity.objects.filter(person_id=person_id).delete()
    Draft.objects.filter(person_id=person_id).delete()
    FreshCode.objects.filter(person_id=person_id).delete()
    about_them = Pair.objects.filter(Q(earlier=person_id) | Q(later=person_id))
    about_them.exclude(objection="").update(objection=FORGOTTEN)
    person.pin_hash, person.registered_by, person.erased_at = "", ERASED, now
    person.save(update_fields=["account", "pin_hash", "registered_by", "erased_at"])
    audit.record("person.erased", about=f"person:{person_id}", by=by, at=now)
    return _forget_unused(account_id, by=by, now=now) if account_id is not None else ""


def _forget_unused(account_id: int, *, by: str, now: datetime) -> str:
    account = Account.objects.select_for_update().get(pk=account_id)
    if account.persons.exists() or account.roles.exists():
        return ""
    account.drafts.all().delete()
    number = account.phone
    account.phone, account.phone_verified, account.is_active = f"-{account_id}", False, False
    account.save(update_fields=["phone", "phone_verified", "is_active"])
    audit.record("account.forgotten", about=f"account:{account_id}", by=by, at=now)
    return number
