"""What a certificate that somebody hands us is worth: a file, pasted text, or a link to one of our own."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from ampera.cores.credentials import carrier, jwt, opening, reading
from ampera.cores.credentials.blank import Blank, split
from ampera.cores.credentials.document import parse
from ampera.cores.credentials.faults import Fault
from ampera.cores.credentials.form import Frame, Values
from ampera.cores.credentials.verdict import Verdict, unopened, verify

from . import issuers, sharing, statuses
from .records import credential
from .refusals import LinkElsewhere, NoSuchCertificate

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """What a certificate of our form says."""

    values: Values
    frame: Frame


def opened(data: bytes) -> bytes:
    """The certificate's JSON, whichever carries it: JSON, PDF, QR code's text or picture. Raises Fault."""
    return opening.opened(data, template_of=_template_of)


def _template_of(head: carrier.Head) -> Blank | None:
    """The certificate that the code names was issued here, or it was not: no other template is looked for."""
    try:
        return split(credential(uuid.UUID(head.id)).json.encode())[0]
    except NoSuchCertificate:
        return None


def check(data: bytes, *, now: datetime) -> Verdict:
    """Judge what carries a certificate by our issuers' keys and our status lists. Nothing is fetched; nothing raises.

    Only the city's own issuer is trusted: a sample is `foreign`, in a demonstration too.
    """
    return judged(data, now=now)[0]


def judged(data: bytes, *, now: datetime) -> tuple[Verdict, Shown | None]:
    """The verdict, and what the certificate says if its signature holds: what an altered one claims is nobody's word."""
    try:
        credential_json = opened(data)
    except Fault as fault:
        return unopened(fault), None
    verdict = _verdict(credential_json, now=now)
    return verdict, shown(credential_json) if "signature" in verdict.checked else None


def _verdict(credential_json: bytes, *, now: datetime) -> Verdict:
    ring = issuers.ring()
    return verify(
        credential_json,
        now=now,
        issuers=ring.documents(),
        status_lists=statuses.all_lists(ring, now=now),
        trusted=frozenset({issuers.issuer(demo=False)}),
    )


def shown(data: bytes) -> Shown | None:
    """What it says, if it is written exactly as we write certificates. Whether it is true, `check` says."""
    try:
        found = opened(data)
        return Shown(*reading.read(jwt.take_apart(found)[0] if jwt.is_token(found) else parse(found)))
    except Fault:
        return None


def is_link(text: str) -> bool:
    """Whether it is written as an address or a number of a certificate, or as a QR code's text."""
    return "://" in text or bool(_UUID.search(text))


def by_link(text: str) -> bytes:
    """One of our certificates by its address or number, or the text of its QR code.

    Raises LinkElsewhere, NoSuchCertificate, PageWithdrawn.

    An address of another site is refused, not fetched: it could lead anywhere.
    """
    typed = text.strip()
    host = urlsplit(typed).netloc.lower()
    if host and host != urlsplit(settings.ORIGIN).netloc.lower():
        raise LinkElsewhere()
    if carrier.is_carrier(typed):
        return typed.encode()
    found = _UUID.search(typed)
    if found is None:
        raise NoSuchCertificate()
    certificate = credential(uuid.UUID(found[0]))
    sharing.require_shown(certificate)
    return certificate.json.encode()
