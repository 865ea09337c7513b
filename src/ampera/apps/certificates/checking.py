"""What a certificate that somebody hands us is worth: a file, pasted text, or a link to one of our own."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from ampera.cores.credentials import attachment, carrier, reading
from ampera.cores.credentials.blank import split
from ampera.cores.credentials.document import parse
from ampera.cores.credentials.faults import Fault, Undetermined
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
    """The certificate's JSON, whichever carries it: JSON, a PDF, or the text of one of our QR codes. Raises Fault."""
    if attachment.is_pdf(data):
        return attachment.attached(data)
    text = data.decode("ascii", "replace")
    return _rebuilt(text) if carrier.is_carrier(text) else data


def _rebuilt(text: str) -> bytes:
    named = carrier.peek(text)
    try:
        blank, *_ = split(credential(uuid.UUID(named.id)).json.encode())
    except NoSuchCertificate:
        raise Undetermined(
            "template_missing", f"The template {named.blank} of this certificate is not at hand."
        ) from None
    return carrier.unpack(text, {blank.id: blank})


def check(data: bytes, *, now: datetime) -> Verdict:
    """Judge what carries a certificate by our issuers' keys and our status lists. Nothing is fetched; nothing raises.

    Only the city's own issuer is trusted: a sample is `foreign`, in a demonstration too.
    """
    try:
        credential_json = opened(data)
    except Fault as fault:
        return unopened(fault)
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
        return Shown(*reading.read(parse(opened(data))))
    except Fault:
        return None


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
