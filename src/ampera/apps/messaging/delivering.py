"""Messages leave the outbox: each taken by one worker, tried again later if it didn't go, given up after a day or so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from .adapters import Adapter, NotSent, adapter
from .models import Outgoing

TRIES = 8
LEASE = timedelta(minutes=2)  # longer than an adapter's time-out: a worker that died gives its message back
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


@dataclass(frozen=True)
class Delivered:
    """How many messages were sent, will be tried again, and were given up."""

    sent: int
    later: int
    failed: int


def deliver(*, now: datetime, limit: int = 100, through: Adapter | None = None) -> Delivered:
    """Try to send the oldest waiting messages, at most `limit`; to be called again and again, in no transaction.

    through: the adapter; settings.GATEWAY's if None. A message goes at least once: a worker that dies between sending and
    noting it leaves it to the next, which sends it under the same key.
    """
    send = through or adapter(settings.GATEWAY)
    counts = {Outgoing.State.SENT: 0, Outgoing.State.QUEUED: 0, Outgoing.State.FAILED: 0}
    due = Outgoing.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now), state=Outgoing.State.QUEUED)
    for message in due.order_by("id")[:limit]:
        # The guarded update decides which of two workers has it; neither holds a lock while the gateway thinks.
        if due.filter(pk=message.pk).update(retry_at=now + LEASE, tries=F("tries") + 1):
            counts[_try(message, message.tries + 1, send, now)] += 1
    return Delivered(*counts.values())


def _try(message: Outgoing, tries: int, send: Adapter, now: datetime) -> Outgoing.State:
    state, fault, retry_at = Outgoing.State.SENT, "", None
    try:
        send(to=message.to, body=message.body, key=message.key)
    except NotSent as no:
        state, fault = Outgoing.State.QUEUED, no.fault[:200]
        retry_at = now + wait(tries)
        if no.final or tries >= TRIES:
            state, retry_at = Outgoing.State.FAILED, None
    Outgoing.objects.filter(pk=message.pk).update(
        state=state, fault=fault, retry_at=retry_at, sent_at=now if state == Outgoing.State.SENT else None
    )
    return state


def wait(tries: int) -> timedelta:
    """How long to wait after so many tries: half a minute, then four times as long each time, six hours at most."""
    return min(FIRST_WAIT * 4 ** (tries - 1), LONGEST_WAIT)
