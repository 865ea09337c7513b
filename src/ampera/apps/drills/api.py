"""The one front door of `drills`: true and false messages for everybody, answered at once with the reason.

Verbs: load_messages, start, judge. Reads: open_session, shown, next, result. A visitor is an actor: a browser's session or an account.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ampera.apps.audit import api as audit
from ampera.content import messages as content

from .choosing import LENGTH, choose
from .models import Judgement, Message, Session
from .readings import Reading, reading
from .refusals import AlreadyJudged, NothingFresh, NotInThisSession, Unfinished

__all__ = [
    "LENGTH",
    "AlreadyJudged",
    "Judged",
    "NotInThisSession",
    "NothingFresh",
    "Reading",
    "Shown",
    "Unfinished",
    "judge",
    "load_messages",
    "next",
    "open_session",
    "result",
    "shown",
    "so_far",
    "start",
]


@dataclass(frozen=True)
class Judged:
    """The answer that counts, what was true, and why, in one language."""

    right: bool
    said_true: bool
    truth: bool
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One message as the phone shows it. position: from 1, of `of`. judged: None until it is answered."""

    session_id: uuid.UUID
    code: str
    position: int
    of: int
    channel: str
    sender: str
    setting: str
    text: str
    judged: Judged | None


@transaction.atomic
def load_messages(*, by: str, now: datetime) -> int:
    """Bring the message bank into the tables; the number loaded. What left the bank is shown no longer."""
    bank = content.load()
    for message in bank:
        Message.objects.update_or_create(
            code=message.code,
            defaults={
                "truth": message.truth,
                "kind": message.kind,
                "channel": message.channel,
                "sender": message.sender,
                "setting_id": message.setting.id,
                "setting_en": message.setting.en,
                "text_id": message.text.id,
                "text_en": message.text.en,
                "why_id": message.why.id,
                "why_en": message.why.en,
                "sources": "\n".join(message.sources),
                "valid_from": message.valid_from,
                "review_on": message.review_on,
            },
        )
    today = timezone.localdate(now)
    gone = Message.objects.exclude(code__in=[m.code for m in bank]).filter(review_on__gt=today)
    gone.update(review_on=today)
    audit.record("drills.messages_loaded", about="drills", by=by, at=now, messages=len(bank))
    return len(bank)


@transaction.atomic
def start(*, visitor: str, key: str, now: datetime) -> uuid.UUID:
    """Begin an exercise, or go on with the one left open; its id. Raises NothingFresh.

    The id follows from visitor and key, the messages and their order from the id. The key is the visitor's own: two taps
    of a browser that had no session yet come from two visitors.
    """
    with audit.once(f"{visitor} {key}", by=visitor, payload="drill", at=now) as first:
        if first.answer:
            return uuid.UUID(first.answer)
        left = open_session(visitor, now=now)
        if left:
            return first.keep(left)
        session_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{visitor} {key}")
        order = choose(session_id, visitor=visitor, now=now)
        Session.objects.create(id=session_id, visitor=visitor, order=" ".join(order), started_at=now)
        audit.record("drills.started", about=f"drill:{session_id}", by=visitor, at=now, messages=len(order))
        return first.keep(session_id)


def open_session(visitor: str, *, now: datetime) -> uuid.UUID | None:
    """The visitor's unfinished exercise of the last day, if any: later its messages may have expired."""
    return (
        Session.objects.filter(
            visitor=visitor, finished_at__isnull=True, started_at__gt=now - timedelta(days=1)
        )
        .order_by("-started_at")
        .values_list("id", flat=True)
        .first()
    )


@transaction.atomic
def judge(
    *,
    session_id: uuid.UUID,
    code: str,
    said_true: bool,
    key: str,
    by: str,
    now: datetime,
    language: str = "id",
) -> Judged:
    """Say whether a message is true; answered at once with the reason. The same answer again is harmless.

    Raises NotInThisSession (also to anybody but the visitor); AlreadyJudged if it was judged otherwise.
    """
    with audit.once(key, by=by, payload=[str(session_id), code, said_true], at=now):
        session = _session(session_id, visitor=by, lock=True)
        order = session.order.split()
        if code not in order:
            raise NotInThisSession()
        message = Message.objects.get(pk=code)
        judgement, new = Judgement.objects.get_or_create(
            session=session,
            message=message,
            defaults={"said_true": said_true, "truth": message.truth, "at": now},
        )
        if judgement.said_true != said_true:
            raise AlreadyJudged()
        if new and session.judgements.count() == len(order):
            session.finished_at = now
            session.save(update_fields=["finished_at"])
            audit.record("drills.finished", about=f"drill:{session_id}", by=by, at=now)
        return _judged(judgement, message, language)


def shown(session_id: uuid.UUID, position: int, *, visitor: str, language: str = "id") -> Shown:
    """The message at a position, from 1. Raises NotInThisSession, also to anybody but the visitor."""
    session = _session(session_id, visitor=visitor)
    order = session.order.split()
    if not 1 <= position <= len(order):
        raise NotInThisSession()
    return _shown(session, order, position, language)


def next(session_id: uuid.UUID, *, language: str = "id") -> Shown | None:
    """The first message without an answer; None when all are answered."""
    session = _session(session_id)
    order = session.order.split()
    answered = set(session.judgements.values_list("message_id", flat=True))
    for position, code in enumerate(order, start=1):
        if code not in answered:
            return _shown(session, order, position, language)
    return None


def result(session_id: uuid.UUID, *, visitor: str | None = None) -> Reading:
    """How the exercise went. Raises Unfinished, NotInThisSession."""
    session = _session(session_id, visitor=visitor)
    if session.finished_at is None:
        raise Unfinished()
    return reading(session.judgements.select_related("message"))


def so_far(visitor: str) -> Reading | None:
    """All finished exercises of a visitor together, each message at first sight; None before the second.

    A message seen again was explained the first time, so only first judgements say how one meets a new one.
    """
    found = Judgement.objects.filter(session__visitor=visitor, session__finished_at__isnull=False)
    first: dict[str, Judgement] = {}
    for judgement in found.select_related("message").order_by("at", "id"):
        first.setdefault(judgement.message_id, judgement)
    sessions = {j.session_id for j in first.values()}
    return reading(first.values()) if len(sessions) > 1 else None


def _session(session_id: uuid.UUID, *, visitor: str | None = None, lock: bool = False) -> Session:
    sessions = Session.objects.select_for_update() if lock else Session.objects
    found = sessions.filter(pk=session_id).first()
    if found is None or (visitor is not None and found.visitor != visitor):
        raise NotInThisSession()
    return found


def _shown(session: Session, order: list[str], position: int, language: str) -> Shown:
    message = Message.objects.get(pk=order[position - 1])
    judgement = session.judgements.filter(message=message).first()
    return Shown(
        session_id=session.pk,
        code=message.pk,
        position=position,
        of=len(order),
        channel=message.channel,
        sender=message.sender,
        setting=_in(language, message, "setting"),
        text=_in(language, message, "text"),
        judged=_judged(judgement, message, language) if judgement else None,
    )


def _judged(judgement: Judgement, message: Message, language: str) -> Judged:
    return Judged(
        right=judgement.said_true == judgement.truth,
        said_true=judgement.said_true,
        truth=judgement.truth,
        why=_in(language, message, "why"),
        sources=tuple(message.sources.splitlines()),
    )


def _in(language: str, message: Message, field: str) -> str:
    """A message's words in English if asked for, else in Indonesian: the bank has these two."""
    return getattr(message, f"{field}_{'en' if language.startswith('en') else 'id'}")
