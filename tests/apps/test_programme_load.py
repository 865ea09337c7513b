"""A programme file in the tables, and what everybody reads from them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.content.programme import FOLDER

NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)
BY = audit.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_id():
    return programme.load("palembang", by=BY, now=NOW)


def edited(tmp_path, old: str, new: str) -> str:
    """Palembang's file with one passage changed."""
    text = (FOLDER / "palembang.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "palembang.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return str(path)


def test_the_agreement_promises_ten_thousand_seats_and_says_which_figures_are_assumed(round_id):
    found = programme.agreement()
    assert (found.slug, found.seats, str(found.signed_on)) == ("palembang", 10_000, "2021-12-20")
    assert sum(c.seats for c in found.commitments) == 10_000
    assert all(c.reason for c in found.commitments if c.assumed)
    assert len(found.partners) == 4 and len(found.parties) == 2 and found.sources


def test_words_come_in_the_language_of_the_reader(round_id):
    with translation.override("en"):
        english = programme.agreement()
    with translation.override("id"):
        indonesian = programme.agreement()
    assert english.title != indonesian.title
    assert english.commitments[0].reason != indonesian.commitments[0].reason


def test_the_city_has_18_kecamatan_and_107_kelurahan(round_id):
    assert len(programme.places(kind="kecamatan")) == 18
    kelurahan = programme.places(kind="kelurahan")
    assert len(kelurahan) == 107
    assert {programme.kecamatan_of(k.code) for k in kelurahan} == {k.parent for k in kelurahan}
    assert programme.places(parent="16.71.02") == tuple(k for k in kelurahan if k.parent == "16.71.02")
    assert programme.place("16.71.17").name == "Jakabaring"


def test_classes_hold_the_seats_of_the_round_and_their_blocks_add_up(round_id):
    drawn, nominated = programme.classes(round_id), programme.classes(round_id, drawn=False)
    assert sum(c.seats for c in drawn + nominated) == 2500
    assert {c.audience for c in nominated} == {"asn"}
    assert all([b.seats for b in c.blocks] == [c.seats] for c in nominated), "one open block each"
    assert all(sum(b.seats for b in c.blocks) == c.seats for c in drawn)
    assert all([b.order for b in c.blocks] == list(range(1, len(c.blocks) + 1)) for c in drawn)
    assert {c.level for c in programme.classes(round_id, level="mahir")} == {"mahir"}
    assert programme.class_(drawn[0].id) == drawn[0]


def test_reading_all_classes_takes_two_queries(round_id, django_assert_num_queries):
    with django_assert_num_queries(2):
        programme.classes(round_id, drawn=None)


def test_the_same_file_twice_changes_nothing(round_id):
    before = programme.classes(round_id, drawn=None), programme.plan(round_id)
    assert programme.load("palembang", by=BY, now=NOW) == round_id
    assert (programme.classes(round_id, drawn=None), programme.plan(round_id)) == before
    assert len(programme.rounds()) == 1
    assert len(audit.events(verb="round.loaded")) == 1


def test_a_changed_file_replaces_a_draft(round_id, tmp_path):
    path = edited(tmp_path, 'horizon = "1.4"', 'horizon = "1.6"')
    assert programme.load(path, by=BY, now=NOW) == round_id
    assert programme.plan(round_id).horizon == "1.6"
    assert sum(c.seats for c in programme.classes(round_id, drawn=None)) == 2500


def test_a_changed_file_cannot_touch_a_locked_round(round_id, tmp_path):
    lock(round_id)
    with pytest.raises(programme.PlanIsLocked):
        programme.load(edited(tmp_path, 'horizon = "1.4"', 'horizon = "1.6"'), by=BY, now=NOW)
    assert programme.plan(round_id).horizon == "1.4"


def test_a_second_round_cannot_change_who_a_locked_reserve_is_for(round_id, tmp_path):
    lock(round_id)
    text = (FOLDER / "palembang.toml").read_text("utf-8")
    text = text.replace("number = 1", "number = 2", 1)
    path = tmp_path / "second.toml"
    path.write_text(text, "utf-8")
    assert programme.load(path, by=BY, now=NOW) != round_id
    path.write_text(
        text.replace("number = 2", "number = 3").replace('checker = "school"', 'checker = "officer"', 1),
        "utf-8",
    )
    with pytest.raises(programme.PlanIsLocked):
        programme.load(path, by=BY, now=NOW)


def test_a_second_round_cannot_change_what_was_promised(round_id, tmp_path):
    lock(round_id)
    text = (FOLDER / "palembang.toml").read_text("utf-8").replace("number = 1", "number = 2", 1)
    text = text.replace("seats = 3000", "seats = 2999", 1).replace("seats = 1000", "seats = 1001", 1)
    path = tmp_path / "second.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(programme.PlanIsLocked):
        programme.load(path, by=BY, now=NOW)


def test_registration_opens_on_the_day_asked_for_in_local_time():
    round_id = programme.load("palembang", by=BY, now=NOW, opens_at=datetime(2027, 2, 1, 3, tzinfo=UTC))
    found = programme.plan(round_id)
    assert found.opens_at == datetime(2027, 2, 1, 1, tzinfo=UTC)  # 08:00 in Jakarta
    assert found.opens_at < found.closes_at < found.provisional_at < found.objections_until
    assert found.objections_until < found.freeze_at < found.draw_at
    assert (found.draw_at - found.freeze_at).total_seconds() >= 24 * 3600
    assert sum(w.weight for w in found.weights) == 1
    assert len(found.beacon_witnesses) == 4


def test_a_small_town_has_about_the_seats_asked_for_and_a_threshold_that_it_can_reach():
    round_id = programme.load("palembang", by=BY, now=NOW, simulated=True, scale_seats=120)
    held = programme.classes(round_id, drawn=None)
    drawn = sum(c.seats for c in programme.classes(round_id))
    assert 60 <= sum(c.seats for c in held) <= 180
    found = programme.plan(round_id)
    assert found.endline_per_arm == int(Decimal(found.horizon) * drawn)
    expected = programme.expected_power(found, drawn_seats=drawn)
    assert expected.enough and 0 <= expected.threshold - expected.mde < 0.01
    assert programme.round_(round_id).simulated


def test_no_round_is_current_before_its_plan_is_locked(round_id):
    assert programme.current() is None
    lock(round_id)
    assert programme.current().id == round_id


def lock(round_id: int) -> str:
    found = programme.propose_lock(round_id, key=f"p{round_id}", by="account:1", now=NOW)
    return programme.confirm_lock(round_id, found, key=f"c{round_id}", by="account:2", now=NOW)


def test_every_method_and_score_that_a_file_may_name_has_words():
    from ampera.apps.programme import names
    from ampera.content import programme as content

    assert set(names.METHODS) == set(content.METHODS) and set(names.SCORES) == set(content.SCORES)
