"""Civil servants by an agency's list: every error by row, all or nobody, outside the draw."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, Nomination, Seat
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from tests.apps.drawn_round import FIRST, LOADED, applied, nik, opened_round, proposed

pytestmark = pytest.mark.django_db

HEADER = "nik,name,birth_date,kelurahan,class,phone"


@pytest.fixture
def round_id():
    return opened_round()


@pytest.fixture
def klass(round_id):
    return programme.classes(round_id, drawn=False)[0]


def row(number, klass, **change):
    cells = {
        "nik": nik(number),
        "name": f"Pegawai {number}",
        "birth_date": "17-05-1990",
        "kelurahan": "16.71.01.1001",
        "class": klass.code,
        "phone": "",
    }
    return ",".join((cells | change).values())


def nominate(round_id, *rows, dry_run=False, key="list", header=HEADER):
    return admissions.nominate(
        round_id, "\n".join([header, *rows]) + "\n", "Dinas Kominfo", "800/12/2027",
        dry_run=dry_run, key=key, by=FIRST, now=LOADED,
    )  # fmt: skip


def test_a_dry_run_changes_nothing_and_the_list_then_seats_everybody_once(round_id, klass):
    rows = [row(n, klass) for n in range(1, 5)]
    assert nominate(round_id, *rows, dry_run=True) == admissions.Report(4, ())
    assert not Nomination.objects.exists() and not people.by_niks([nik(1)])
    assert nominate(round_id, *rows) == nominate(round_id, *rows) == admissions.Report(4, ())
    assert Nomination.objects.count() == Seat.objects.filter(source="nomination").count() == 4
    person = people.person(people.by_niks([nik(1)])[nik(1)])
    assert person.seen.how == "agency" and person.account_id is None


def test_a_phone_gives_an_account_and_semicolons_are_read_too(round_id, klass):
    line = row(1, klass, phone="0812-3456-7890").replace(",", ";")
    assert not nominate(round_id, line, header=HEADER.replace(",", ";")).errors
    found = people.by_niks([nik(1)])[nik(1)]
    assert people.person(found).account_id == people.account_for("+6281234567890")


def test_every_error_comes_with_its_row_field_and_remedy_and_nothing_is_written(round_id, klass):
    report = nominate(
        round_id,
        row(1, klass),
        row(2, klass, nik="123"),
        row(3, klass, birth_date="yesterday"),
        row(4, klass, kelurahan="Atlantis"),
        row(5, klass, **{"class": "DSR-A-01"}),
        row(1, klass),
        row(7, klass, phone="12"),
        row(8, klass) + ",too,many",
        row(9, klass, name=""),
    )
    assert [(e.row, e.field) for e in report.errors] == [
        (3, "nik"), (4, "birth_date"), (5, "kelurahan"), (6, "class"), (7, "nik"), (8, "phone"), (9, ""), (10, "name"),
    ]  # fmt: skip
    assert all(e.what and e.remedy for e in report.errors)
    assert not Nomination.objects.exists() and not people.by_niks([nik(1)])


def test_a_list_with_errors_can_be_mended_and_sent_again_with_the_same_key(round_id, klass):
    assert nominate(round_id, row(1, klass, nik="123")).errors
    assert not nominate(round_id, row(1, klass)).errors


def test_more_people_than_seats_are_errors_of_the_last_rows(round_id, klass):
    rows = [row(n, klass) for n in range(1, klass.seats + 3)]
    assert [e.row for e in nominate(round_id, *rows).errors] == [klass.seats + 2, klass.seats + 3]
    assert not nominate(round_id, *rows[: klass.seats]).errors
    again = nominate(round_id, row(40, klass), key="second")
    assert [(e.row, e.field) for e in again.errors] == [(2, "class")]


def test_who_applied_or_was_named_before_or_has_another_birth_date_is_refused(round_id, klass):
    applied(round_id, count=2)
    nominate(round_id, row(30, klass), key="first")
    report = nominate(
        round_id, row(1, klass), row(2, klass, birth_date="1991-05-17"), row(30, klass), key="second"
    )
    assert [(e.row, e.field) for e in report.errors] == [
        (2, "nik"), (3, "birth_date"), (3, "nik"), (4, "nik"),
    ]  # fmt: skip


@pytest.mark.parametrize("column", ["nik", "class"])
def test_a_missing_column_is_named(round_id, klass, column):
    with pytest.raises(admissions.BadList) as no:
        nominate(round_id, row(1, klass), header=HEADER.replace(column, "other"))
    assert no.value.facts == {"column": column}


def test_nominees_are_not_in_the_draw_even_if_they_applied(round_id, klass):
    ids = applied(round_id, count=6)
    nominate(round_id, row(30, klass))
    named = Nomination.objects.get().person_id
    person = Application.objects.get(pk=ids[0]).person_id
    seat = Seat.objects.get(person=named)
    Seat.objects.create(
        round_id=round_id, person_id=person, klass_id=seat.klass_id, block_id=seat.block_id, source="nomination", taken_at=LOADED
    )  # fmt: skip
    seen = proposed(round_id)
    standing = {s.application_id: s.why for s in admissions.provisional(round_id)}
    assert standing[ids[0]] == "nominated"
    assert seen.applicants == 4 and seen.left_out["nominated"] == 1


def test_a_nomination_is_once_a_person_and_round_and_never_changes(round_id, klass):
    nominate(round_id, row(1, klass))
    found = Nomination.objects.get()
    with (
        pytest.raises(IntegrityError, match=r"nomination_once|admissions_nomination\.round_id"),
        transaction.atomic(),
    ):
        Nomination.objects.create(
            round_id=round_id, person_id=found.person_id, agency="x", letter="x", klass_id=found.klass_id, by="x", at=LOADED
        )  # fmt: skip
    for statement in ("UPDATE admissions_nomination SET letter = 'x'", "DELETE FROM admissions_nomination"):
        with (
            pytest.raises(DatabaseError, match="admissions_nomination_rows_never"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
