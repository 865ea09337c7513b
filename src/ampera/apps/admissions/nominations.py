"""Civil servants, named by their agency in a list with an assignment letter: seats outside the draw and the effect.

The list is CSV with `nik, name, birth_date, kelurahan, class` and optionally `phone`; commas or semicolons between the
cells. kelurahan: its code, or its name if only one has it. birth_date: 1985-07-31 or 31-07-1985. class: the code of a
class for nominated people. phone: a mobile number with which the person can sign in; without it, no account.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.api import Registration
from ampera.apps.programme import api as programme
from ampera.forms import parts
from ampera.refusal import Refusal

from . import seats
from .freezing import make_fills
from .models import Application, Nomination, Seat
from .office_refusals import (
    AlreadySeated,
    BadList,
    BirthDateDiffers,
    ClassFull,
    DateUnreadable,
    EmptyList,
    LetterMissing,
    NomineeApplied,
    NotNominated,
    NotTheTime,
    PhoneUnreadable,
    PlaceUnknown,
    ShortRow,
    TwiceInList,
)

COLUMNS = ("nik", "name", "birth_date", "kelurahan", "class")
STATES = frozenset({"LOCKED", "OPEN", "OBJECTIONS", "FROZEN", "DRAWN"})
DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")


class RowError(NamedTuple):
    """One thing wrong. row: as a spreadsheet counts, the columns' names being row 1. what, remedy: in words."""

    row: int
    field: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Report:
    """What became of a list. rows: people in it. With errors nothing was written."""

    rows: int
    errors: tuple[RowError, ...]


@dataclass(frozen=True)
class Nominee:
    """A row that can be written. person_id: None for somebody not registered yet."""

    row: int
    registration: Registration
    phone: str
    klass: programme.Class
    person_id: int | None


@dataclass(frozen=True)
class Nominated:
    """A nomination as it stands. seated: whether the seat is still held."""

    person_id: int
    agency: str
    letter: str
    class_id: int
    at: datetime
    seated: bool


class _Faulty(Exception):
    def __init__(self, field: str, refusal: Refusal) -> None:
        self.field, self.refusal = field, refusal


def nominate(
    round_id: int,
    csv_text: str,
    agency: str,
    letter: str,
    *,
    dry_run: bool,
    key: str,
    by: str,
    now: datetime,
) -> Report:
    """Check an agency's list and, if nothing is wrong and it is no dry run, register everybody and take their seats.

    Identity counts as seen by the agency. All or nobody. Errors of rows come in the report, each with row, field and
    remedy. Raises BadList, EmptyList, LetterMissing, NotTheTime; audit.KeyReused.
    """
    if not agency.strip() or not letter.strip():
        raise LetterMissing()
    state = programme.round_(round_id).state
    if state not in STATES:
        raise NotTheTime(state=programme.state_name(state))
    rows = list(_rows(csv_text))
    if not rows:
        raise EmptyList()
    digest = hashlib.sha256(csv_text.encode("utf-8")).hexdigest()
    payload = ["nominate", round_id, digest, agency, letter]
    if dry_run:
        return Report(len(rows), tuple(_read(round_id, rows, now=now)[1]))
    with transaction.atomic(), audit.once(key, by=by, payload=payload, at=now) as first:
        if first.answer:
            return Report(int(first.answer), ())
        nominees, errors = _read(round_id, rows, now=now)
        if errors:
            transaction.set_rollback(True)  # the key with it: the corrected list is another try
            return Report(len(rows), tuple(errors))
        _write(round_id, nominees, agency.strip(), letter.strip(), by=by, now=now)
        first.keep(len(nominees))
        return Report(len(nominees), ())


def nominated(round_id: int) -> tuple[Nominated, ...]:
    """A round's nominations, by class and person."""
    held = set(
        Seat.objects.filter(
            round=round_id, source=Seat.Source.NOMINATION, state=Seat.State.TAKEN
        ).values_list("person_id", flat=True)
    )
    rows = Nomination.objects.filter(round=round_id).order_by("klass_id", "person_id")
    return tuple(
        Nominated(n.person_id, n.agency, n.letter, n.klass_id, n.at, n.person_id in held) for n in rows
    )


def _rows(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """(row number, column names, cells) of each row that isn't empty. Raises BadList."""
    text = text.removeprefix("\ufeff")
    header = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ","
    )
    names = [name.strip().lower() for name in next(reader, [])]
    for column in COLUMNS:
        if column not in names:
            raise BadList(column=column)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, names, [cell.strip() for cell in cells]


def _read(
    round_id: int, rows: list[tuple[int, list[str], list[str]]], *, now: datetime
) -> tuple[list[Nominee], list[RowError]]:
    """Every row as a nominee, and every error."""
    classes = {c.code: c for c in programme.classes(round_id, drawn=False)}
    kelurahan = _kelurahan()
    read: list[Nominee] = []
    faults: list[tuple[int, str, Refusal]] = []
    first_row: dict[str, int] = {}
    for number, names, cells in rows:
        try:
            nominee = _nominee(number, names, cells, classes, kelurahan, now=now)
            nik = nominee.registration.nik
            if nik in first_row:
                raise _Faulty("nik", TwiceInList(row=first_row[nik]))
            first_row[nik] = number
            read.append(nominee)
        except _Faulty as fault:
            faults.append((number, fault.field, fault.refusal))
    known = people.by_niks(n.registration.nik for n in read)
    read = [_with_person(n, known.get(n.registration.nik)) for n in read]
    faults += _standing_faults(round_id, read)
    faults += _capacity_faults(read)
    return read, [RowError(row, field, *parts(no)) for row, field, no in sorted(faults, key=lambda f: f[:2])]


def _kelurahan() -> dict[str, str]:
    """Code by code and by lower-case name, names that several kelurahan have left out."""
    places = programme.places(kind="kelurahan")
    times = Counter(p.name.lower() for p in places)
    named = {p.name.lower(): p.code for p in places if times[p.name.lower()] == 1}
    return named | {p.code: p.code for p in places}


def _nominee(
    number: int,
    names: list[str],
    cells: list[str],
    classes: Mapping[str, programme.Class],
    kelurahan: Mapping[str, str],
    *,
    now: datetime,
) -> Nominee:
    """One row by itself. Raises _Faulty with the first thing that is wrong."""
    if len(cells) != len(names):
        raise _Faulty("", ShortRow(found=len(cells), wanted=len(names)))
    row = dict(zip(names, cells, strict=True))
    klass = classes.get(row["class"])
    if klass is None:
        raise _Faulty("class", NotNominated(text=row["class"]))
    place = kelurahan.get(row["kelurahan"]) or kelurahan.get(row["kelurahan"].lower())
    if place is None:
        raise _Faulty("kelurahan", PlaceUnknown(text=row["kelurahan"]))
    registration = Registration(
        name=row["name"],
        nik=row["nik"].replace(" ", ""),
        birth_date=_date(row["birth_date"]),
        kelurahan=place,
        notice_at=now,
    )
    try:
        people.check(registration, today=people.local_date(now), kelurahan=frozenset(kelurahan.values()))
    except Refusal as no:
        raise _Faulty(no.field or "", no) from no
    return Nominee(number, registration, _phone(row.get("phone", "")), klass, None)


def _date(text: str) -> date:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise _Faulty("birth_date", DateUnreadable(text=text))


def _phone(text: str) -> str:
    """A number in +62… form, "" for none."""
    digits = "".join(c for c in text if c.isdigit())
    if not digits:
        return ""
    national = digits.removeprefix("62").removeprefix("0")
    if not national.startswith("8") or not 9 <= len(national) <= 12:
        raise _Faulty("phone", PhoneUnreadable(text=text))
    return f"+62{national}"


def _with_person(nominee: Nominee, person_id: int | None) -> Nominee:
    return Nominee(nominee.row, nominee.registration, nominee.phone, nominee.klass, person_id)


def _standing_faults(round_id: int, read: list[Nominee]) -> Iterator[tuple[int, str, Refusal]]:
    """What the round already knows of those who are registered."""
    ids = [n.person_id for n in read if n.person_id]
    applied = set(
        Application.objects.filter(round=round_id, person__in=ids, state__in=["DRAFT", "SUBMITTED"])
        .exclude(state="DRAFT", submitted_at=None)
        .values_list("person_id", flat=True)
    )
    seated = set(
        Seat.objects.filter(round=round_id, person__in=ids, state=Seat.State.TAKEN).values_list(
            "person_id", flat=True
        )
    )
    named = set(Nomination.objects.filter(round=round_id, person__in=ids).values_list("person_id", flat=True))
    for n in read:
        if n.person_id is None:
            continue
        if people.person(n.person_id).birth_date != n.registration.birth_date:
            yield n.row, "birth_date", BirthDateDiffers()
        if n.person_id in seated | named:
            yield n.row, "nik", AlreadySeated()
        elif n.person_id in applied:
            yield n.row, "nik", NomineeApplied()


def _capacity_faults(read: list[Nominee]) -> Iterator[tuple[int, str, Refusal]]:
    """Rows beyond the seats that are free, the last ones of the list."""
    filled = seats.fillings({n.klass.id for n in read})
    left = {
        n.klass.id: filled[n.klass.id].free if n.klass.id in filled else sum(b.seats for b in n.klass.blocks)
        for n in read
    }
    for n in read:
        left[n.klass.id] -= 1
        if left[n.klass.id] < 0:
            yield n.row, "class", ClassFull(klass=n.klass.code)


def _write(
    round_id: int, nominees: list[Nominee], agency: str, letter: str, *, by: str, now: datetime
) -> None:
    ids = _persons(nominees, by=by, now=now)
    make_fills({n.klass.id: n.klass for n in nominees}.values())
    free = seats.free_blocks({n.klass.id for n in nominees})
    pools = {c: [block for block, left in blocks for _seat in range(left)] for c, blocks in free.items()}
    rows = []
    for person_id, n in zip(ids, nominees, strict=True):
        if not pools.get(n.klass.id):
            raise ClassFull(klass=n.klass.code)
        block = pools[n.klass.id].pop(0)
        rows.append(
            Seat(
                round_id=round_id,
                person_id=person_id,
                klass_id=n.klass.id,
                block_id=block,
                source=Seat.Source.NOMINATION,
                taken_at=now,
            )
        )
    Nomination.objects.bulk_create(
        [
            Nomination(
                round_id=round_id, person_id=s.person_id, agency=agency, letter=letter, klass_id=s.klass_id, by=by, at=now
            )
            for s in rows
        ],
        batch_size=1000,
    )  # fmt: skip
    with seats.guarded(nominees[0].klass.code):
        Seat.objects.bulk_create(rows, batch_size=1000)
    facts = [(s.person_id, {"klass": s.klass_id, "seat": str(s.pk), "source": "nomination"}) for s in rows]
    audit.record_many([("seat.taken", f"person:{p}", f) for p, f in facts], by=by, at=now)
    audit.record("nomination.taken", about=f"round:{round_id}", by=by, at=now, people=len(rows))


def _persons(nominees: list[Nominee], *, by: str, now: datetime) -> list[int]:
    """The persons of the list, in its order: registered if they were not, and seen by their agency."""
    accounts = people.accounts_for(n.phone for n in nominees if n.phone and n.person_id is None)
    new = [n for n in nominees if n.person_id is None]
    rows = [
        Registration(
            name=n.registration.name,
            nik=n.registration.nik,
            birth_date=n.registration.birth_date,
            kelurahan=n.registration.kelurahan,
            notice_at=now,
            account_id=accounts.get(n.phone),
        )
        for n in new
    ]
    made = dict(zip((n.row for n in new), people.register_many(rows, by=by, now=now), strict=True))
    ids = [n.person_id or made[n.row] for n in nominees]
    facts = people.facts(ids)
    people.see_many([(pk, "agency", False) for pk in ids if not facts[pk].seen], by=by, now=now)
    return ids
