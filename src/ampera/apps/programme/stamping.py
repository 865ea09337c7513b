"""Getting a locked plan time-stamped by the authority that the settings name, and keeping what it signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs

from . import models, timestamps
from .refusals import NoSuchRound, StampRefused

JOB = "time stamp"
AGAIN_AFTER = timedelta(hours=1)  # an authority that didn't answer is asked again
IN_TIME = (models.Round.State.LOCKED, models.Round.State.OPEN, models.Round.State.OBJECTIONS)
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


def request_stamp(round_id: int, *, by: str, now: datetime) -> str:
    """Queue the stamping of a locked plan; the job's id, "" if there is nothing to do.

    Nothing to do: no authority is set, the round is simulated or past its objections (a later stamp would say nothing about
    the lock), the plan has its stamp, or a try is under way or less than an hour old.
    """
    if not settings.TSA_URL:
        return ""
    round_ = models.Round.objects.filter(pk=round_id, simulated=False, state__in=IN_TIME).first()
    if round_ is None or models.TimeStamp.objects.filter(plan__round=round_id).exists():
        return ""
    about = f"round:{round_id}"
    last = jobs.latest(JOB, about=about)
    if last and (last.finished_at is None or now - last.finished_at < AGAIN_AFTER):
        return ""
    from .tasks import stamp_in_background  # the task imports this module

    return jobs.start(JOB, about=about, by=by, now=now, run=stamp_in_background, round_id=round_id)


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
