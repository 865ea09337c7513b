"""Drills: half true, unseen first, one answer each, read in plain words that claim no more than the answers do."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from ampera.apps.audit import api as audit
from ampera.apps.drills import api as drills
from ampera.apps.drills.models import Judgement, Message, Session
from ampera.apps.drills.words import LOOK_OUT, said
from ampera.content.messages import KINDS
from ampera.cores.detection import Leaning, Skill

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
BY = audit.system("test")
VISITOR = audit.session("a browser")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank(db):
    drills.load_messages(by=BY, now=NOW)


def judge_all(session_id, says, *, visitor=VISITOR, now=NOW):
    while shown := drills.next(session_id):
        truth = Message.objects.get(pk=shown.code).truth
        drills.judge(
            session_id=session_id, code=shown.code, said_true=says(truth), key=f"{session_id}{shown.code}",
            by=visitor, now=now,
        )  # fmt: skip


def exercise(says, *, key="k", now=NOW):
    session_id = drills.start(visitor=VISITOR, key=key, now=now)
    judge_all(session_id, says, now=now)
    return session_id


def truths(session_id):
    codes = Session.objects.get(pk=session_id).order.split()
    return {code: Message.objects.get(pk=code).truth for code in codes}


def test_an_exercise_is_half_true_and_half_false():
    for key in "abc":
        shown = truths(exercise(lambda truth: truth, key=key))
        assert len(shown) == drills.LENGTH and sum(shown.values()) == drills.LENGTH // 2


def test_unseen_messages_come_before_seen_ones():
    first, second = (truths(exercise(lambda truth: truth, key=key)) for key in "ab")
    assert not first.keys() & second.keys()


def test_a_message_whose_review_day_has_come_is_not_shown():
    kept = list(Message.objects.filter(truth=True).values_list("pk", flat=True)[:4])
    Message.objects.filter(truth=True).exclude(pk__in=kept).update(review_on=date(2026, 11, 25))
    shown = truths(drills.start(visitor=VISITOR, key="k", now=NOW))
    assert {code for code, truth in shown.items() if truth} == set(kept), "fewer, but still half and half"
    assert len(shown) == 8
    Message.objects.update(review_on=date(2026, 11, 25))
    with pytest.raises(drills.NothingFresh):
        drills.start(visitor=VISITOR, key="later", now=NOW + timedelta(days=2))


def test_starting_twice_with_one_tap_is_one_exercise_and_an_open_one_is_gone_on_with():
    one = drills.start(visitor=VISITOR, key="k", now=NOW)
    assert drills.start(visitor=VISITOR, key="k", now=NOW) == one
    assert drills.start(visitor=VISITOR, key="another tab", now=NOW) == one
    assert Session.objects.count() == 1


def test_the_same_answer_twice_is_harmless_and_another_one_is_refused():
    session_id = drills.start(visitor=VISITOR, key="k", now=NOW)
    code = drills.next(session_id).code
    same = {"session_id": session_id, "code": code, "by": VISITOR, "now": NOW}
    first = drills.judge(**same, said_true=True, key="1")
    assert drills.judge(**same, said_true=True, key="1") == first
    assert drills.judge(**same, said_true=True, key="2") == first
    with pytest.raises(drills.AlreadyJudged):
        drills.judge(**same, said_true=False, key="3")
    assert Judgement.objects.get().said_true is True


def test_nobody_answers_in_somebody_elses_exercise_or_outside_its_messages():
    session_id = drills.start(visitor=VISITOR, key="k", now=NOW)
    inside = truths(session_id)
    other = Message.objects.exclude(pk__in=inside).first().pk
    for code, by in ((next(iter(inside)), "session:other"), (other, VISITOR)):
        with pytest.raises(drills.NotInThisSession):
            drills.judge(session_id=session_id, code=code, said_true=True, key=by + code, by=by, now=NOW)


def test_judgement_once_per_message_bites():
    session_id = exercise(lambda truth: truth)
    row = Judgement.objects.first()
    with (
        pytest.raises(IntegrityError, match=r"judgement_once_per_message|judgement\.session_id"),
        transaction.atomic(),
    ):
        Judgement.objects.create(
            session_id=session_id, message_id=row.message_id, said_true=True, truth=True, at=NOW
        )
    with pytest.raises(IntegrityError, match="drills_judgement_rows_never_change"), transaction.atomic():
        Judgement.objects.update(said_true=True)
    with pytest.raises(IntegrityError, match="drills_judgement_rows_never_go"), transaction.atomic():
        Judgement.objects.filter(pk=row.pk).delete()


def test_whoever_calls_everything_false_tells_nothing_apart_and_hears_which_way_they_lean():
    found = drills.result(exercise(lambda truth: False))
    assert found.d_prime == pytest.approx(0) and found.low < 0 < found.high
    assert found.right == 6 and found.false_alarms == 6
    assert (found.skill, found.leaning) == (Skill.CANNOT_TELL, Leaning.SAYS_FALSE)
    assert "Anda cenderung menyebut pesan asli palsu" in said(found).leaning


def test_whoever_judges_all_rightly_recognises_false_messages_and_leans_nowhere():
    found = drills.result(exercise(lambda truth: truth))
    assert found.right == found.of == 12 and found.missed == ()
    assert found.skill is Skill.TELLS_APART and found.criterion == pytest.approx(0)
    least, most = found.tenths
    assert 5 < least < most == 10


def test_a_result_waits_for_the_last_answer():
    session_id = drills.start(visitor=VISITOR, key="k", now=NOW)
    with pytest.raises(drills.Unfinished):
        drills.result(session_id)


def test_exercises_together_count_a_message_at_first_sight_only():
    first = exercise(lambda truth: False, key="a")
    assert drills.so_far(VISITOR) is None
    for n in range(12):  # every message of the bank at least twice
        exercise(lambda truth: truth, key=f"b{n}", now=NOW + timedelta(hours=n + 1))
    together = drills.so_far(VISITOR)
    assert together.of == Message.objects.count()
    assert together.false_alarms == drills.result(first).false_alarms == 6


def test_each_kind_of_message_has_a_piece_of_advice():
    assert set(KINDS) == set(LOOK_OUT)


def page(client, url):
    answer = client.get(url, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    body = answer.content if answer.get("content-encoding") else gzip.compress(answer.content)
    assert len(body) <= 30 * 1024
    return gzip.decompress(body).decode()


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_visitor_without_account_goes_from_the_intro_to_the_result(
    client, language, django_assert_max_num_queries
):
    client.cookies["django_language"] = language
    assert 'name="key"' in page(client, "/latihan/")
    tap = {"key": uuid4()}
    begun = client.post("/latihan/", tap)
    assert client.post("/latihan/", tap).url == begun.url, "a double tap starts nothing new"
    where = client.get(begun.url).url
    for position in range(1, 13):
        twice = uuid4()
        assert where.endswith(f"/{position}/")
        with django_assert_max_num_queries(12):
            text = page(client, where)
        assert 'value="true"' in text and 'value="false"' in text
        with django_assert_max_num_queries(20):
            client.post(where, {"key": twice, "said": "false"})
        client.post(where, {"key": twice, "said": "true"})
        assert 'name="said"' not in page(client, where), "answered at once, and only once"
        where = client.get(begun.url).url
    with django_assert_max_num_queries(12):
        text = page(client, where)
    assert ("Anda cenderung" if language == "id" else "You tend to call genuine") in text
    assert Judgement.objects.filter(said_true=False).count() == Judgement.objects.count() == 12
    assert Client().get(where).status_code == 404, "nobody else sees it"


def test_of_two_taps_by_a_browser_without_a_session_each_begins_its_own_exercise():
    """Both were sent before either was answered, so each is given a session; the browser keeps that of the last answer."""
    key, begun = str(uuid4()), []
    for _tap in range(2):
        browser = Client()
        for _again in range(2):
            answer = browser.post("/latihan/", {"key": key})
            assert answer.status_code == 302 and browser.get(answer.url, follow=True).status_code == 200
        begun.append(answer.url)
    assert begun[0] != begun[1] and Session.objects.count() == 2
