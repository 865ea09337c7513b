"""One message each to many people: the same words, in the language of each one's account, to the number they verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from ampera.apps.messaging import api as messaging
from ampera.refusal import _

from .accounts import reached

WHEN = _("l, j F Y, H.i T")  # a format, whose order and words differ by language


@dataclass(frozen=True)
class News:
    """What one person is told. key: queued once. facts: what the words leave open; a moment is written as day and hour here."""

    person_id: int
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


def tell(says: str, news: Iterable[News], *, kind: str, now: datetime) -> int:
    """Queue the words for everybody who has a verified number, in the caller's transaction; how many messages.

    says: a marked msgid. kind: call, exam, class_moved, certificate. One query for each 5,000 persons.
    """
    news = list(news)
    known = reached(n.person_id for n in news)
    return _queue(says, [(known[n.person_id], n) for n in news if n.person_id in known], kind=kind, now=now)


def tell_at(numbers: Mapping[str, str], says: str, news: News, *, kind: str, now: datetime) -> int:
    """`tell`, of one person at several numbers: number → language. The key is queued once for each number."""
    each = [(at, replace(news, key=f"{news.key}:{at[0]}")) for at in numbers.items()]
    return _queue(says, each, kind=kind, now=now)


def _queue(says: str, told: Iterable[tuple[tuple[str, str], News]], *, kind: str, now: datetime) -> int:
    """told: (number, language) and news."""
    languages: dict[str, list[tuple[str, News]]] = {}
    for (phone, language), n in told:
        languages.setdefault(language, []).append((phone, n))
    rows = []
    for language, same in languages.items():
        with override(language):
            words = gettext(says)
            rows += [(phone, kind, words % _written(n.facts), n.key) for phone, n in same]
    messaging.send_many(rows, now=now)
    return len(rows)


def _written(facts: Mapping[str, object]) -> dict[str, object]:
    """Moments as day and hour of this place, in the active language."""
    return {
        name: date_format(localtime(value), gettext(WHEN)) if isinstance(value, datetime) else value
        for name, value in facts.items()
    }
