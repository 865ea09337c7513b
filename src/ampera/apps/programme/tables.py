"""Rows and columns of the pages' tables, in the shapes of `site/components/`."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .agreements import Agreement, Audience, Group, level_index
from .classes import Class
from .horizons import Horizon
from .lists import plain_cell
from .names import SCORES, day_names, level_name, method_name, mode_name
from .plans import Plan

Row = list[Any]


def number(value: int) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def decimal(value: Any, places: int = 2) -> str:
    return formats.number_format(value, decimal_pos=places, use_l10n=True)


def percent(share: Any) -> str:
    return f"{number(round(share * 100))}%"


def moment(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), "j F Y, H.i T") if at else ""


def day(on: date | None) -> str:
    return formats.date_format(on, "j F Y") if on else ""


def hours(c: Class) -> str:
    return f"{c.starts_at:%H.%M}–{c.ends_at:%H.%M}"


def classes_table(held: Iterable[Class], url_name: str = "") -> dict[str, Any]:
    """Columns and rows of a list of classes; with url_name, the code leads to that page of the class."""
    columns = [
        _("Class"),
        _("Level"),
        _("Place"),
        _("Days"),
        _("Hours"),
        {"label": _("Seats"), "numeric": True},
    ]
    rows = [
        [
            {"text": c.code, "url": reverse(url_name, args=[c.id])} if url_name else c.code,
            level_name(c.level),
            f"{c.place_name}: {c.room}" if c.mode == "tatap-muka" else f"{mode_name(c.mode)}: {c.room}",
            day_names(c.days),
            hours(c),
            c.seats,
        ]
        for c in held
    ]
    return {"columns": columns, "rows": rows}


CSV_COLUMNS = (
    "code", "level", "audience", "partner", "place", "place_name", "room", "mode", "days", "starts_at", "ends_at",
    "meetings", "hours", "trainer", "seats",
)  # fmt: skip


def classes_csv(held: Iterable[Class], mark: str = "") -> str:
    """The same list for a spreadsheet: one row a class, days joined by +, hours as 18:30; `mark` in a last column."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*CSV_COLUMNS, *(["mark"] if mark else [])])
    for c in held:
        plain = {
            "days": "+".join(c.days),
            "starts_at": f"{c.starts_at:%H:%M}",
            "ends_at": f"{c.ends_at:%H:%M}",
        }
        writer.writerow(
            [plain_cell(plain.get(name, getattr(c, name))) for name in CSV_COLUMNS] + ([mark] if mark else [])
        )
    return out.getvalue()


def commitments_table(found: Agreement, delivered: Mapping[tuple[str, str], int] | None) -> dict[str, Any]:
    """A row for each commitment. What is assumed has its own column and adds nothing to what was promised."""
    columns: Row = [_("Level and audience")]
    rows: list[Row] = [[f"{level_name(c.level)}, {c.audience_name}"] for c in found.commitments]
    for assumed, label in ((False, _("Promised")), (True, _("Assumed"))):
        if any(c.assumed == assumed for c in found.commitments):
            columns.append(_numeric(label))
            for row, c in zip(rows, found.commitments, strict=True):
                row.append(number(c.seats) if c.assumed == assumed else None)
    if delivered is not None:
        columns.append(_numeric(_("Delivered")))
        for row, c in zip(rows, found.commitments, strict=True):
            row.append(number(delivered.get((c.level, c.audience), 0)))
    return {"columns": columns, "rows": rows}


def seats_table(held: Iterable[Class], audiences: Iterable[Audience]) -> dict[str, Any]:
    """Seats by level; drawn ones in one column, a column for each nominated audience."""
    seats: Counter[tuple[str, str | None]] = Counter()
    for c in held:
        seats[c.level, c.audience] += c.seats
    nominated = [a for a in audiences if a.nominated]
    whom: list[str | None] = [None, *(a.code for a in nominated)]
    columns: Row = [
        _("Level"),
        _numeric(_("Drawn")),
        *(_numeric(a.name) for a in nominated),
        _numeric(_("All")),
    ]
    rows = [
        [
            level_name(level),
            *(number(seats[level, one]) for one in whom),
            number(sum(seats[level, one] for one in whom)),
        ]
        for level in sorted({level for level, _one in seats}, key=level_index)
    ]
    rows.append(
        [
            _("All"),
            *(number(sum(n for (_level, who), n in seats.items() if who == one)) for one in whom),
            number(seats.total()),
        ]
    )
    return {"columns": columns, "rows": rows}


def blocks_table(held: Iterable[Class], groups: Iterable[Group]) -> dict[str, Any]:
    """Drawn seats by who they are kept for, with the evidence that shows it."""
    seats: Counter[str | None] = Counter()
    for c in held:
        for block in c.blocks:
            seats[block.group] += block.seats
    columns = [_("Kept for"), _numeric(_("Seats")), _("Shown by")]
    rows: list[Row] = [[_("Open to all"), number(seats[None]), None]]
    rows += [[g.name, number(seats[g.code]), g.evidence] for g in groups if seats[g.code]]
    return {"columns": columns, "rows": rows}


def calendar(found: Plan) -> list[dict[str, str]]:
    """The round's dates in their order."""
    between = _("%(first)s to %(last)s")
    return [
        {"label": label, "value": value}
        for label, value in (
            (_("Registration opens"), moment(found.opens_at)),
            (_("Registration closes"), moment(found.closes_at)),
            (_("Provisional list"), moment(found.provisional_at)),
            (_("Objections until"), moment(found.objections_until)),
            (_("List frozen"), moment(found.freeze_at)),
            (_("Draw"), moment(found.draw_at)),
            (_("Classes start"), day(found.classes_start_on)),
            (
                _("Exam"),
                between % {"first": day(found.exam_on), "last": day(found.exam_until or found.exam_on)},
            ),
            (_("Endline"), between % {"first": day(found.endline_from), "last": day(found.endline_until)}),
        )
        if value
    ]


def beacon(found: Plan) -> list[tuple[str, str]]:
    """The public chance that the draw waits for, and what happens if it doesn't come."""
    outage = (_("If it doesn't come"), found.beacon_outage)
    if found.beacon_kind == "drand":
        said = _("Round %(round)s of drand's quicknet, a number that a league of institutions signs together")
        return [(_("Public chance"), said % {"round": number(found.beacon_round or 0)}), outage]
    if found.beacon_kind == "rfc3797":
        return [(_("Public chance: numbers that others publish"), "\n".join(found.beacon_sources)), outage]
    dice = _("%(n)s throws of a die with %(m)s faces")
    return [
        (_("Public dice"), dice % {"n": found.beacon_count, "m": found.beacon_faces}),
        (_("Witnesses"), "\n".join(found.beacon_witnesses)),
        outage,
    ]


def rules(found: Plan) -> list[dict[str, str]]:
    """How seats are drawn and refilled, and what completing takes."""
    reverts = found.reversion == "open"
    return [
        {"label": label, "value": value}
        for label, value in (
            (_("Horizon"), _("%(k)s × the seats: who may ever be called") % {"k": times(found.horizon)}),
            (_("Time to accept a call"), _("%(n)s hours") % {"n": number(found.accept_hours)}),
            (_("Reserved seats nobody claims"), _("Go to anybody") if reverts else _("Stay empty")),
            (_("Tickets"), _("One for each household") if found.household_ticket else _("One for each person")),
            (_("Age"), _("From %(n)s; under %(m)s with a guardian") % {"n": found.min_age, "m": found.guardian_below}),
            *beacon(found),
            (_("Attendance needed"), percent(found.attendance_share)),
            (_("Grade"), ", ".join(f"{w.name} {percent(w.weight)}" for w in found.weights)),
        )
    ]  # fmt: skip


def renewal_rule(found: Plan) -> list[dict[str, str]]:
    """How the programme will be judged, and by which analysis."""
    analysis = json.loads(found.analysis)
    english = (get_language() or "").startswith("en")
    return [
        {"label": label, "value": value}
        for label, value in (
            (_("What is estimated"), analysis["estimand_en" if english else "estimand_id"]),
            (_("Renew the programme"), _("If the estimate is at least %(t)s SD and its interval lies above 0") % {"t": decimal(found.threshold)}),
            (_("Stop the programme"), _("If the whole interval lies below %(t)s SD") % {"t": decimal(found.threshold)}),
            (_("Otherwise"), _("Cannot tell")),
            (_("Sample"), _("%(n)s people inside and as many outside") % {"n": number(found.endline_per_arm)}),
            (_("Interval and power"), _("%(a)s interval, planned power %(p)s") % {"a": percent(1 - found.alpha), "p": percent(found.power)}),
            (_("Score"), str(SCORES[analysis["score"]])),
            (_("Methods"), "\n".join(map(method_name, analysis["methods"]))),
        )
    ]  # fmt: skip


def horizons_table(found: Iterable[Horizon], chosen: str) -> dict[str, Any]:
    columns = [
        _("Horizon k"), _numeric(_("People inside")), _numeric(_("Seats left empty")),
        _numeric(_("Left to chance")), _numeric(_("Σp(1−p)")), _numeric(_("Least effect, inside")), _numeric(_("Least effect, of a seat")),
    ]  # fmt: skip
    rows = [
        [
            {"text": _("%(k)s, the plan's") % {"k": times(h.k)}, "kind": "info"} if float(h.k) == float(chosen) else times(h.k),
            number(h.inside),
            number(h.empty),
            f"{number(round(100 * h.undecided))} %",
            number(round(h.variance)),
            decimal(h.mde) if h.mde is not None else _("nobody outside"),
            decimal(h.seat_mde) if h.seat_mde is not None else None,
        ]
        for h in found
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}


def times(text: str) -> str:
    """A horizon as it is written here."""
    return formats.localize(float(text)) if "." in text else text


def _numeric(label: str) -> dict[str, Any]:
    return {"label": label, "numeric": True}
