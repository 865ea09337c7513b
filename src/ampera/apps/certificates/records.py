"""Certificates as they were issued, and what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from . import models
from .refusals import NoSuchCertificate

# the last event's kind → where the certificate stands
STATES = {"": "STANDING", "reinstated": "STANDING", "suspended": "SUSPENDED", "revoked": "REVOKED"}


@dataclass(frozen=True)
class Reissue:
    """old_id, new_id: certificates; new_id is None while it waits for the second person."""

    old_id: uuid.UUID
    new_id: uuid.UUID | None
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True)
class Certificate:
    """json: exactly as signed. state: STANDING, SUSPENDED or REVOKED, since when and with what reason, if it changed.

    list_id: its list of revocations. distrusted: the key that signed it is not believed for that day. withdrawn: its holder shows the page to nobody. onward: what replaces it, or is proposed to; before: what it replaces.
    """

    id: uuid.UUID
    round_id: int
    person_id: int
    class_id: int
    level: str
    demo: bool
    json: str
    issued_at: datetime
    valid_until: datetime
    list_id: int
    state: str
    since: datetime | None
    reason: str
    distrusted: bool
    withdrawn: bool
    onward: Reissue | None
    before: Reissue | None

    @property
    def revoked(self) -> bool:
        return self.state == "REVOKED"

    @property
    def suspended(self) -> bool:
        return self.state == "SUSPENDED"


def credential(certificate_id: uuid.UUID) -> Certificate:
    """One certificate; two queries. Raises NoSuchCertificate."""
    row = rows().filter(pk=certificate_id).first()
    if row is None:
        raise NoSuchCertificate()
    return record(row)


def of_person(person_id: int) -> tuple[Certificate, ...]:
    """A person's certificates, the newest first."""
    return tuple(map(record, rows().filter(person=person_id)))


def of_persons(person_ids: Iterable[int]) -> tuple[Certificate, ...]:
    """The certificates of several persons, the newest first; two queries."""
    return tuple(map(record, rows().filter(person__in=list(person_ids))))


def certified(round_id: int) -> dict[int, str]:
    """The level of everybody whose certificate of this round stands, by person; one query."""
    return dict(rows(state="STANDING").filter(round=round_id).values_list("person_id", "level"))


def rows(*, level: str = "", class_id: int | None = None, state: str = "") -> QuerySet:
    """Rows of certificates for a page of them, the newest first; `record` freezes one."""
    hidden = Exists(models.Withdrawn.objects.filter(credential=OuterRef("pk")))
    found = models.Credential.objects.select_related("key", "reissue", "reissue_of").annotate(hidden=hidden)
    found = found.prefetch_related("events").order_by("-issued_at", "pk")
    if level:
        found = found.filter(level=level)
    if class_id is not None:
        found = found.filter(klass=class_id)
    if state:
        last = models.StatusEvent.objects.filter(credential=OuterRef("pk")).order_by("-pk").values("kind")[:1]
        kinds = [kind for kind, its_state in STATES.items() if its_state == state]
        found = found.annotate(last=Coalesce(Subquery(last), Value(""))).filter(last__in=kinds)
    return found


def counts(class_ids: Iterable[int]) -> dict[int, int]:
    """How many of each class got a certificate, revoked since or issued anew too; one query."""
    found = (
        models.Credential.objects.filter(klass__in=list(class_ids)).values("klass_id").order_by("klass_id")
    )
    return {row["klass_id"]: row["n"] for row in found.annotate(n=Count("sitting", distinct=True))}


def record(row: Any) -> Certificate:
    """A row of `rows`, frozen."""
    last = max(row.events.all(), key=lambda event: event.pk, default=None)
    return Certificate(
        id=row.pk,
        round_id=row.round_id,
        person_id=row.person_id,
        class_id=row.klass_id,
        level=row.level,
        demo=row.demo,
        json=row.json,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        list_id=row.status_list_id,
        state=STATES[last.kind if last else ""],
        since=last.at if last else None,
        reason=last.reason if last else "",
        distrusted=row.key.compromised_at is not None and row.key.compromised_at <= row.issued_at,
        withdrawn=row.hidden,
        onward=_reissue(getattr(row, "reissue", None)),
        before=_reissue(getattr(row, "reissue_of", None)),
    )


def _reissue(row: models.Reissue | None) -> Reissue | None:
    return Reissue(row.old_id, row.new_id, row.proposed_by, row.proposed_at) if row else None
