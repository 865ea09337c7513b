"""A person's form while it is being filled in: one page at a time, kept encrypted, taken up again on any device."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from .models import Draft as Row
from .registering import ADULT_AGE, birthday
from .vault import seal, unseal

KEPT = timedelta(days=30)
STEPS = ("nama", "lahir", "wali", "kecamatan", "kelurahan")
ANSWERED_BY = {
    "nama": "name",
    "lahir": "birth_date",
    "wali": "guardian_name",
    "kecamatan": "kecamatan",
    "kelurahan": "kelurahan",
}


@dataclass(frozen=True)
class Draft:
    """answers: what was typed, by field; birth_date as ISO text. correcting: the person it will correct, if any.

    person_id: what came of it, once it was sent.
    """

    id: uuid.UUID
    account_id: int
    in_person: bool
    notice_at: datetime
    person_id: int | None
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def correcting(self) -> int | None:
        return self.answers.get("correcting")

    @property
    def birth_date(self) -> date | None:
        text = self.answers.get("birth_date")
        return date.fromisoformat(text) if text else None

    def steps(self, today: date) -> tuple[str, ...]:
        """The pages that this person has: an adult has none about a guardian."""
        born = self.birth_date
        adult = born is not None and today >= birthday(born, ADULT_AGE)
        return tuple(step for step in STEPS if step != "wali" or not adult)

    def next_step(self, today: date) -> str:
        """The first page that has no answer yet, or "periksa" (check your answers)."""
        return next((s for s in self.steps(today) if not self.answers.get(ANSWERED_BY[s])), "periksa")


@transaction.atomic
def begin(
    draft_id: uuid.UUID,
    *,
    account_id: int,
    in_person: bool,
    notice_at: datetime,
    answers: dict[str, Any] | None = None,
) -> None:
    """Open a form; the same id again opens nothing. The account's forms that were left for a month go."""
    Row.objects.filter(account_id=account_id, notice_at__lt=notice_at - KEPT).delete()
    sealed = seal(json.dumps(answers), row=str(draft_id)) if answers else b""
    Row.objects.get_or_create(
        pk=draft_id,
        defaults={"account_id": account_id, "in_person": in_person, "notice_at": notice_at, "sealed": sealed},
    )


def find(draft_id: uuid.UUID, *, account_id: int) -> Draft | None:
    """The account's form; None if there is none, or it is another's."""
    row = Row.objects.filter(pk=draft_id, account_id=account_id).first()
    return _frozen(row) if row else None


def unfinished(account_id: int) -> tuple[Draft, ...]:
    """The account's forms for its own persons that were begun and not sent, newest first."""
    rows = Row.objects.filter(account_id=account_id, in_person=False, person=None).exclude(sealed=b"")
    return tuple(_frozen(row) for row in rows.order_by("-notice_at")[:3])


def _frozen(row: Row) -> Draft:
    answers = json.loads(unseal(row.sealed, row=str(row.pk))) if row.sealed else {}
    return Draft(row.pk, row.account_id, row.in_person, row.notice_at, row.person_id, answers)


def keep(draft: Draft, **answers: Any) -> Draft:
    """Keep more answers in a form that isn't sent yet; the form with them."""
    both = draft.answers | answers
    sealed = seal(json.dumps(both), row=str(draft.id))
    Row.objects.filter(pk=draft.id, person=None).update(sealed=sealed)
    return Draft(draft.id, draft.account_id, draft.in_person, draft.notice_at, draft.person_id, both)


def sent(draft: Draft, person_id: int) -> None:
    """Empty the form and remember whose it became, so that sending it twice finds the same person."""
    left = {"correcting": draft.correcting} if draft.correcting else {}
    sealed = seal(json.dumps(left), row=str(draft.id))
    Row.objects.filter(pk=draft.id).update(sealed=sealed, person_id=person_id)
