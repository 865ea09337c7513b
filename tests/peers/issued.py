"""Certificates to show to other people's software: today's, from a did:key and from a did:web, good and bad.

Peers look at the clock, so these are dated by it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from ampera.cores.credentials import contexts, keys, schema, status, template
from ampera.cores.credentials.form import Result
from tests.cores.credentials.city import ACHIEVEMENT, KEY, LISTS, City

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
PLACES = {"revocation": 4_711, "suspension": 815}
ISSUERS = {"did:key": KEY.did_key, "did:web": "did:web:kota.example"}
# a registry of issuers, as verifier-core looks them up
REGISTRY = {"name": "Daftar", "type": "dcc-legacy", "url": "https://daftar.example/registry.json"}


@dataclass(frozen=True)
class Issued:
    """An issuer's certificates by what should be found of each, and everything that a verifier may look up."""

    city: City
    certificates: dict[str, bytes]
    status_lists: dict[str, Any]

    @property
    def documents(self) -> dict[str, Any]:
        """The issuer's DID document by its DID; a did:key has none."""
        return self.city.documents() if self.city.did.startswith("did:web:") else {}

    @property
    def web(self) -> dict[str, Any]:
        """URL or DID → document."""
        found = {url: json.loads(contexts.context_bytes(url)) for url in contexts.PINS} | self.status_lists
        found[schema.URL] = json.loads(schema.schema_bytes())
        found[REGISTRY["url"]] = {
            "meta": {},
            "registry": {self.city.did: {"name": "Kota", "url": "https://kota.example"}},
        }
        for did, document in self.documents.items():
            found[did] = found[keys.did_web_url(did)] = document
        return found  # fmt: skip


def by(did: str) -> Issued:
    """Certificates of this issuer, whose key is the test city's."""
    city = City(did=did)
    good = _certificate(city, index=1)
    forged, padded = json.loads(good), json.loads(good)
    forged["credentialSubject"]["identifier"][0]["identityHash"] = "Siti Palsu"
    padded["honours"] = "cum laude"
    return Issued(
        city,
        {
            "valid": good,
            "revoked": _certificate(city, index=PLACES["revocation"]),
            "suspended": _certificate(city, index=PLACES["suspension"]),
            "expired": _certificate(city, index=3, begun=NOW - 900 * DAY),
            "altered": json.dumps(forged).encode(),
            "unsigned word added": json.dumps(padded).encode(),
        },
        {
            url: status.status_list(
                url=url,
                purpose=purpose,
                marked={PLACES[purpose]},
                signer=city.signer,
                issued=NOW - DAY / 2,
                valid_until=NOW + 6 * DAY,
            )
            for url, purpose in LISTS
        },
    )


def _certificate(city: City, *, index: int, begun: datetime = NOW - DAY) -> bytes:
    """Valid for two years, with a place on the list of revocations; that of suspensions stands beside it, unnamed."""
    frame = city.frame(
        achievement=ACHIEVEMENT,
        issued=begun,
        valid_until=begun + 730 * DAY,
        lists=LISTS[:1],
    )
    return template.prepare(frame, signer=city.signer, created=begun).issue(
        id=uuid4().urn,
        subject_id=uuid4().urn,
        holder_name="Siti “Ana” Aminah",
        result=Result(2, 0.42, 0.31),
        indices=(index,),
    )
