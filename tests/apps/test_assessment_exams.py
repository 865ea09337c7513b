"""An exam is sat by whom the invigilator has seen, in an open session, three times at most."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.assessment import api as assessment
from ampera.apps.assessment import models
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

NOW = datetime(2027, 6, 1, 1, tzinfo=UTC)
START = NOW + timedelta(hours=1)
BY = audit.system("test")

pytestmark = pytest.mark.django_db


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def round_id():
    made = programme.load("palembang", by=BY, now=NOW)
    assessment.load_bank(by=BY, now=NOW)
    return made


@pytest.fixture
def klass(round_id):
    return programme.classes(round_id, level="dasar")[0]


@pytest.fixture
def persons(round_id):
    kelurahan = programme.places(kind="kelurahan")[0].code
    rows = [
        people.Registration(f"Orang {n}", f"16710101010100{n:02}", date(2001, 1, 1), kelurahan, NOW)
        for n in range(1, 4)
    ]
    return people.register_many(rows, by=BY, now=NOW)


def planned(klass, days=0):
    return assessment.open_session(
        klass.id, "exam-dasar-1", START + timedelta(days=days), "Ruang 1", by=BY, now=NOW
    )


def opened(klass, persons, days=0):
    session = planned(klass, days)
    assessment.present_many(session, persons, by=BY, now=NOW)
    assessment.start_session(session, key=key(), by=BY, now=NOW)
    return session


def begin(session, person):
    return assessment.start_exam(session, person, key=key(), by=BY, now=NOW)


def sit(sitting, n_right):
    codes = models.FormItem.objects.filter(form="exam-dasar-1").values_list("item_id", flat=True)
    sheet = [
        (code, models.Option.objects.filter(item=code, correct=n < n_right)[0].pk)
        for n, code in enumerate(codes)
    ]
    assessment.answer_many({sitting: sheet}, by=BY, now=NOW)
    return assessment.finish(sitting, key=key(), by=BY, now=NOW)


def close(session):
    return assessment.close_session(session, key=key(), by=BY, now=NOW)


def bites(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_a_session_is_planned_once_for_a_class_and_time(klass):
    assert planned(klass) == planned(klass)
    with pytest.raises(assessment.SessionExists):
        assessment.open_session(klass.id, "exam-dasar-1", START, "Ruang 2", by=BY, now=NOW)
    with pytest.raises(assessment.WrongForm):
        assessment.open_session(klass.id, "exam-mahir-1", START, "Ruang 1", by=BY, now=NOW)
    with pytest.raises(assessment.WrongForm):
        assessment.open_session(klass.id, "baseline-1", START, "Ruang 1", by=BY, now=NOW)
    with pytest.raises(assessment.SessionInThePast):
        assessment.open_session(klass.id, "exam-dasar-1", NOW - timedelta(1), "Ruang 1", by=BY, now=NOW)
    with pytest.raises(assessment.RoomMissing):
        assessment.open_session(klass.id, "exam-dasar-1", START, " ", by=BY, now=NOW)
    same = {"klass_id": klass.id, "form_id": "exam-dasar-1", "starts_at": START}
    with bites("exam_session_once_per_class_and_time|klass_id.*starts_at"), transaction.atomic():
        models.ExamSession.objects.create(**same, room="Ruang 9")


def test_nobody_begins_without_presence_in_an_open_session(klass, persons):
    session = planned(klass)
    with pytest.raises(assessment.NotPresent):
        begin(session, persons[0])
    assessment.present(session, persons[0], key=key(), by=BY, now=NOW, accommodation="waktu tambahan")
    with pytest.raises(assessment.SessionNotOpen):
        begin(session, persons[0])
    assessment.start_session(session, key=key(), by=BY, now=NOW)
    sitting = begin(session, persons[0])
    assert begin(session, persons[0]) == sitting
    with pytest.raises(assessment.NotPresent):
        begin(session, persons[1])
    close(session)
    with pytest.raises(assessment.SessionClosed):
        begin(session, persons[0])
    with pytest.raises(assessment.SessionClosed):
        assessment.present(session, persons[1], key=key(), by=BY, now=NOW)


def test_an_exam_is_never_begun_like_a_test_at_home(persons, round_id):
    with pytest.raises(ValueError, match="start_exam"):
        assessment.start(persons[0], round_id, "exam", key=key(), by=BY, now=NOW)


def test_the_database_refuses_an_exam_without_presence_in_an_open_session(klass, persons, round_id):
    def exam(session, person):
        with transaction.atomic():
            models.Sitting.objects.create(
                person_id=person,
                round_id=round_id,
                form_id="exam-dasar-1",
                purpose="exam",
                session_id=session,
                started_at=NOW,
            )

    session = planned(klass)
    for session_id in (None, session):
        with bites("exam_needs_presence_in_an_open_session"):
            exam(session_id, persons[0])
    assessment.present(session, persons[0], key=key(), by=BY, now=NOW)
    with bites("exam_needs_presence_in_an_open_session"):
        exam(session, persons[0])
    assessment.start_session(session, key=key(), by=BY, now=NOW)
    exam(session, persons[0])
    close(session)
    with bites("exam_needs_presence_in_an_open_session"):
        exam(session, persons[0])


def test_presence_and_incidents_stay_as_they_were_written(klass, persons):
    session = opened(klass, persons)
    assessment.present(session, persons[0], key=key(), by=BY, now=NOW)
    assert models.Presence.objects.filter(session=session).count() == 3
    with bites("presence_once_per_session|session_id.*person_id"), transaction.atomic():
        models.Presence.objects.create(session_id=session, person_id=persons[0], seen_by=BY, seen_at=NOW)
    same = key()
    first = assessment.incident(session, "Listrik padam", key=same, by=BY, now=NOW)
    assert assessment.incident(session, "Listrik padam", key=same, by=BY, now=NOW) == first
    with pytest.raises(assessment.NothingReported):
        assessment.incident(session, "  ", key=key(), by=BY, now=NOW)
    for table, rows in (("presence", models.Presence.objects), ("incident", models.Incident.objects)):
        with bites(f"assessment_{table}_rows_never_change"), transaction.atomic():
            rows.update(session=session)
        with bites(f"assessment_{table}_rows_never_go"), transaction.atomic():
            rows.all()._raw_delete("default")


def test_the_pass_mark_decides_on_the_wle_and_not_on_the_eap(klass, persons):
    session = opened(klass, persons)
    mark = assessment.form("exam-dasar-1").pass_theta
    results = {n: sit(begin(session, person), n) for n, person in zip((9, 10, 16), persons, strict=True)}
    assert [results[n].wle >= mark for n in results] == [False, True, True]
    passes = assessment.passes(klass.id)
    assert set(passes) == set(persons[1:])
    assert all(assessment.passed(sitting) for sitting in passes.values())
    session_now = assessment.session(session)
    assert (session_now.present, session_now.finished, session_now.passed) == (3, 3, 2)


def test_an_unfinished_or_another_kind_of_sitting_is_no_pass(klass, persons, round_id):
    sitting = begin(opened(klass, persons), persons[0])
    assert not assessment.passed(sitting)
    baseline = assessment.start(persons[0], round_id, "baseline", key=key(), by=BY, now=NOW)
    assert not assessment.passed(baseline)


def test_closing_a_session_finishes_what_was_left_open_and_only_once(klass, persons):
    session = opened(klass, persons)
    sitting = begin(session, persons[0])
    code = assessment.next_item(sitting, "id")
    assessment.answer(sitting, code.code, code.options[0][0], key=key(), by=BY, now=NOW)
    empty = begin(session, persons[1])
    assert close(session) == 2
    assert close(session) == 0
    assert assessment.score(empty).raw == 0
    assert assessment.rescore(sitting) == assessment.score(sitting)
    assert assessment.session(session).state == "CLOSED"
    with pytest.raises(assessment.SessionClosed):
        assessment.start_session(session, key=key(), by=BY, now=NOW)


def test_a_session_that_never_began_is_not_closed(klass):
    with pytest.raises(assessment.SessionNotOpen):
        close(planned(klass))


def test_who_has_not_passed_may_try_twice_more_and_who_has_may_not(klass, persons):
    failing, passing = persons[:2]
    sitting = begin(opened(klass, persons), passing)
    sit(sitting, 16)
    for n in range(3):
        session = opened(klass, persons, days=n)
        sit(begin(session, failing), 3)
    last = opened(klass, persons, days=3)
    with pytest.raises(assessment.NoRetakeLeft):
        begin(last, failing)
    with pytest.raises(assessment.AlreadyPassed):
        begin(last, passing)
    state = assessment.exam(klass.id, failing)
    assert (state.attempts, state.retakes_left, state.passed) == (3, 0, False)
    assert assessment.exam(klass.id, passing).passed


def test_a_candidate_sees_the_session_that_counts_now(klass, persons):
    person = persons[0]
    nothing = assessment.exam(klass.id, person)
    assert (nothing.session_id, nothing.state, nothing.present) == (None, "", False)
    assert (nothing.attempts, nothing.retakes_left) == (0, 3)
    first, second = planned(klass), planned(klass, days=1)
    assert assessment.exam(klass.id, person).session_id == first
    assessment.present(first, person, key=key(), by=BY, now=NOW)
    assessment.start_session(first, key=key(), by=BY, now=NOW)
    sitting = begin(first, person)
    state = assessment.exam(klass.id, person)
    assert (state.session_id, state.state, state.present, state.sitting_id) == (first, "OPEN", True, sitting)
    assert not state.finished
    sit(sitting, 3)
    assert assessment.exam(klass.id, person).finished
    close(first)
    state = assessment.exam(klass.id, person)
    assert (state.session_id, state.present, state.sitting_id, state.attempts) == (second, False, None, 1)
    assert not state.finished


def test_sessions_of_a_day_are_those_of_the_place(klass):
    session = planned(klass)
    local = date(2027, 6, 1)
    assert [s.id for s in assessment.sessions(on=local)] == [session]
    assert assessment.sessions(on=local + timedelta(1)) == assessment.sessions(class_ids=[]) == ()
    late = assessment.open_session(
        klass.id, "exam-dasar-1", datetime(2027, 6, 1, 17, 30, tzinfo=UTC), "Ruang 1", by=BY, now=NOW
    )
    assert [s.id for s in assessment.sessions(on=date(2027, 6, 2))] == [late]


def test_many_begin_by_the_same_rules_as_one(klass, persons):
    session = planned(klass)
    assessment.present_many(session, persons[:2], by=BY, now=NOW)
    assessment.start_session(session, key=key(), by=BY, now=NOW)
    with pytest.raises(assessment.NotPresent):
        assessment.start_exams(session, persons, by=BY, now=NOW)
    first = begin(session, persons[0])
    begun = assessment.start_exams(session, persons[:2], by=BY, now=NOW)
    assert begun[persons[0]] == first and set(begun) == set(persons[:2])
