"""Who signs: the city, or in a demo the demonstration issuer; their keys, sealed at rest, and their DID documents.

A demonstration never has the city's key: what can't be signed can't be passed off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.cores.credentials import keys
from ampera.cores.credentials.document import Json
from ampera.cores.credentials.form import Issuer

from . import models, signers
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
    make(demo, by=by, now=now)


def make(demo: bool, *, by: str, now: datetime) -> models.Key:
    """Another key for the issuer, kept where the settings say. Raises SignerFailed."""
    multibase, sealed = signers.make(issuer(demo))
    row = models.Key.objects.create(multibase=multibase, sealed=sealed, demo=demo, made_at=now)
    audit.record("key.made", about=f"key:{row.pk}", by=by, at=now, demo=demo, multibase=multibase)
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
            key = keys.PublishedKey(keys.from_multikey(row.multibase), row.retired_at, row.compromised_at)
            published.setdefault(issuer(row.demo), []).append(key)
        return {did: keys.did_document(did, its_keys) for did, its_keys in published.items()}


def ring() -> Ring:
    """One query."""
    return Ring(tuple(models.Key.objects.order_by("-made_at", "-pk")))


def signer(row: models.Key) -> keys.Signer:
    """What signs with this key. Raises ValueError if AMPERA_SIGNING_KEY or AMPERA_ORIGIN is not that of its making."""
    return signers.signer(issuer(row.demo), row.multibase, bytes(row.sealed))


def did_document(demo: bool) -> Json | None:
    """The DID document with every key of the issuer, newest first; None without keys."""
    return ring().documents().get(issuer(demo))
