"""The outbox: messages to an address, each queued once, none with a link; `deliver` sends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .delivering import Delivered, deliver
from .models import Outgoing

__all__ = ["Delivered", "Message", "deliver", "forget", "latest", "send", "send_many", "times"]


@dataclass(frozen=True)
class Message:
    to: str
    kind: str
    body: str
    at: datetime
    state: str


def send(*, to: str, kind: str, body: str, key: str, now: datetime) -> None:
    """Queue one message in the caller's transaction; the same key is queued once."""
    send_many([(to, kind, body, key)], now=now)


def send_many(rows: list[tuple[str, str, str, str]], *, now: datetime) -> None:
    """Queue many messages; each row is (to, kind, body, key). A key already queued is left as it is."""
    Outgoing.objects.bulk_create(
        [Outgoing(to=to, kind=kind, body=body, key=key, at=now) for to, kind, body, key in rows],
        ignore_conflicts=True,
        batch_size=1000,
    )


def latest(*, to: str | None = None, limit: int = 50) -> tuple[Message, ...]:
    """The newest messages, to one address or to all: for the demo's on-screen outbox and for officers' checks."""
    found = Outgoing.objects.order_by("-id")
    if to is not None:
        found = found.filter(to=to)
    return tuple(Message(m.to, m.kind, m.body, m.at, m.state) for m in found[:limit])


def forget(*, to: str) -> int:
    """Delete every message to an address, sent or waiting; how many. For a number that nobody uses any more."""
    return Outgoing.objects.filter(to=to).delete()[0]


def times(*, to: str, kind: str, since: datetime) -> list[datetime]:
    """When messages of a kind were queued for an address since a moment, the newest first; one query."""
    found = Outgoing.objects.filter(to=to, kind=kind, at__gte=since).order_by("-id")
    return list(found.values_list("at", flat=True))
