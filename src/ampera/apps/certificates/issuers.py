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
from ampera.cores.credentials import jwt, keys
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
    es256, es256_sealed = signers.make_es256(issuer(demo)) if settings.VC_JWT else ("", b"")
    row = models.Key.objects.create(
        multibase=multibase, sealed=sealed, es256=es256, es256_sealed=es256_sealed, demo=demo, made_at=now
    )
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
        return {issuer(demo): self._document(demo) for demo in {row.demo for row in self.rows}}

    def _document(self, demo: bool) -> Json:
        ed25519, es256 = [], []
        for row in self.rows:
            if row.demo == demo:
                ends = row.retired_at, row.compromised_at
                ed25519.append(keys.PublishedKey(keys.from_multikey(row.multibase), *ends))
                if row.es256:
                    public = jwt.public_of({"publicKeyMultibase": row.es256})
                    es256.append(keys.PublishedKey(public, *ends))
        return jwt.published(keys.did_document(issuer(demo), ed25519), es256)


def ring() -> Ring:
    """One query."""
    return Ring(tuple(models.Key.objects.order_by("-made_at", "-pk")))


def signer(row: models.Key) -> keys.Signer:
    """What signs with this key. Raises ValueError if AMPERA_SIGNING_KEY or AMPERA_ORIGIN is not that of its making."""
    return signers.signer(issuer(row.demo), row.multibase, bytes(row.sealed))


def es256_signer(row: models.Key) -> keys.Signer | None:
    """What signs VC-JWTs beside this key; None if it has no P-256 key. Raises ValueError as `signer` does."""
    return signers.es256_signer(issuer(row.demo), bytes(row.es256_sealed)) if row.es256 else None


def did_document(demo: bool) -> Json | None:
    """The DID document with every key of the issuer, newest first; None without keys."""
    return ring().documents().get(issuer(demo))
