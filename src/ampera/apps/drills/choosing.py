"""Which messages a visitor sees, and in which order: half true, half false, unseen ones first.

The order is a hash of the session's id, so that the same session can be opened again anywhere, and nobody can
tell the truth of a message from its place.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from .models import Judgement, Message
from .refusals import NothingFresh

LENGTH = 12


def choose(session_id: UUID, *, visitor: str, now: datetime) -> tuple[str, ...]:
    """Message codes in the order shown: at most LENGTH, as many true as false, all fresh on the local day.

    Those that the visitor has judged least often come first. Raises NothingFresh.
    """
    today = timezone.localdate(now)
    fresh = Message.objects.filter(valid_from__lte=today, review_on__gt=today).values_list("code", "truth")
    seen = Counter(Judgement.objects.filter(session__visitor=visitor).values_list("message_id", flat=True))
    kinds: dict[bool, list[str]] = {True: [], False: []}
    for code, truth in fresh:
        kinds[truth].append(code)
    half = min(LENGTH // 2, *map(len, kinds.values()))
    if not half:
        raise NothingFresh()
    picked: list[str] = []
    for codes in kinds.values():
        picked += sorted(codes, key=lambda code: (seen[code], _place(session_id, "pick", code)))[:half]
    return tuple(sorted(picked, key=lambda code: _place(session_id, "order", code)))


def _place(session_id: UUID, step: str, code: str) -> bytes:
    return hashlib.sha256(f"{session_id} {step} {code}".encode()).digest()
