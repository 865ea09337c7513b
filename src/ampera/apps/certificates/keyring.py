"""An issuer's keys through time: retired, replaced, and, if one was stolen, no longer believed from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from ampera.apps.audit import api as audit

from . import issuers, models, statuses
from .refusals import AlreadyCompromised, NoKeys, NoSuchKey


@dataclass(frozen=True)
class KnownKey:
    """A key. signs: whether it is the one that signs now. remote: kept by AMPERA_SIGNER, not sealed here."""

    multibase: str
    demo: bool
    made_at: datetime
    retired_at: datetime | None
    compromised_at: datetime | None
    remote: bool

    @property
    def signs(self) -> bool:
        return self.retired_at is None


def known_keys() -> tuple[KnownKey, ...]:
    """Every key, the newest first; one query."""
    return tuple(
        KnownKey(row.multibase, row.demo, row.made_at, row.retired_at, row.compromised_at, not row.sealed)
        for row in issuers.ring().rows
    )


@transaction.atomic
def rotate_keys(*, demo: bool, key: str, by: str, now: datetime) -> str:
    """Retire the issuer's key from now on and make another; the new one's public part, as Multikey.

    What the old key signed stays valid, and it stays in the DID document with its end; status lists are signed with the
    new one from their next signing. Raises NoKeys, SignerFailed; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["rotate_keys", demo], at=now) as first:
        if first.answer:
            return str(first.answer)
        old = models.Key.objects.select_for_update().filter(demo=demo, retired_at=None).first()
        if old is None:
            raise NoKeys()
        new = _replace(old, by=by, now=now)
        first.keep(new.multibase)
        return new.multibase


def _replace(old: models.Key, *, by: str, now: datetime) -> models.Key:
    old.retired_at = now
    old.save(update_fields=["retired_at"])
    audit.record("key.retired", about=f"key:{old.pk}", by=by, at=now, demo=old.demo, multibase=old.multibase)
    return issuers.make(old.demo, by=by, now=now)


@transaction.atomic
def compromise_key(multibase: str, *, since: date, key: str, by: str, now: datetime) -> int:
    """Believe nothing that the key signed from a day on; how many standing certificates lose their proof by it.

    If it is the key that signs now, it is retired and another made; lists that it signed are signed anew at once. The
    certificates concerned can be issued anew. Raises NoSuchKey, AlreadyCompromised, SignerFailed; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["compromise_key", multibase, str(since)], at=now) as first:
        if first.answer:
            return int(first.answer)
        row = models.Key.objects.select_for_update().filter(multibase=multibase).first()
        if row is None:
            raise NoSuchKey()
        if row.compromised_at:
            raise AlreadyCompromised()
        if row.retired_at is None:
            _replace(row, by=by, now=now)
        row.compromised_at = from_then = timezone.make_aware(datetime.combine(since, time.min))
        row.save(update_fields=["compromised_at"])
        statuses.sign_all(row.demo, now=now)
        lost = models.Credential.objects.filter(key=row, issued_at__gte=from_then).exclude(
            events__kind="revoked"
        )
        n = lost.count()
        audit.record(
            "key.compromised", about=f"key:{row.pk}", by=by, at=now, multibase=multibase, since=since.isoformat(), lost=n
        )  # fmt: skip
        first.keep(str(n))
        return n
