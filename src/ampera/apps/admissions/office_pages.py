"""What the office's pages share: the round they are about, words for rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import formats, timezone

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

PAGE = 50
round_of, csv_file = programme.round_of, programme.csv_file


def numbered(number: int) -> programme.Round:
    """A published round by its number, the newest agreement's first. Http404 for a draft or none."""
    found = next((r for r in programme.rounds() if r.number == number and r.state != "DRAFT"), None)
    if found is None:
        raise Http404
    return found


def actor(request: HttpRequest) -> str:
    return audit.account(request.user.pk)


def person_label(by: str) -> str:
    return people.label(by) if by else ""


def moment(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


def number(value: int) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def percent(share: float | None) -> str:
    return "–" if share is None else f"{formats.number_format(share * 100, decimal_pos=0, use_l10n=True)}%"


def numeric(label: str) -> dict[str, Any]:
    return {"label": label, "numeric": True}
