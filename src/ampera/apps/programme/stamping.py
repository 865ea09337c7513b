"""Getting a locked plan time-stamped by the authority that the settings name, and keeping what it signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import transaction

from ampera.apps.audit import api as audit

from . import models, timestamps
from .refusals import NoSuchRound, StampRefused

TIMEOUT = 20.0  # seconds; the worker waits, no citizen does
LARGEST = 1 << 20  # bytes of an answer; they have a few thousand

Ask = Callable[[bytes], bytes]


@dataclass(frozen=True)
class KeptStamp:
    """A plan's time stamp. answer: the authority's bytes (TimeStampResp in DER)."""

    at: datetime
    authority: str
    serial: str
    answer: bytes


def kept(round_id: int) -> KeptStamp | None:
    """The stamp of a round's plan; one query."""
    row = models.TimeStamp.objects.filter(plan__round=round_id).first()
    return KeptStamp(row.at, row.authority, row.serial, bytes(row.answer)) if row else None


def stamp(round_id: int, *, ask: Ask | None = None, by: str, now: datetime) -> None:
    """Ask the authority and keep its answer; nothing if the plan has one already.

    ask: posts a question in DER and gives the answer; the authority of the settings if None. Raises NoSuchRound if
    there is no locked plan, StampRefused.
    """
    plan = models.Plan.objects.filter(round=round_id, locked_at__isnull=False).first()
    if plan is None:
        raise NoSuchRound()
    if models.TimeStamp.objects.filter(plan=plan).exists():
        return
    text, certificates = plan.text.encode(), _certificates()
    question = timestamps.question(text)
    answer = (ask or post)(question.der)
    found = timestamps.read(answer, text, certificates=certificates, nonce=question.nonce)
    with transaction.atomic():
        row, made = models.TimeStamp.objects.get_or_create(
            plan=plan,
            defaults={
                "answer": answer,
                "at": found.at,
                "authority": found.authority,
                "serial": str(found.serial),
                "received_at": now,
            },
        )
        if made:
            audit.record(
                "plan.time_stamped",
                about=f"round:{round_id}",
                by=by,
                at=now,
                hash=plan.hash,
                authority=row.authority,
                serial=row.serial,
            )


class _NoRedirect(HTTPRedirectHandler):
    """An authority that sends us elsewhere is not the one that the city named."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def post(question: bytes) -> bytes:
    """RFC 3161 over HTTP (§3.4). Raises StampRefused."""
    request = Request(
        settings.TSA_URL,
        data=question,
        headers={"Content-Type": "application/timestamp-query"},
        method="POST",
    )
    try:
        with build_opener(_NoRedirect()).open(request, timeout=TIMEOUT) as response:
            answer: bytes = response.read(LARGEST)
            return answer
    except HTTPError as error:
        raise StampRefused(reason=f"HTTP {error.code}") from None
    except (URLError, OSError, ValueError) as error:
        raise StampRefused(reason=type(getattr(error, "reason", error)).__name__) from None


def _certificates() -> bytes:
    try:
        return Path(settings.TSA_CERTIFICATE).read_bytes()
    except OSError as error:
        raise StampRefused(reason=f"AMPERA_TSA_CERTIFICATE: {error.strerror}") from None
