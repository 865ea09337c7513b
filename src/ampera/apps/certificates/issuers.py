"""Who signs: the city, or in a demo the demonstration issuer; their keys, sealed at rest, and their DID documents.

A demonstration never has the city's key: what can't be signed can't be passed off.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.cores.credentials import keys
from ampera.cores.credentials.document import Json
from ampera.cores.credentials.form import Issuer

from . import models
from .refusals import NoKeys

NAMES = {False: f"Pemerintah {settings.CITY}", True: f"CONTOH – Pemerintah {settings.CITY}"}


def issuer(demo: bool) -> str:
    """The DID of the city, or of its demonstration issuer, at the address that AMPERA_ORIGIN names."""
    host = urlsplit(settings.ORIGIN).netloc
    return keys.did_web(host, "sertifikat", keys.DEMO) if demo else keys.did_web(host)


def profile(demo: bool) -> Issuer:
    """The issuer as certificates name it."""
    return Issuer(issuer(demo), NAMES[demo], f"{settings.ORIGIN}/")


@transaction.atomic
def ensure_keys(*, by: str, now: datetime) -> None:
    """Make the key that is missing: the demonstration issuer's in a demo, the city's in production."""
    demo = settings.DEMO
    if models.Key.objects.filter(demo=demo, retired_at=None).exists():
        return
    _make(demo, by=by, now=now)


@transaction.atomic
def rotate_keys(*, demo: bool, key: str, by: str, now: datetime) -> str:
    """Retire the issuer's key from now on and make another; the new one's public part, as Multikey.

    What the old key signed stays valid, and it stays in the DID document with its end; status lists are signed with the
    new one from their next signing. Raises NoKeys; audit.KeyReused.
    """
    with audit.once(key, by=by, payload=["rotate_keys", demo], at=now) as first:
        if first.answer:
            return str(first.answer)
        old = models.Key.objects.select_for_update().filter(demo=demo, retired_at=None).first()
        if old is None:
            raise NoKeys()
        old.retired_at = now
        old.save(update_fields=["retired_at"])
        audit.record("key.retired", about=f"key:{old.pk}", by=by, at=now, demo=demo, multibase=old.multibase)
        new = _make(demo, by=by, now=now)
        first.keep(new.multibase)
        return new.multibase


def _make(demo: bool, *, by: str, now: datetime) -> models.Key:
    key = keys.Key(os.urandom(32))
    sealed = keys.seal(key, wrapping_key=settings.SIGNING_KEY, nonce=os.urandom(12), did=issuer(demo))
    row = models.Key.objects.create(multibase=key.multikey, sealed=sealed, demo=demo, made_at=now)
    audit.record("key.made", about=f"key:{row.pk}", by=by, at=now, demo=demo, multibase=key.multikey)
    return row


@dataclass(frozen=True)
class Ring:
    """Every key here, the newest first: read once, used for all that a page wants of keys."""

    rows: tuple[models.Key, ...]

    def current(self, demo: bool) -> models.Key:
        """The row of the key that signs now. Raises NoKeys."""
        row = next((row for row in self.rows if row.demo == demo and row.retired_at is None), None)
        if row is None:
            raise NoKeys()
        return row

    def documents(self) -> dict[str, Json]:
        """DID documents by DID, of the issuers that have keys here; retired keys with their end."""
        published: dict[str, list[keys.PublishedKey]] = {}
        for row in self.rows:
            key = keys.PublishedKey(keys.from_multikey(row.multibase), expires=row.retired_at)
            published.setdefault(issuer(row.demo), []).append(key)
        return {did: keys.did_document(did, its_keys) for did, its_keys in published.items()}


def ring() -> Ring:
    """One query."""
    return Ring(tuple(models.Key.objects.order_by("-made_at", "-pk")))


def signer(row: models.Key) -> keys.Signer:
    """What signs with this key. Raises ValueError if AMPERA_SIGNING_KEY or AMPERA_ORIGIN is not that of its making."""
    did = issuer(row.demo)
    return _opened(bytes(row.sealed), settings.SIGNING_KEY, did).signer(did)


@lru_cache(maxsize=8)
def _opened(sealed: bytes, wrapping_key: bytes, did: str) -> keys.Key:
    return keys.unseal(sealed, wrapping_key=wrapping_key, did=did)


def did_document(demo: bool) -> Json | None:
    """The DID document with every key of the issuer, newest first; None without keys."""
    return ring().documents().get(issuer(demo))
