"""Codes to a person's phone: how many a number gets, and a fresh one for a single thing that nobody else may do.

A session that somebody left open is enough to look, not to give a seat away: for that the phone itself is asked.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext, override

from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging

from .models import Account, FreshCode, Person
from .refusals import NoPhone, TooManyCodes
from .vault import fingerprint

TRIES, VALID = 5, timedelta(minutes=15)
# How many codes a number gets within a time: a first one and three more at once, twenty a day.
CODES = ((timedelta(minutes=1), 4), (timedelta(days=1), 20))


@dataclass(frozen=True)
class Sent:
    """A code under way. phone: where it went, all but its last digits hidden. tries: how many wrong ones are left."""

    phone: str
    until: datetime
    tries: int


def too_many_codes(phone: str, now: datetime) -> bool:
    """Whether a number has had its codes. Counted in the outbox, so that it holds across processes; one query."""
    sent = messaging.times(to=phone, kind="code", since=now - max(within for within, _most in CODES))
    return any(sum(at > now - within for at in sent) >= most for within, most in CODES)


@transaction.atomic
def send_code(
    person_id: int, purpose: str, says: str, *, key: str, by: str, now: datetime, **facts: str
) -> None:
    """Send a fresh code for one purpose to the person's phone; it takes the place of an earlier one.

    purpose: for what, with the id of the thing: `decline:12`. says: a marked msgid with `%(code)s` and the facts, said in
    the account's language. Raises NoPhone, TooManyCodes; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["send_code", person_id, purpose], at=now) as first:
        if first.answer:
            return
        person = _reached().filter(pk=person_id).first()
        account = _account(person)
        if person is None or account is None or not account.phone_verified:
            raise NoPhone()
        if too_many_codes(account.phone, now):
            raise TooManyCodes()
        code = f"{secrets.randbelow(10**6):06d}"
        FreshCode.objects.update_or_create(
            person=person,
            purpose=purpose,
            defaults={"code_hash": _hash(person, purpose, code), "until": now + VALID, "tries": 0},
        )
        with override(account.language):
            body = gettext(says) % {**facts, "code": code}
        messaging.send(to=account.phone, kind="code", body=body, key=f"code:{uuid.uuid4()}", now=now)
        audit.record("code.sent", about=f"person:{person_id}", by=by, at=now, purpose=purpose)
        first.keep(person_id)


def code_sent(person_id: int, purpose: str, *, now: datetime) -> Sent | None:
    """The code that may be typed now; None if none was sent, or it is too old, or was tried too often."""
    live = FreshCode.objects.filter(person=person_id, purpose=purpose, until__gte=now, tries__lt=TRIES)
    row = live.select_related("person__account", "person__merged_into__account").first()
    account = _account(row.person) if row else None
    if row is None or account is None:
        return None
    return Sent(hidden(account.phone), row.until, TRIES - row.tries)


def spend_code(person_id: int, purpose: str, code: str, *, now: datetime) -> bool:
    """Whether this is the code that was sent; the right one is spent, a wrong one is counted, five end it.

    Belongs inside the transaction of what it opens, which must commit when the answer is no: else nothing is counted.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a code is spent in the transaction of what it opens")
    live = FreshCode.objects.filter(person=person_id, purpose=purpose, until__gte=now, tries__lt=TRIES)
    row = live.select_for_update(of=("self",)).select_related("person").first()
    if row is None:
        return False
    if hmac.compare_digest(row.code_hash, _hash(row.person, purpose, "".join(code.split()))):
        row.delete()
        return True
    FreshCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    return False


def _reached() -> QuerySet[Person]:
    return Person.objects.select_related("account", "merged_into__account")


def _account(person: Person | None) -> Account | None:
    """Where somebody is reached, as `accounts.phone` says it."""
    if person is None:
        return None
    earlier = person.merged_into.account if person.merged_into else None
    return earlier if earlier and earlier.phone_verified else person.account


def hidden(phone: str) -> str:
    """A number by its last three digits: enough for its owner, little for who looks over a shoulder."""
    return "0" + "•" * (len(phone) - 6) + phone[-3:]


def _hash(person: Person, purpose: str, code: str) -> str:
    return fingerprint("fresh code", f"{person.pseudonym}:{purpose}:{code}")
