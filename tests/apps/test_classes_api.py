"""Classes: meetings from the plan, a code that turns, grades that come in whole or not at all."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ampera.apps.audit import api as audit
from ampera.apps.classes import api as classes
from ampera.apps.classes.attendance import _digits
from ampera.apps.classes.models import Attendance, Grade, Meeting
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.apps.programme.api import Weight

from .taught_class import FIRST, LOADED, SYSTEM, attended, key, loaded, seated

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def klass(once):
    return programme.classes(loaded(), level="dasar")[0]


@pytest.fixture(scope="module")
def persons(klass):
    return seated(klass, 3)


@pytest.fixture
def held(klass):
    return classes.timetable(klass.id, by=SYSTEM, now=LOADED)


def attend(meeting, person, code, now, **change):
    classes.attend(meeting.id, person, code, **({"key": key(), "by": FIRST, "now": now} | change))


# --- the timetable ---


def test_a_class_meets_on_its_days_from_the_plan_s_first_day_on(klass, held):
    plan = programme.plan(klass.round_id)
    assert [m.number for m in held] == list(range(1, klass.meetings + 1))
    for meeting in held:
        starts = timezone.localtime(meeting.starts_at)
        assert programme.DAYS[starts.weekday()] in klass.days
        assert (starts.time(), timezone.localtime(meeting.ends_at).time()) == (klass.starts_at, klass.ends_at)
        assert starts.date() >= plan.classes_start_on
    assert list(held) == sorted(held, key=lambda m: m.starts_at)


def test_a_timetable_made_twice_is_the_same(klass, held):
    assert classes.timetable(klass.id, by=SYSTEM, now=LOADED) == held
    assert len(audit.events(verb="class.timetabled")) == 1


def test_a_moved_class_keeps_the_meetings_that_were_and_tells_everybody_without_a_link(klass, held, persons):
    middle = held[2].ends_at + timedelta(minutes=1)
    with pytest.raises(classes.NothingMoved):
        classes.follow_move(klass.id, key=key(), by=FIRST, now=middle)
    moved = programme.class_moved(
        klass.id,
        room="Aula Baru",
        days=("minggu",),
        starts_at=time(9),
        ends_at=time(11),
        key=key(),
        by=FIRST,
        now=middle,
    )
    assert classes.untold_move(klass.id) == middle
    told = classes.follow_move(klass.id, key="f", by=FIRST, now=middle)
    assert told == 3 == classes.follow_move(klass.id, key="f", by=FIRST, now=middle)
    assert classes.untold_move(klass.id) is None
    after = classes.meetings(klass.id)
    assert after[:3] == held[:3] and len(after) == len(held)
    assert all(timezone.localtime(m.starts_at).weekday() == 6 for m in after[3:])
    (message,) = messaging.latest(to=people.phone(persons[0]))
    assert moved.room in message.body and "://" not in message.body


def test_a_meeting_is_numbered_once(held):
    row = Meeting.objects.get(pk=held[0].id)
    row.pk = None
    with pytest.raises(IntegrityError, match=r"meeting_number_once_per_class|classes_meeting\.klass_id"), transaction.atomic():  # fmt: skip
        row.save()


# --- attendance ---


def test_the_code_is_a_time_based_one_time_password():
    """RFC 6238, appendix B: SHA-256, 8 digits; its last six are ours, since both are one number modulo 10^n."""
    secret = b"12345678901234567890123456789012".hex()
    published = {59: "46119246", 1111111109: "68084774", 1111111111: "67062674", 1234567890: "91819424"}
    for at, digits in published.items():
        assert _digits(secret, at // 30) == digits[-6:]


def test_the_code_turns_every_half_minute_and_an_old_one_is_refused(held, persons):
    start = held[0].starts_at
    first = classes.code(held[0].id, now=start)
    assert (
        first.seconds == 30 and first.code == classes.code(held[0].id, now=start + timedelta(seconds=29)).code
    )
    assert first.code != classes.code(held[0].id, now=start + timedelta(seconds=30)).code
    attend(held[0], persons[0], first.code, start + timedelta(seconds=59))
    with pytest.raises(classes.CodeWrong) as no:
        attend(held[0], persons[1], first.code, start + timedelta(seconds=60))
    assert "newest" in no.value.mend
    assert classes.present(held[0].id) == {persons[0]: "code"}


def test_the_code_of_one_meeting_is_none_of_another(held, persons):
    code = classes.code(held[0].id, now=held[0].starts_at).code
    with pytest.raises(classes.NotDuringTheMeeting):
        attend(held[1], persons[0], code, held[0].starts_at)
    with pytest.raises(classes.CodeWrong):
        attend(held[1], persons[0], code, held[1].starts_at)


@pytest.mark.parametrize("minutes, open_", [(-16, False), (-15, True), (0, True), (600, False)])
def test_attendance_by_code_is_open_only_while_the_class_meets(held, persons, minutes, open_):
    at = held[0].starts_at + timedelta(minutes=minutes)
    if open_:
        attend(held[0], persons[0], classes.code(held[0].id, now=at).code, at)
        return
    with pytest.raises(classes.NotDuringTheMeeting):
        classes.code(held[0].id, now=at)
    with pytest.raises(classes.NotDuringTheMeeting):
        attend(held[0], persons[0], "000000", at)


def test_spaces_in_a_typed_code_do_not_matter(held, persons):
    code = classes.code(held[0].id, now=held[0].starts_at).code
    attend(held[0], persons[0], f" {code[:3]} {code[3:]} ", held[0].starts_at)


def test_who_guesses_is_shut_out_of_the_code_but_not_of_the_class(held, persons):
    start = held[0].starts_at
    right = classes.code(held[0].id, now=start).code
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(classes.TRIES):
        with pytest.raises(classes.CodeWrong):
            attend(held[0], persons[0], wrong, start)
    with pytest.raises(classes.TooManyTries):
        attend(held[0], persons[0], right, start)
    attend(held[0], persons[1], right, start)
    classes.attend_by_hand(held[0].id, [persons[0]], key=key(), by=FIRST, now=start)
    assert classes.counts(held[0].class_id) == {held[0].id: 2}


def test_only_who_sits_in_the_class_is_marked_present(klass, held, persons):
    other = programme.classes(klass.round_id, level="dasar")[1]
    (stranger,) = seated(other, 1, start=9)
    start = held[0].starts_at
    with pytest.raises(classes.NoSeatHere):
        attend(held[0], stranger, classes.code(held[0].id, now=start).code, start)
    with pytest.raises(classes.NoSeatHere):
        classes.attend_by_hand(held[0].id, [persons[0], stranger], key=key(), by=FIRST, now=start)
    with pytest.raises(classes.NoSeatHere):
        classes.attend_many([(held[0].id, stranger)], by=FIRST, now=start)
    assert Attendance.objects.count() == 0


def test_nobody_is_marked_present_before_the_meeting(held, persons):
    with pytest.raises(classes.NotYetMet):
        classes.attend_by_hand(held[1].id, persons, key=key(), by=FIRST, now=held[0].starts_at)


def test_being_there_twice_is_once_in_the_verbs_and_in_the_database(held, persons):
    start = held[0].starts_at
    for _ in range(2):
        attend(held[0], persons[0], classes.code(held[0].id, now=start).code, start)
    assert classes.attend_by_hand(held[0].id, persons, key="h", by=FIRST, now=start) == 2
    assert classes.attend_by_hand(held[0].id, persons, key="h", by=FIRST, now=start) == 2
    assert classes.attend_many([(held[0].id, p) for p in persons], by=FIRST, now=start) == 0
    row = Attendance.objects.first()
    row.pk = None
    with pytest.raises(IntegrityError, match=r"attendance_once_per_meeting|classes_attendance\.meeting_id"), transaction.atomic():  # fmt: skip
        row.save()


def test_attendance_and_grades_are_never_changed_or_deleted(klass, persons):
    attended(klass, persons, meetings=1)
    classes.grade_many(klass.id, [(persons[0], "kuis", Decimal(70))], by=FIRST, now=LOADED)
    for change in (
        lambda: Attendance.objects.update(how="hand"),
        lambda: Attendance.objects.all().delete(),
        lambda: Grade.objects.update(score=100),
        lambda: Grade.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match=r"classes_\w+_rows_never_(change|go)"), transaction.atomic():
            change()


def test_many_are_marked_present_in_a_few_statements(klass, held, persons, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        assert classes.attend_many([(m.id, p) for m in held for p in persons], by=FIRST, now=held[-1].ends_at) == len(held) * 3  # fmt: skip


# --- grades ---


def filled(klass, *cells: str, sep=",") -> str:
    """The class's own roster file, with its three grade cells of each line replaced."""
    lines = classes.roster_csv(klass.id).splitlines()
    return "\r\n".join(
        [lines[0].replace(",", sep)]
        + [sep.join([*line.split(",")[:2], cell]) for line, cell in zip(lines[1:], cells, strict=False)]
    )


def import_grades(klass, text, *, dry_run=False, **change):
    fields = {"key": key(), "by": FIRST, "now": LOADED} | change
    return classes.import_grades(klass.id, text, dry_run=dry_run, **fields)


def test_the_roster_file_has_pseudonyms_and_names_and_nothing_else_about_people(klass, persons):
    text = classes.roster_csv(klass.id)
    assert text.splitlines()[0] == "\ufeffpseudonym,name,kuis,proyek,tugas"
    assert "Siswa 1" in text
    for secret in ("167101", "+62", people.person(persons[0]).pseudonym):
        assert secret not in text


def test_a_name_like_a_formula_is_made_harmless(klass, persons):
    people.correct(persons[0], name="=HYPERLINK(1)", birth_date=people.person(persons[0]).birth_date, kelurahan=people.person(persons[0]).kelurahan, key=key(), by=SYSTEM, now=LOADED)  # fmt: skip
    assert "'=HYPERLINK(1)" in classes.roster_csv(klass.id)


def test_a_dry_run_changes_nothing_and_lists_every_mistake_by_row(klass, persons):
    good = filled(klass, "80,90,70", "101,x,60", "50.123,,-1")
    lines = good.splitlines()
    text = "\n".join([lines[0] + ",absen", *lines[1:], lines[1], "nobody,N,1,2,3", ""])
    report = import_grades(klass, text, dry_run=True)
    assert [(e.row, e.field) for e in report.errors] == [
        (1, "absen"), (3, "kuis"), (3, "proyek"), (4, "kuis"), (4, "tugas"), (5, "pseudonym"), (6, "pseudonym"),
    ]  # fmt: skip
    assert all(e.what % e.facts and e.remedy for e in report.errors)
    assert (report.rows, report.stored) == (3, 0)
    assert Grade.objects.count() == 0
    with pytest.raises(classes.FileRefused):
        import_grades(klass, text)
    assert Grade.objects.count() == 0


def test_a_file_without_its_heading_is_refused_in_words(klass, persons):
    for text in ("", "a,b\n1,2", "\n\n"):
        (error, *_rest) = import_grades(klass, text, dry_run=True).errors
        assert (error.row, error.field) == (1, "pseudonym")


def test_grades_come_in_as_an_indonesian_spreadsheet_saves_them(klass, persons):
    report = import_grades(klass, filled(klass, "87,5;90;70", "60;;65", sep=";"))
    assert report.stored == 5
    rows = {row.name: row for row in classes.roster(klass.id)}
    assert rows["Siswa 1"].scores == {"kuis": Decimal("87.5"), "proyek": Decimal(90), "tugas": Decimal(70)}
    assert rows["Siswa 1"].final.grade == Decimal("83.25")  # .3 × 87.5 + .4 × 90 + .3 × 70
    assert rows["Siswa 2"].final.grade is None


def test_a_correction_is_a_new_row_and_the_newest_counts(klass, persons):
    text = filled(klass, "80,90,70")
    assert import_grades(klass, text).stored == 3
    assert import_grades(klass, text).stored == 0
    assert import_grades(klass, text.replace(",80,", ",85,")).stored == 1
    assert Grade.objects.count() == 4
    assert classes.grades(klass.id)[persons[0]]["kuis"] == Decimal(85)


def test_the_same_file_sent_twice_by_a_double_tap_is_stored_once(klass, persons):
    text = filled(klass, "80,90,70")
    assert import_grades(klass, text, key="k").stored == import_grades(klass, text, key="k").stored == 3
    with pytest.raises(audit.KeyReused):
        import_grades(klass, text.replace(",80,", ",81,"), key="k")


def test_the_database_itself_keeps_a_grade_between_0_and_100(klass, persons):
    classes.grade_many(klass.id, [(persons[0], "kuis", Decimal(70))], by=FIRST, now=LOADED)
    row = Grade.objects.get()
    row.pk, row.score = None, Decimal("100.01")
    with pytest.raises(IntegrityError, match="grade_between_0_and_100"), transaction.atomic():
        row.save()


def test_attendance_comes_in_by_file_and_takes_nobody_away(klass, held, persons):
    now = held[1].ends_at
    classes.attend_by_hand(held[0].id, persons[:1], key=key(), by=FIRST, now=now)
    lines = classes.attendance_csv(klass.id).splitlines()
    assert lines[1].split(",")[2] == "1"
    rows = [line.split(",") for line in lines[1:]]
    text = "\n".join(
        [
            "pseudonym,name,1,2",
            *(",".join([*row[:2], "", mark]) for row, mark in zip(rows, "1x0", strict=True)),
        ]
    )
    take = {"by": FIRST, "now": now}
    assert classes.import_attendance(klass.id, text, dry_run=True, key=key(), **take).values == 2
    assert classes.import_attendance(klass.id, text, dry_run=False, key=key(), **take).stored == 2
    assert classes.counts(klass.id) == {held[0].id: 1, held[1].id: 2}
    early = classes.import_attendance(klass.id, text.replace(",1,2", ",1,3"), dry_run=True, key=key(), **take)
    assert [(e.row, e.field) for e in early.errors] == [(1, "3")]


# --- what it comes to ---


def test_who_was_there_for_the_planned_share_of_meetings_is_complete(klass, held, persons):
    needed = programme.plan(klass.round_id).attendance_share * len(held)
    enough = -int(-needed // 1)
    attended(klass, persons[:1], meetings=enough)
    attended(klass, persons[1:2], meetings=enough - 1)
    final = classes.final(klass.id, persons)
    assert [final[p].complete for p in persons] == [True, False, False]
    assert [final[p].attended for p in persons] == [enough, enough - 1, 0]


def test_a_class_is_finished_after_its_last_meeting(klass):
    assert not classes.finished(klass.id, datetime(2030, 1, 1, tzinfo=LOADED.tzinfo))
    held = classes.timetable(klass.id, by=SYSTEM, now=LOADED)
    assert classes.finished(klass.id, held[-1].ends_at) and not classes.finished(klass.id, held[-1].starts_at)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5), st.data())
def test_a_weighted_grade_lies_between_the_lowest_and_the_highest_score(scores, data):
    parts = data.draw(st.lists(st.integers(1, 100), min_size=len(scores), max_size=len(scores)))
    weights = tuple(Weight(i, f"c{i}", "", Decimal(part) / sum(parts)) for i, part in enumerate(parts))
    found = classes.weighted({f"c{i}": Decimal(s) for i, s in enumerate(scores)}, weights)
    assert min(scores) <= found <= max(scores)
    assert classes.weighted({}, weights) is None
