"""What the office's pages share: the round they are about, words for rows, files to download."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import formats, timezone

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

PAGE = 50
round_of = programme.round_of


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
    return "–" if share is None else f"{formats.number_format(share * 100, decimal_pos=0, use_l10n=True)} %"


def numeric(label: str) -> dict[str, Any]:
    return {"label": label, "numeric": True}


def csv_file(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, mark: bool
) -> HttpResponse:
    """A list for a spreadsheet. mark: whether its name says SIMULASI. No cell is read as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    kind = "-SIMULASI" if mark else ""
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}{kind}.csv"'},
    )


def _plain(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
