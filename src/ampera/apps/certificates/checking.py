"""What a certificate that somebody hands us is worth: a file, pasted text, or a link to one of our own."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from ampera.cores.credentials import reading
from ampera.cores.credentials.document import parse
from ampera.cores.credentials.faults import Fault
from ampera.cores.credentials.form import Frame, Values
from ampera.cores.credentials.verdict import Verdict, verify

from . import issuers, statuses
from .records import credential
from .refusals import LinkElsewhere, NoSuchCertificate

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """What a certificate of our form says."""

    values: Values
    frame: Frame


def check(data: bytes, *, now: datetime) -> Verdict:
    """Judge a certificate's bytes by our issuers' keys and our status lists. Nothing is fetched; nothing raises.

    Only the city's own issuer is trusted: a sample is `foreign`, in a demonstration too.
    """
    return verify(
        data,
        now=now,
        issuers=issuers.documents(),
        status_lists=statuses.all_lists(now=now),
        trusted=frozenset({issuers.issuer(demo=False)}),
    )


def shown(data: bytes) -> Shown | None:
    """What it says, if it is written exactly as we write certificates. Whether it is true, `check` says."""
    try:
        return Shown(*reading.read(parse(data)))
    except Fault:
        return None


def by_link(text: str) -> bytes:
    """One of our certificates by its address or number. Raises LinkElsewhere, NoSuchCertificate.

    An address of another site is refused, not fetched: it could lead anywhere.
    """
    typed = text.strip()
    host = urlsplit(typed).netloc
    if host and host != urlsplit(settings.ORIGIN).netloc:
        raise LinkElsewhere()
    found = _UUID.search(typed)
    if found is None:
        raise NoSuchCertificate()
    return credential(uuid.UUID(found[0])).json.encode()
