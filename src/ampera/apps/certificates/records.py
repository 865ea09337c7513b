"""Certificates as they were issued, and what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from ampera.apps.audit import api as audit

from . import issuers, models, statuses
from .refusals import AlreadyRevoked, NoReason, NoSuchCertificate
from .states import CERTIFICATE_MOVES


@dataclass(frozen=True)
class Reissue:
    """old_id, new_id: certificates; new_id is None while it waits for the second person."""

    old_id: uuid.UUID
    new_id: uuid.UUID | None
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True)
class Certificate:
    """json: exactly as signed. revoked_at, reason: if it was revoked. withdrawn: its holder shows the page to nobody.

    onward: what replaces it, or is proposed to; before: what it replaces.
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
    revoked_at: datetime | None
    reason: str
    withdrawn: bool
    onward: Reissue | None
    before: Reissue | None

    @property
    def revoked(self) -> bool:
        return self.revoked_at is not None


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
    standing = models.Credential.objects.filter(round=round_id).exclude(events__kind="revoked")
    return dict(standing.values_list("person_id", "level"))


def rows(*, level: str = "", class_id: int | None = None, revoked: bool | None = None) -> QuerySet:
    """Rows of certificates for a page of them, the newest first; `record` freezes one."""
    hidden = Exists(models.Withdrawn.objects.filter(credential=OuterRef("pk")))
    found = models.Credential.objects.select_related("reissue", "reissue_of").annotate(hidden=hidden)
    found = found.prefetch_related("events").order_by("-issued_at", "pk")
    if level:
        found = found.filter(level=level)
    if class_id is not None:
        found = found.filter(klass=class_id)
    if revoked is not None:
        found = found.filter(events__kind="revoked") if revoked else found.exclude(events__kind="revoked")
    return found


def counts(class_ids: Iterable[int]) -> dict[int, int]:
    """How many certificates each class has, revoked ones too; one query."""
    found = (
        models.Credential.objects.filter(klass__in=list(class_ids)).values("klass_id").order_by("klass_id")
    )
    return {row["klass_id"]: row["n"] for row in found.annotate(n=Count("pk"))}


def record(row: Any) -> Certificate:
    """A row of `rows`, frozen."""
    ended = next(iter(row.events.all()), None)
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
        revoked_at=ended.at if ended else None,
        reason=ended.reason if ended else "",
        withdrawn=row.hidden,
        onward=_reissue(getattr(row, "reissue", None)),
        before=_reissue(getattr(row, "reissue_of", None)),
    )


def _reissue(row: models.Reissue | None) -> Reissue | None:
    return Reissue(row.old_id, row.new_id, row.proposed_by, row.proposed_at) if row else None


@transaction.atomic
def revoke(certificate_id: uuid.UUID, *, reason: str, key: str, by: str, now: datetime) -> None:
    """Revoke a certificate; its status list is signed anew at once, with this date.

    Raises NoSuchCertificate, AlreadyRevoked, NoReason, NoKeys; audit.KeyReused.
    """
    because = " ".join(reason.split())
    if not because:
        raise NoReason()
    with audit.once(key, by=by, payload=["revoke", str(certificate_id), because], at=now) as first:
        if first.answer:
            return
        row = models.Credential.objects.filter(pk=certificate_id).first()
        if row is None:
            raise NoSuchCertificate()
        listed = models.StatusList.objects.select_for_update().get(pk=row.status_list_id)
        ended = models.StatusEvent.objects.filter(credential=row).exists()
        if ("REVOKED" if ended else "STANDING", "revoke") not in CERTIFICATE_MOVES:
            raise AlreadyRevoked()
        event = models.StatusEvent.objects.create(
            credential=row, kind=models.StatusEvent.Kind.REVOKED, reason=because[:200], by=by, at=now
        )
        statuses.sign([listed], issuers.ring(), now=now)
        audit.record("certificate.revoked", about=f"certificate:{row.pk}", by=by, at=now)
        first.keep(event)
