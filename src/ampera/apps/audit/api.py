"""The audit: what happened, by whom; and the promise that a verb with the same key happens once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from .models import Claim, Event
from .refusals import KeyReused

Kept = TypeVar("Kept")

__all__ = [
    "First",
    "KeyReused",
    "Recorded",
    "account",
    "events",
    "once",
    "record",
    "record_many",
    "session",
    "system",
]


def account(account_id: int | None) -> str:
    """The actor's name of a signed-in account, for `by`. Raises ValueError for a visitor, whose account is None."""
    if account_id is None:
        raise ValueError("a visitor has no account to act by")
    return f"account:{account_id}"


def session(session_key: str) -> str:
    """The actor's name of an anonymous visitor: a hash of the session, since the key itself would sign anyone in."""
    return "session:" + hashlib.sha256(session_key.encode()).hexdigest()[:16]


def system(name: str) -> str:
    """The actor's name of the software itself: a job, the simulation, a command."""
    return f"system:{name}"


@dataclass(frozen=True)
class Recorded:
    at: datetime
    verb: str
    about: str
    by: str
    facts: dict[str, Any]


def record(verb: str, *, about: str, by: str, at: datetime, **facts: Any) -> None:
    """Write one event in the caller's transaction. facts: ids and numbers, never personal data."""
    Event.objects.create(at=at, verb=verb, about=about, by=by, facts=facts)


def record_many(rows: list[tuple[str, str, dict[str, Any]]], *, by: str, at: datetime) -> None:
    """Write many events at once; each row is (verb, about, facts)."""
    Event.objects.bulk_create(
        [Event(at=at, verb=verb, about=about, by=by, facts=facts) for verb, about, facts in rows],
        batch_size=1000,
    )


def events(*, about: str | None = None, verb: str | None = None, limit: int = 200) -> tuple[Recorded, ...]:
    """The newest events, newest first, about one thing or of one verb."""
    found = Event.objects.order_by("-id")
    if about is not None:
        found = found.filter(about=about)
    if verb is not None:
        found = found.filter(verb=verb)
    return tuple(Recorded(e.at, e.verb, e.about, e.by, e.facts) for e in found[:limit])


class First:
    """What `once` yields: `answer` is the first call's answer (text), or None if this is the first."""

    def __init__(self, key: str, answer: str | None) -> None:
        self._key = key
        self.answer = answer

    def keep(self, result: Kept) -> Kept:
        """Remember the result's primary key (or its text) as the answer to every later call with this key."""
        answer = str(getattr(result, "pk", result))
        Claim.objects.filter(pk=self._key).update(answer=answer)
        self.answer = answer
        return result


@contextmanager
def once(key: str, *, by: str, payload: Any, at: datetime) -> Iterator[First]:
    """Claim an idempotency key for one verb, inside the caller's transaction.

    The key is inserted first: the loser of a double tap waits for the winner and then gets its answer. If the
    verb fails, its transaction takes the key away with it, and trying again is honest.
    Raises KeyReused if the key comes back with another payload or from another actor.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.once belongs inside the verb's transaction")
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_claim (key, by, payload, answer, at) VALUES (%s, %s, %s, NULL, %s) ON CONFLICT DO NOTHING",
            [key, by, digest, at],
        )
        mine = cursor.rowcount == 1
    if mine:
        yield First(key, None)
        return
    claim = Claim.objects.get(pk=key)
    if claim.payload != digest or claim.by != by:
        raise KeyReused()
    yield First(key, claim.answer)
