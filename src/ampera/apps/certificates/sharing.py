"""Whether a certificate's page is shown: its holder may withdraw it, and show it again. Files go on verifying."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from ampera.apps.audit import api as audit

from . import models
from .records import Certificate, credential
from .refusals import PageWithdrawn


def require_shown(found: Certificate) -> None:
    """Raises PageWithdrawn."""
    if found.withdrawn:
        raise PageWithdrawn()


@transaction.atomic
def share(certificate_id: uuid.UUID, *, shown: bool, key: str, by: str, now: datetime) -> None:
    """Withdraw a certificate's page, or show it again; either twice is harmless. Access is the caller's to check.

    Raises NoSuchCertificate; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["share", str(certificate_id), shown], at=now) as first:
        if first.answer:
            return
        found = credential(certificate_id)
        if shown:
            models.Withdrawn.objects.filter(credential=found.id).delete()
        else:
            models.Withdrawn.objects.get_or_create(credential_id=found.id, defaults={"by": by, "at": now})
        verb = "certificate.shown" if shown else "certificate.withdrawn"
        audit.record(verb, about=f"certificate:{found.id}", by=by, at=now)
        first.keep(str(found.id))
