"""Rows and columns of the pages' tables, in the shapes of `site/components/`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from ampera.apps.programme import api as programme

from .files import Report
from .grades import Sheet
from .timetable import Meeting, place


def day(at: datetime) -> str:
    """ "Saturday, 6 March 2027" in the city's time."""
    return formats.date_format(timezone.localtime(at), "l, j F Y")


def short_day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "j/n")


def hours(meeting: Meeting) -> str:
    return f"{timezone.localtime(meeting.starts_at):%H.%M}–{timezone.localtime(meeting.ends_at):%H.%M}"


def percent(share: Decimal) -> str:
    return f"{round(share * 100)}%"


def score(value: Decimal | None) -> str | None:
    """A score without needless zeros, in the language's way of writing; None stays."""
    return None if value is None else formats.number_format(value.normalize(), use_l10n=True)


def facts(held: programme.Class) -> list[dict[str, str]]:
    """Where, when and with whom, as items of a summary list."""
    partner = held.partner_name or _("The city")
    return [
        {"label": _("Level"), "value": programme.level_name(held.level)},
        {"label": _("Where"), "value": f"{place(held)} ({programme.mode_name(held.mode)})"},
        {
            "label": _("When"),
            "value": f"{programme.day_names(held.days)}, {held.starts_at:%H.%M}–{held.ends_at:%H.%M}",
        },
        {"label": _("Trainer"), "value": held.trainer or _("To be announced")},
        {"label": _("Held by"), "value": partner},
    ]


def work(held: list[programme.Class], taken: Mapping[int, int]) -> dict[str, Any]:
    """The list of classes. taken: seats taken by class."""
    columns = [_("Class"), _("Level"), _("Where"), _("When"), {"label": _("Participants"), "numeric": True}]
    rows = [
        [
            {"text": c.code, "url": reverse("classes:class", args=[c.id])},
            programme.level_name(c.level),
            place(c),
            f"{programme.day_names(c.days)}, {c.starts_at:%H.%M}",
            f"{taken.get(c.id, 0)} / {c.seats}",
        ]
        for c in held
    ]
    return {"columns": columns, "rows": rows}


def my_meetings(held: tuple[Meeting, ...], met: Collection[int], now: datetime) -> dict[str, Any]:
    """A citizen's own attendance."""

    def state(meeting: Meeting) -> Any:
        if meeting.id in met:
            return {"text": _("Present"), "kind": "success"}
        if meeting.ends_at < now:
            return {"text": _("Absent"), "kind": "warning"}
        return None

    rows = [[_numbered(m), day(m.starts_at), hours(m), state(m)] for m in held]
    return {"columns": [_("Meeting"), _("Date"), _("Hours"), _("You")], "rows": rows}


def _numbered(meeting: Meeting) -> str:
    """On a phone a row's heading stands alone, so it says of what it is the number."""
    return _("Meeting %(n)d") % {"n": meeting.number}


def meetings(held: tuple[Meeting, ...], present: Mapping[int, int]) -> dict[str, Any]:
    """A class's meetings for whoever works with it."""
    rows = [
        [
            {"text": _numbered(m), "url": reverse("classes:meeting", args=[m.id])},
            day(m.starts_at),
            hours(m),
            present.get(m.id, 0),
        ]
        for m in held
    ]
    return {
        "columns": [_("Meeting"), _("Date"), _("Hours"), {"label": _("Present"), "numeric": True}],
        "rows": rows,
    }


def roster(sheet: Sheet, *, seats: bool = False) -> dict[str, Any]:
    """Attendance and grades by person. seats: whether a name leads to the seat, where an officer says that it is not used."""
    columns = [
        _("Name"),
        {"label": _("Meetings"), "numeric": True},
        *({"label": f"{w.name} ({percent(w.weight)})", "numeric": True} for w in sheet.weights),
        {"label": _("Grade"), "numeric": True},
        _("Attendance"),
    ]
    rows = [
        [
            {"text": row.name, "url": reverse("admissions:office_seat", args=[row.pseudonym])} if seats else row.name,
            f"{row.final.attended} / {row.final.meetings}",
            *(score(row.scores.get(w.code)) for w in sheet.weights),
            score(row.final.grade),
            {"text": _("Enough"), "kind": "success"} if row.final.complete else {"text": _("Not yet enough"), "kind": "warning"},
        ]
        for row in sheet.rows
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}


def mistakes(report: Report) -> dict[str, Any]:
    """Every mistake of a file, by row."""
    rows = [[_("Row %(n)d") % {"n": e.row}, e.field, _(e.what) % e.facts, _(e.remedy)] for e in report.errors]
    return {
        "columns": [_("Row"), _("Column"), _("What is wrong"), _("What to do")],
        "rows": rows,
    }
