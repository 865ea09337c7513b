"""Whole applications in bulk, and objections."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, Objection
from ampera.apps.admissions.receipts import written
from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme

from .admissions_city import BY, NOW, key, open_round, people_of, take_test

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_id():
    return open_round()


def seeded_receipt(dice: random.Random) -> str:
    while True:
        body = "".join(dice.choices(admissions.ALPHABET, k=7))
        if check := admissions.check_character(body):
            return written(body + check)


def wish(person_id, dice, **change):
    fields = {"audience": "umum", "days": ("sabtu", "minggu"), "places": ("16.71.02",)}
    return admissions.Wish(person_id=person_id, receipt=seeded_receipt(dice), **(fields | change))


def test_a_batch_files_what_the_single_steps_file(round_id):
    dice = random.Random(1)
    alone, many = people_of(2)
    take_test(round_id, alone, many)
    one = admissions.begin(round_id, alone, key=key(), by=BY, now=NOW)
    admissions.set_audience(one, audience="umkm", claims={"umkm": "NIB 1"}, by=BY, now=NOW)
    admissions.set_level(one, level="dasar", by=BY, now=NOW)
    admissions.set_wishes(one, days=("sabtu", "minggu"), places=("16.71.02",), by=BY, now=NOW)
    admissions.submit(one, key=key(), by=BY, now=NOW)
    row = wish(many, dice, audience="umkm", claims={"umkm": "NIB 1"}, level="dasar")
    (other,) = admissions.submit_many(round_id, [row], by=BY, now=NOW)

    def shown(application_id):
        found = vars(admissions.application(application_id))
        return {k: v for k, v in found.items() if k not in {"id", "person_id", "receipt"}}

    assert shown(other) == shown(one)
    assert admissions.application(other).receipt == row.receipt


@pytest.mark.parametrize(
    "change, refusal",
    [
        ({"audience": "asn"}, admissions.NotForThisAudience),
        ({"level": "guru"}, admissions.LevelTooHigh),
        ({"days": ()}, admissions.UnknownWish),
        ({"places": ("16.71",)}, admissions.UnknownWish),
        ({"choices": ()}, admissions.RankingEmpty),
        ({"choices": (10**6,)}, admissions.NotYourLevel),
        ({"claims": {"seberang-ulu": "KTP"}}, admissions.UnknownGroup),
    ],
)
def test_a_batch_with_one_bad_row_files_nobody(round_id, change, refusal):
    dice = random.Random(1)
    persons = people_of(3)
    take_test(round_id, *persons)
    rows = [wish(persons[0], dice), wish(persons[1], dice, **change), wish(persons[2], dice)]
    with pytest.raises(refusal):
        admissions.submit_many(round_id, rows, by=BY, now=NOW)
    assert not Application.objects.exists()


def test_a_batch_needs_the_test_the_window_and_a_receipt_that_is_one(round_id):
    dice = random.Random(1)
    tested, untested = people_of(2)
    take_test(round_id, tested)
    with pytest.raises(admissions.BaselineNotFinished):
        admissions.submit_many(round_id, [wish(untested, dice)], by=BY, now=NOW)
    with pytest.raises(admissions.NotOpen):
        late = programme.plan(round_id).closes_at
        admissions.submit_many(round_id, [wish(tested, dice)], by=BY, now=late)
    bad = admissions.Wish(tested, "umum", ("sabtu",), ("daring",), "AAAA-AAAA")
    with pytest.raises(admissions.ReceiptShape):
        admissions.submit_many(round_id, [bad], by=BY, now=NOW)


def test_a_batch_can_not_file_somebody_twice(round_id):
    dice = random.Random(1)
    (person,) = people_of(1)
    take_test(round_id, person)
    admissions.submit_many(round_id, [wish(person, dice)], by=BY, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        admissions.submit_many(round_id, [wish(person, dice)], by=BY, now=NOW)


def test_a_batch_takes_no_statement_per_person(round_id):
    dice = random.Random(1)
    persons = people_of(40)
    take_test(round_id, *persons)

    def statements(part):
        with CaptureQueriesContext(connection) as seen:
            admissions.submit_many(round_id, [wish(p, dice) for p in part], by=BY, now=NOW)
        return len(seen)

    assert statements(persons[:4]) == statements(persons[4:])


# --- objections ---


@pytest.fixture
def listed(round_id):
    """The provisional list is out: a moment inside the days of objection."""
    programme.move(round_id, "close", by=BY, now=NOW)
    return programme.plan(round_id).provisional_at


def test_an_objection_is_made_once_however_often_it_is_tapped(round_id, listed):
    tap = key()
    for _ in range(2):
        admissions.object_(round_id, text=" Nama saya tidak ada. ", key=tap, by=BY, now=listed)
    (found,) = admissions.objections(round_id)
    assert (found.text, found.upheld, found.answer) == ("Nama saya tidak ada.", None, "")


def test_objections_have_their_days(round_id, listed):
    plan = programme.plan(round_id)
    for now in (listed - timedelta(seconds=1), plan.objections_until):
        with pytest.raises(admissions.ObjectionsClosed):
            admissions.object_(round_id, text="Salah", key=key(), by=BY, now=now)
    with pytest.raises(admissions.ObjectionEmpty):
        admissions.object_(round_id, text="  ", key=key(), by=BY, now=listed)


def test_an_objection_is_answered_once_with_words(round_id, listed):
    made = admissions.object_(round_id, text="Salah", key=key(), by=BY, now=listed)
    officer = audit.account(1)

    def answer(text, tap):
        admissions.answer_objection(made, answer=text, upheld=True, key=tap, by=officer, now=listed)

    with pytest.raises(admissions.AnswerMissing):
        answer(" ", key())
    tap = key()
    answer("Benar, sudah dibetulkan.", tap)
    answer("Benar, sudah dibetulkan.", tap)
    with pytest.raises(admissions.AlreadyAnswered):
        answer("Tidak.", key())
    (found,) = admissions.objections(round_id)
    assert (found.upheld, found.answered_by) == (True, officer)
    with pytest.raises(admissions.NoSuchObjection):
        admissions.answer_objection(made + 1, answer="x", upheld=False, key=key(), by=officer, now=listed)


def test_an_answer_names_a_person_or_the_database_refuses(round_id, listed):
    made = admissions.object_(round_id, text="Salah", key=key(), by=BY, now=listed)
    with pytest.raises(IntegrityError, match="objection_answered_by_a_person"), transaction.atomic():
        Objection.objects.filter(pk=made).update(answered_at=listed, answer="Ya", answered_by="")
