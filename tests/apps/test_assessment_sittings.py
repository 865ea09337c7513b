"""A test is sat once, answer by answer, and its score can be counted again from the answers."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.assessment import api as assessment
from ampera.apps.assessment import models
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.content import bank as content

NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)
BY = audit.system("test")

pytestmark = pytest.mark.django_db


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture(scope="module")
def round_id(once):
    made = programme.load("palembang", by=BY, now=NOW)
    assessment.load_bank(by=BY, now=NOW)
    return made


@pytest.fixture(scope="module")
def persons(round_id):
    """Three persons, registered without a phone."""
    kelurahan = programme.places(kind="kelurahan")[0].code
    rows = [
        people.Registration(f"Orang {n}", f"16710101010100{n:02}", date(2001, 1, 1), kelurahan, NOW)
        for n in range(1, 4)
    ]
    return people.register_many(rows, by=BY, now=NOW)


@pytest.fixture
def sitting(persons, round_id):
    return assessment.start(persons[0], round_id, "baseline", key=key(), by=BY, now=NOW)


def right(code: str) -> int:
    return models.Option.objects.get(item=code, correct=True).pk


def wrong(code: str) -> int:
    return models.Option.objects.filter(item=code, correct=False)[0].pk


def give(sitting, code, option):
    assessment.answer(sitting, code, option, key=key(), by=BY, now=NOW)


def answer_all(sitting, n_right=99, leave=0):
    """The first n_right questions right, the others wrong, the last few left."""
    for n in range(assessment.sitting(sitting).of - leave):
        code = assessment.next_item(sitting, "id").code
        give(sitting, code, right(code) if n < n_right else wrong(code))


def bites(name: str):
    return pytest.raises(IntegrityError, match=name)


# --- the bank ---


def test_the_bank_is_in_the_tables_and_loading_it_again_changes_nothing(round_id):
    bank = content.load()
    assert models.Item.objects.count() == len(bank.items) >= 60
    before = list(models.Option.objects.order_by("pk").values())
    events = len(audit.events(about="bank"))
    assessment.load_bank(by=BY, now=NOW)
    assert list(models.Option.objects.order_by("pk").values()) == before
    assert len(audit.events(about="bank")) == events == 1
    baseline = assessment.forms("baseline")[0]
    assert baseline.items == 24 and baseline.draft and len(baseline.hash) == 64
    assert [form.level for form in assessment.forms("exam")] == ["dasar", "mahir", "menengah"]
    assert assessment.form("exam-dasar-1").pass_theta == -0.8


def changed(code: str, **fields):
    bank = content.load()
    return replace(bank, items={**bank.items, code: replace(bank.items[code], **fields)})


def test_a_used_item_keeps_its_words_key_and_difficulty(sitting):
    for fields in ({"stem_id": "Lain?"}, {"key": 1}, {"difficulty": 0.123}):
        with pytest.raises(assessment.ItemInUse), transaction.atomic():
            assessment.load_bank(by=BY, now=NOW, bank=changed("B01", **fields))
    assessment.load_bank(by=BY, now=NOW, bank=changed("B01", rationale_en="Better said.", review="approved"))
    assert models.Item.objects.get(pk="B01").rationale_en == "Better said."


def test_an_unused_item_may_be_rewritten_and_its_form_gets_another_hash(sitting):
    before = assessment.form("exam-dasar-1").hash
    assessment.load_bank(by=BY, now=NOW, bank=changed("D01", stem_id="Yang mana?", key=3))
    assert models.Item.objects.get(pk="D01").stem_id == "Yang mana?"
    assert list(models.Option.objects.filter(item="D01").values_list("correct", flat=True)).index(True) == 3
    assert assessment.form("exam-dasar-1").hash != before


def test_a_used_form_keeps_its_items(sitting):
    bank = content.load()
    form = bank.forms["baseline-1"]
    shorter = replace(bank, forms={**bank.forms, form.code: replace(form, items=form.items[1:])})
    with pytest.raises(assessment.FormInUse):
        assessment.load_bank(by=BY, now=NOW, bank=shorter)


def test_pools_are_disjoint_but_for_the_anchors_of_baseline_and_endline(round_id):
    items = {
        form.code: set(models.FormItem.objects.filter(form=form.code).values_list("item_id", flat=True))
        for purpose in ("baseline", "exam", "endline")
        for form in assessment.forms(purpose)
    }
    anchors = items["baseline-1"] & items["endline-1"]
    assert len(anchors) >= 5
    assert anchors == set(
        models.Item.objects.filter(anchor=True, pk__in=items["endline-1"]).values_list("pk", flat=True)
    )
    assert sum(map(len, items.values())) - len(anchors) == len(set().union(*items.values()))


# --- sitting ---


def test_one_scored_attempt_per_person_and_round(sitting, persons, round_id):
    again = assessment.start(persons[0], round_id, "baseline", key=key(), by=BY, now=NOW)
    assert again == sitting
    answer_all(sitting)
    assessment.finish(sitting, key=key(), by=BY, now=NOW)
    assert assessment.start(persons[0], round_id, "baseline", key=key(), by=BY, now=NOW) == sitting


def test_the_questions_come_one_by_one_in_the_readers_language_and_go_on_where_one_left(sitting):
    bank = content.load()
    order = bank.forms["baseline-1"].items
    first = assessment.next_item(sitting, "id")
    assert (first.code, first.position, first.of, first.stem) == (
        order[0],
        1,
        24,
        bank.items[order[0]].stem_id,
    )
    assert assessment.next_item(sitting, "en").stem == bank.items[order[0]].stem_en
    assert tuple(text for _id, text in first.options) == bank.items[order[0]].options_id
    give(sitting, order[0], first.options[2][0])
    give(sitting, order[2], right(order[2]))
    assert assessment.next_item(sitting, "id").position == 2
    back = assessment.item_at(sitting, 1, "id")
    assert back.chosen == first.options[2][0]
    with pytest.raises(assessment.NoSuchItem):
        assessment.item_at(sitting, 25, "id")


def test_an_answer_is_accepted_once(sitting):
    give(sitting, "B01", right("B01"))
    give(sitting, "B01", right("B01"))
    with pytest.raises(assessment.AnswerGiven):
        give(sitting, "B01", wrong("B01"))
    assert models.Response.objects.filter(sitting=sitting).count() == 1
    assert models.Response.objects.get(sitting=sitting).correct


def test_a_repeated_key_with_another_answer_is_told_that_the_first_one_stands(sitting):
    same = key()
    assessment.answer(sitting, "B01", right("B01"), key=same, by=BY, now=NOW)
    assessment.answer(sitting, "B01", right("B01"), key=same, by=BY, now=NOW)
    with pytest.raises(assessment.AnswerGiven):
        assessment.answer(sitting, "B01", wrong("B01"), key=same, by=BY, now=NOW)


def test_only_the_options_of_the_forms_own_questions_are_answers(sitting):
    for code, option in (("B01", right("B02")), ("D01", right("D01")), ("B01", 10**9)):
        with pytest.raises(assessment.NotAnOption):
            give(sitting, code, option)


def test_a_finished_test_takes_no_more_answers_but_a_late_repeat_is_harmless(sitting):
    answer_all(sitting, leave=1)
    first = content.load().forms["baseline-1"].items[0]
    with pytest.raises(assessment.Unanswered):
        assessment.finish(sitting, key=key(), by=BY, now=NOW)
    score = assessment.finish(sitting, key=key(), by=BY, now=NOW, incomplete=True)
    assert (score.raw, score.items) == (23, 24)
    give(sitting, first, right(first))
    last = content.load().forms["baseline-1"].items[-1]
    with pytest.raises(assessment.SittingClosed):
        give(sitting, last, right(last))


def test_a_test_without_a_single_answer_is_not_scored(sitting):
    with pytest.raises(assessment.NothingAnswered):
        assessment.finish(sitting, key=key(), by=BY, now=NOW, incomplete=True)
    with pytest.raises(assessment.NotFinished):
        assessment.score(sitting)


# --- scores ---


@pytest.mark.parametrize("n_right", [0, 1, 11, 24])
def test_the_score_is_rebuilt_from_the_log_to_the_last_bit(sitting, n_right):
    answer_all(sitting, n_right=n_right)
    stored = assessment.finish(sitting, key=key(), by=BY, now=NOW)
    assert stored.raw == n_right
    assert assessment.rescore(sitting) == stored == assessment.score(sitting)


def test_finishing_twice_gives_the_same_score_and_scores_once(sitting):
    answer_all(sitting, n_right=12)
    first = assessment.finish(sitting, key=key(), by=BY, now=NOW)
    assert assessment.finish(sitting, key=key(), by=BY, now=NOW + timedelta(hours=1)) == first
    assert len(audit.events(about=f"sitting:{sitting}", verb="sitting.finished")) == 1


def test_more_right_answers_never_mean_less_and_the_level_follows_the_cuts(sitting):
    cuts = content.load().scale.cuts
    levels = [assessment.level_at(theta) for theta in (cuts[0] - 0.01, *cuts)]
    assert tuple(levels) == programme.levels
    answer_all(sitting, n_right=24)
    score = assessment.finish(sitting, key=key(), by=BY, now=NOW)
    assert score.level == assessment.level_at(score.eap)
    assert score.wle > score.eap and score.eap_se < 1


def test_scores_and_sittings_come_by_person(sitting, persons, round_id):
    answer_all(sitting, n_right=10)
    score = assessment.finish(sitting, key=key(), by=BY, now=NOW)
    assert assessment.scores(round_id, "baseline") == {persons[0]: score}
    found = assessment.sittings(persons, round_id, "baseline")
    assert list(found) == [persons[0]]
    assert (found[persons[0]].state, found[persons[0]].answered, found[persons[0]].of) == ("FINISHED", 24, 24)


def test_many_sit_by_the_same_rules_as_one(persons, round_id, sitting):
    begun = assessment.start_many(persons, round_id, "baseline", by=BY, now=NOW)
    assert begun[persons[0]] == sitting and len(set(begun.values())) == 3
    codes = content.load().forms["baseline-1"].items
    sheet = [(code, right(code) if n < 15 else wrong(code)) for n, code in enumerate(codes)]
    give(sitting, *sheet[0])
    given = {begun[person]: sheet for person in persons}
    assert assessment.answer_many(given, by=BY, now=NOW) == 3 * 24 - 1
    assert assessment.answer_many(given, by=BY, now=NOW) == 0
    with pytest.raises(assessment.AnswerGiven):
        assessment.answer_many({sitting: [(codes[0], wrong(codes[0]))]}, by=BY, now=NOW)
    with pytest.raises(assessment.AnswerGiven):
        other = assessment.start(persons[0], round_id, "endline", key=key(), by=BY, now=NOW)
        assessment.answer_many({other: [("E01", right("E01")), ("E01", wrong("E01"))]}, by=BY, now=NOW)
    for code, option in (("B01", right("B02")), ("D01", right("D01")), ("E01", 10**9)):
        with pytest.raises(assessment.NotAnOption):
            assessment.answer_many({other: [(code, option)]}, by=BY, now=NOW)
    with pytest.raises(assessment.NoSuchSitting):
        assessment.answer_many({uuid.uuid4(): [("B01", right("B01"))]}, by=BY, now=NOW)
    scores = assessment.finish_many(begun.values(), by=BY, now=NOW)
    assert {score.raw for score in scores.values()} == {15}
    assert all(assessment.rescore(pk) == score for pk, score in scores.items())
    assert assessment.finish_many(begun.values(), by=BY, now=NOW) == {}
    with pytest.raises(assessment.SittingClosed):
        pk = assessment.start_many(persons, round_id, "endline", by=BY, now=NOW)[persons[1]]
        assessment.finish_many([pk], by=BY, now=NOW)
        assessment.answer_many({pk: [("E01", right("E01"))]}, by=BY, now=NOW)


# --- what the database itself refuses ---


def response(sitting, code="B01", option=None):
    return models.Response(
        sitting_id=sitting, item_id=code, option_id=option or right(code), correct=True, at=NOW
    )


def test_the_database_keeps_answers_as_they_were_given(sitting):
    give(sitting, "B01", right("B01"))
    rows = models.Response.objects.filter(sitting=sitting)
    with bites("assessment_response_rows_never_change"), transaction.atomic():
        rows.update(option=wrong("B01"))
    with bites("assessment_response_rows_never_go"), transaction.atomic():
        rows._raw_delete("default")


def test_the_database_refuses_an_answer_to_a_finished_sitting(sitting):
    answer_all(sitting, leave=1)
    assessment.finish(sitting, key=key(), by=BY, now=NOW, incomplete=True)
    with bites("answer_needs_an_open_sitting"), transaction.atomic():
        response(sitting, content.load().forms["baseline-1"].items[-1]).save()


def test_the_database_refuses_a_second_answer_to_a_question(sitting):
    give(sitting, "B01", right("B01"))
    with bites("answer_accepted_once|sitting_id.*item_id"), transaction.atomic():
        response(sitting, option=wrong("B01")).save()


def test_the_database_refuses_a_second_sitting_of_a_person_in_a_round(sitting, persons, round_id):
    same = {"person_id": persons[0], "round_id": round_id, "form_id": "baseline-1", "purpose": "baseline"}
    with bites("sitting_one_per_person_round_and_purpose|person_id.*attempt"), transaction.atomic():
        models.Sitting.objects.create(**same, started_at=NOW)
    with bites("only_exams_are_retaken"), transaction.atomic():
        models.Sitting.objects.create(**same, attempt=2, started_at=NOW)


def test_the_database_keeps_sittings_and_never_reopens_one(sitting):
    row = models.Sitting.objects.filter(pk=sitting)
    with bites("sitting_finished_has_a_time"), transaction.atomic():
        row.update(state="FINISHED")
    answer_all(sitting)
    assessment.finish(sitting, key=key(), by=BY, now=NOW)
    with bites("finished_sitting_stays_finished"), transaction.atomic():
        row.update(state="OPEN")
    with bites("sitting_never_goes"), transaction.atomic():
        row._raw_delete("default")


def test_the_database_holds_one_key_per_item_one_place_per_question_and_no_score_above_its_items(sitting):
    with bites("item_has_one_key|item_id"), transaction.atomic():
        models.Option.objects.filter(item="B01", correct=False).update(correct=True)
    with bites("option_position_once|item_id.*position"), transaction.atomic():
        models.Option.objects.create(item_id="B01", position=0, text_id="a", text_en="a", correct=False)
    with bites("form_item_once|form_id.*item_id"), transaction.atomic():
        models.FormItem.objects.create(form_id="baseline-1", item_id="B01", position=99)
    with bites("form_position_once|form_id.*position"), transaction.atomic():
        models.FormItem.objects.create(form_id="baseline-1", item_id="D01", position=1)
    with bites("item_area_is_one_of_five"), transaction.atomic():
        models.Item.objects.filter(pk="B01").update(area=6)
    answer_all(sitting)
    assessment.finish(sitting, key=key(), by=BY, now=NOW)
    with bites("score_within_items"), transaction.atomic():
        models.Score.objects.update(raw=25)
