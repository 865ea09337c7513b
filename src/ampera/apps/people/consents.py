"""Consent for what is not the city's task: research, messages, partners abroad. A row for each yes and no."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit

from .models import Consent
from .persons import chunks

PURPOSES = tuple(Consent.Purpose.values)


@transaction.atomic
def consent(person_id: int, purpose: str, given: bool, *, key: str, by: str, now: datetime) -> None:
    """Say yes or no to one purpose (research, messages, abroad); the newest word counts. ValueError for another purpose."""
    if purpose not in PURPOSES:
        raise ValueError(f"purpose must be one of {', '.join(PURPOSES)}")
    with audit.once(key, by=by, payload=[person_id, purpose, given], at=now) as first:
        if first.answer:
            return
        Consent.objects.create(person_id=person_id, purpose=purpose, given=given, at=now, by=by)
        audit.record(
            "person.consent", about=f"person:{person_id}", by=by, at=now, purpose=purpose, given=given
        )
        first.keep(person_id)


@transaction.atomic
def consent_many(person_ids: Iterable[int], purpose: str, given: bool, *, by: str, now: datetime) -> None:
    """The same word of many persons at once. ValueError for another purpose."""
    if purpose not in PURPOSES:
        raise ValueError(f"purpose must be one of {', '.join(PURPOSES)}")
    ids = list(dict.fromkeys(person_ids))
    Consent.objects.bulk_create(
        [Consent(person_id=i, purpose=purpose, given=given, at=now, by=by) for i in ids], batch_size=1000
    )
    facts = {"purpose": purpose, "given": given}
    audit.record_many([("person.consent", f"person:{i}", facts) for i in ids], by=by, at=now)


def consents(person_ids: Iterable[int], purpose: str) -> set[int]:
    """Of these persons, those whose newest word on the purpose is yes. One query for each 5,000."""
    newest: dict[int, bool] = {}
    for part in chunks(dict.fromkeys(person_ids)):
        rows = Consent.objects.filter(person_id__in=part, purpose=purpose).order_by("pk")
        newest.update(rows.values_list("person_id", "given"))
    return {person_id for person_id, given in newest.items() if given}


def consented(person_id: int) -> frozenset[str]:
    """The purposes to which one person now says yes."""
    newest = dict(Consent.objects.filter(person_id=person_id).order_by("pk").values_list("purpose", "given"))
    return frozenset(purpose for purpose, given in newest.items() if given)
