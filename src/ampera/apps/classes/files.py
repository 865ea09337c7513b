"""A class's roster out as CSV, and grades or attendance back in, with every mistake by row before anything is stored.

Out: UTF-8 with a byte-order mark and commas, which spreadsheets read. In: commas or semicolons, decimal point or
comma, as an Indonesian spreadsheet saves it. One line a person; a component's (or meeting's) empty cell says nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.refusal import _

from .attendance import attend_many
from .grades import Row, Sheet, grade_many, sheet
from .refusals import FileRefused
from .timetable import meetings

PSEUDONYM, NAME = "pseudonym", "name"
MARKS = {"1": True, "x": True, "v": True, "h": True, "hadir": True, "": False, "0": False, "-": False}


@dataclass(frozen=True)
class RowError:
    """row: line of the file, the heading is 1. what, remedy: English msgids, their placeholders in facts."""

    row: int
    field: str
    what: str
    remedy: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Report:
    """rows: lines with a person. values: cells that say something. stored: how many differ from before; 0 if dry_run."""

    rows: int
    values: int
    stored: int
    errors: tuple[RowError, ...]
    dry_run: bool


Cell = Callable[[str], object]  # the value of a cell, None if it says nothing; ValueError if it can't be


@dataclass(frozen=True)
class _Table:
    values: tuple[tuple[int, str, object], ...]
    rows: int
    errors: tuple[RowError, ...]


def roster_csv(class_id: int) -> str:
    """The class by pseudonym and display name, with a column for each grade component, as it stands."""
    return grades_file(programme.class_(class_id))


def attendance_csv(class_id: int) -> str:
    """The same with a column for each meeting, by its number: 1 where the person was there."""
    return attendance_file(programme.class_(class_id))


def grades_file(klass: programme.Class) -> str:
    found = sheet(klass)
    codes = [w.code for w in found.weights]
    return _written(found, codes, lambda row: [row.scores.get(code, "") for code in codes])


def attendance_file(klass: programme.Class) -> str:
    found = sheet(klass)
    numbers = [m.number for m in found.meetings]
    return _written(found, numbers, lambda row: ["1" if m.id in row.met else "" for m in found.meetings])


def _written(found: Sheet, heads: Sequence[object], cells: Callable[[Row], list[object]]) -> str:
    """A name that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow([PSEUDONYM, NAME, *heads])
    for row in found.rows:
        write.writerow([row.pseudonym, programme.plain_cell(row.name), *cells(row)])
    return "\ufeff" + out.getvalue()


def import_grades(class_id: int, csv_text: str, *, dry_run: bool, key: str, by: str, now: datetime) -> Report:
    """Grades from a file such as `roster_csv` gives. A dry run changes nothing and lists every mistake by row.

    Raises FileRefused if not a dry run and the file has a mistake; audit.KeyReused.
    """
    codes = [w.code for w in programme.plan(programme.class_(class_id).round_id).weights]
    table = _read(class_id, csv_text, codes, _score)

    def store(source: str) -> int:
        return grade_many(class_id, table.values, by=by, now=now, source=source)  # type: ignore[arg-type]  # _score made each a Decimal

    return _take("grades", class_id, csv_text, table, store, dry_run=dry_run, key=key, by=by, now=now)


def import_attendance(
    class_id: int, csv_text: str, *, dry_run: bool, key: str, by: str, now: datetime
) -> Report:
    """Attendance from a file such as `attendance_csv` gives; an empty cell takes nobody's presence away.

    Only meetings that have begun may be marked. Raises FileRefused if not a dry run and the file has a mistake;
    audit.KeyReused.
    """
    begun = {str(m.number): m.id for m in meetings(class_id) if m.begun(now)}
    table = _read(class_id, csv_text, list(begun), _mark)

    def store(_source: str) -> int:
        return attend_many([(begun[number], person) for person, number, _x in table.values], by=by, now=now)

    return _take("attendance", class_id, csv_text, table, store, dry_run=dry_run, key=key, by=by, now=now)


@transaction.atomic
def _take(
    verb: str,
    class_id: int,
    csv_text: str,
    table: _Table,
    store: Callable[[str], int],
    *,
    dry_run: bool,
    key: str,
    by: str,
    now: datetime,
) -> Report:
    if dry_run:
        return Report(table.rows, len(table.values), 0, table.errors, True)
    digest = hashlib.sha256(csv_text.encode()).hexdigest()
    with audit.once(key, by=by, payload=[verb, class_id, digest], at=now) as first:
        if first.answer:
            return Report(table.rows, len(table.values), int(first.answer), table.errors, False)
        if table.errors:
            raise FileRefused(errors=len(table.errors))
        stored = first.keep(store(f"file:{digest}"))
    return Report(table.rows, len(table.values), stored, (), False)


def _read(class_id: int, csv_text: str, columns: list[str], cell: Cell) -> _Table:
    """The cells under `columns` by person, and every mistake: heading, unknown or repeated person, unreadable cell."""
    text = csv_text.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    lines = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in heading else ","))
    names = [name.strip().casefold() for name in lines[0]] if lines else []
    errors = list(_heading_errors(names, columns))
    if PSEUDONYM not in names:
        return _Table((), 0, tuple(errors))
    seats = {str(seat.id): seat.person_id for seat in admissions.seats_of_class(class_id)}
    places = {name: i for i, name in enumerate(names) if name in columns}
    values: list[tuple[int, str, object]] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(field.strip() for field in line):
            continue
        line = line + [""] * (len(names) - len(line))
        who = line[names.index(PSEUDONYM)].strip().casefold()
        problem = _person_error(number, who, seats, seen)
        if problem:
            errors.append(problem)
            continue
        seen[who] = number
        for name, place in places.items():
            try:
                value = cell(line[place].strip())
            except ValueError as no:
                errors.append(
                    RowError(number, name, str(no), CELL_REMEDY, {"value": line[place].strip()[:40]})
                )
                continue
            if value is not None:
                values.append((seats[who], name, value))
    return _Table(tuple(values), len(seen), tuple(errors))


NO_PSEUDONYM = _("The first line has no column “pseudonym”.")
PSEUDONYM_REMEDY = _("Download the file of this class and fill that one in.")
UNKNOWN_COLUMN = _("The column “%(value)s” is not one of this class's.")
COLUMN_REMEDY = _("Use the columns of the downloaded file, or delete this one.")
TWICE_COLUMN = _("The column “%(value)s” is there twice.")
UNKNOWN_PERSON = _("Nobody in this class has the pseudonym “%(value)s”.")
TWICE_PERSON = _("This person is already in line %(value)s.")
TWICE_REMEDY = _("Keep one line for each person.")
NO_NUMBER = _("“%(value)s” is not a number from 0 to 100 with at most two decimals.")
NO_MARK = _("“%(value)s” is neither present nor absent.")
CELL_REMEDY = _("Correct the cell, or leave it empty.")


def _heading_errors(names: list[str], columns: list[str]):
    if PSEUDONYM not in names:
        yield RowError(1, PSEUDONYM, NO_PSEUDONYM, PSEUDONYM_REMEDY, {"value": ""})
    for name in dict.fromkeys(names):
        if name not in (PSEUDONYM, NAME, "", *columns):
            yield RowError(1, name, UNKNOWN_COLUMN, COLUMN_REMEDY, {"value": name[:40]})
        elif name and names.count(name) > 1:
            yield RowError(1, name, TWICE_COLUMN, COLUMN_REMEDY, {"value": name[:40]})


def _person_error(
    number: int, who: str, seats: Mapping[str, int], seen: Mapping[str, int]
) -> RowError | None:
    if who not in seats:
        return RowError(number, PSEUDONYM, UNKNOWN_PERSON, PSEUDONYM_REMEDY, {"value": who[:40]})
    if who in seen:
        return RowError(number, PSEUDONYM, TWICE_PERSON, TWICE_REMEDY, {"value": str(seen[who])})
    return None


def _score(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        score = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError(NO_NUMBER) from None
    if not score.is_finite() or not 0 <= score <= 100 or score != round(score, 2):
        raise ValueError(NO_NUMBER)
    return score


def _mark(text: str) -> bool | None:
    if text.casefold() not in MARKS:
        raise ValueError(NO_MARK)
    return True if MARKS[text.casefold()] else None
