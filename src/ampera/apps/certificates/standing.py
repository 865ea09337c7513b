"""What becomes of a certificate: an officer revokes, suspends or reinstates it, with a reason; the lists say so at once."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.refusal import _

from . import issuers, models, records, statuses
from .refusals import AlreadyRevoked, AlreadySuspended, NoReason, NotSuspended
from .states import CERTIFICATE_MOVES

Kind = models.StatusEvent.Kind
CHANGED = _("Whether your certificate counts has changed. Sign in to see it, or ask the programme's office.")
KINDS = {"revoke": Kind.REVOKED, "suspend": Kind.SUSPENDED, "reinstate": Kind.REINSTATED}


def revoke(certificate_id: uuid.UUID, *, reason: str, key: str, by: str, now: datetime) -> None:
    """Revoke a certificate, for ever. Raises NoSuchCertificate, AlreadyRevoked, NoReason, NoKeys; audit.KeyReused."""
    change("revoke", certificate_id, reason=reason, key=key, by=by, now=now)


def suspend(certificate_id: uuid.UUID, *, reason: str, key: str, by: str, now: datetime) -> None:
    """Suspend a certificate until it is reinstated or revoked.

    Raises NoSuchCertificate, AlreadySuspended, AlreadyRevoked, NoReason, NoKeys; audit.KeyReused.
    """
    change("suspend", certificate_id, reason=reason, key=key, by=by, now=now)


def reinstate(certificate_id: uuid.UUID, *, reason: str, key: str, by: str, now: datetime) -> None:
    """Let a suspended certificate stand again.

    Raises NoSuchCertificate, NotSuspended, AlreadyRevoked, NoReason, NoKeys; audit.KeyReused.
    """
    change("reinstate", certificate_id, reason=reason, key=key, by=by, now=now)


@transaction.atomic
def change(
    verb: str, certificate_id: uuid.UUID, *, reason: str, key: str, by: str, now: datetime, tell: bool = True
) -> None:
    """One of the three verbs. Both status lists are signed anew with this date; the holder hears of it if `tell`."""
    because = " ".join(reason.split())
    if not because:
        raise NoReason()
    with audit.once(key, by=by, payload=[verb, str(certificate_id), because], at=now) as first:
        if first.answer:
            return
        place = records.credential(certificate_id).list_id
        lists = statuses.locked(place)
        found = records.credential(certificate_id)  # again: now nobody else changes it
        _refuse(verb, found)
        event = models.StatusEvent.objects.create(
            credential_id=found.id, kind=KINDS[verb], reason=because[:200], by=by, at=now
        )
        statuses.sign(lists, issuers.ring(), now=now)
        audit.record(f"certificate.{KINDS[verb]}", about=f"certificate:{found.id}", by=by, at=now)
        if tell:
            _tell(found, f"certificate:{found.id}:{event.pk}", now=now)
        first.keep(event)


def _refuse(verb: str, found: records.Certificate) -> None:
    if (found.state, verb) not in CERTIFICATE_MOVES:
        raise {"REVOKED": AlreadyRevoked, "SUSPENDED": AlreadySuspended}.get(found.state, NotSuspended)()


def _tell(found: records.Certificate, key: str, *, now: datetime) -> None:
    people.tell(CHANGED, [people.News(found.person_id, key)], kind="certificate", now=now)
