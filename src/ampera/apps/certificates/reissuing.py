"""Issue a certificate anew, its holder's name corrected or its key distrusted: two people, the old one revoked, both linked.

The new one says what the old one said, to the same end of validity; only the name, its number and its place on the
status list are new.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.cores.credentials import form, reading
from ampera.cores.credentials.document import parse

from . import issuers, issuing, models, records, standing, statuses
from .refusals import (
    AlreadyProposed,
    AlreadyRevoked,
    AlreadySuspended,
    NameUnchanged,
    NoSuchCertificate,
    NotProposed,
    SamePerson,
)

REASON = "reissued"


def name_anew(found: records.Certificate) -> str:
    """The name under which it may be issued anew; "" without a ground: the name is as we have it, the key is believed."""
    name = people.names([found.person_id])[found.person_id]
    values, _frame = reading.read(parse(found.json.encode()))
    if not issuing.printable(name):
        return ""
    return name if found.distrusted or form.clean_name(name) != values.holder_name else ""


@transaction.atomic
def propose_reissue(certificate_id: uuid.UUID, *, key: str, by: str, now: datetime) -> None:
    """Propose to issue a certificate anew. Raises NoSuchCertificate, AlreadyRevoked, AlreadySuspended,
    AlreadyProposed, NameUnchanged."""
    with audit.once(key, by=by, payload=["propose_reissue", str(certificate_id)], at=now) as first:
        if first.answer:
            return
        found = records.credential(certificate_id)
        _require_standing(found)
        if models.Reissue.objects.filter(old=certificate_id).exists():
            raise AlreadyProposed()
        if not name_anew(found):
            raise NameUnchanged()
        row = models.Reissue.objects.create(old_id=certificate_id, proposed_by=by, proposed_at=now)
        audit.record("certificate.reissue_proposed", about=f"certificate:{certificate_id}", by=by, at=now)
        first.keep(row)


@transaction.atomic
def confirm_reissue(certificate_id: uuid.UUID, *, key: str, by: str, now: datetime) -> uuid.UUID:
    """The second person confirms: the new certificate is signed, the old one revoked; the new one's id.

    Raises NotProposed, SamePerson, AlreadyRevoked, AlreadySuspended, NameUnchanged, NoSuchCertificate; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["confirm_reissue", str(certificate_id)], at=now) as first:
        if first.answer:
            return uuid.UUID(first.answer)
        row = models.Reissue.objects.select_for_update().filter(old=certificate_id, new=None).first()
        if row is None:
            raise NotProposed()
        if row.proposed_by == by:
            raise SamePerson()
        old = models.Credential.objects.filter(pk=certificate_id).first()
        if old is None:
            raise NoSuchCertificate()
        found = records.credential(certificate_id)
        _require_standing(found)
        name = name_anew(found)
        if not name:
            raise NameUnchanged()
        standing.change(
            "revoke", certificate_id, reason=REASON, key=f"{key}/revoke", by=by, now=now, tell=False
        )
        new = _signed_anew(old, name, by=by, now=now)
        models.Credential.objects.bulk_create([new])
        row.new, row.confirmed_by, row.confirmed_at = new, by, now
        row.save(update_fields=["new", "confirmed_by", "confirmed_at"])
        about = f"certificate:{new.pk}"
        audit.record("certificate.reissued", about=about, by=by, at=now, replaces=str(certificate_id))
        issuing.tell([new], now=now)
        first.keep(str(new.pk))
        return new.pk


def _require_standing(found: records.Certificate) -> None:
    if found.revoked:
        raise AlreadyRevoked()
    if found.suspended:
        raise AlreadySuspended()


def _signed_anew(old: models.Credential, name: str, *, by: str, now: datetime) -> models.Credential:
    """The old certificate with another name, number and place; not yet stored."""
    values, frame = reading.read(parse(old.json.encode()))
    issuers.ensure_keys(by=by, now=now)
    key = issuers.ring().current(old.demo)
    place, (index,) = statuses.reserve(1, demo=old.demo)
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    anew = replace(
        frame,
        issuer=issuers.profile(old.demo),
        issued=day,
        lists=((statuses.url(place), "revocation"),),
    )
    pk = uuid.uuid4()
    text = issuing.template(anew, key.multibase).issue(
        id=f"urn:uuid:{pk}",
        subject_id=f"urn:uuid:{uuid.uuid4()}",
        holder_name=name,
        result=form.Result(int(values.level), float(values.ability), float(values.error)),
        indices=[index],
    )
    return models.Credential(
        id=pk, round_id=old.round_id, person_id=old.person_id, klass_id=old.klass_id, sitting_id=old.sitting_id,
        batch_id=old.batch_id, key=key, level=old.level, demo=old.demo, edition=old.edition + 1, json=text.decode(),
        status_list=place, status_index=index, issued_at=now, valid_until=old.valid_until,
    )  # fmt: skip
