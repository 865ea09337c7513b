"""The item bank: what a fair test needs, and that a broken bank says what is broken."""

import re
from collections import Counter
from dataclasses import FrozenInstanceError
from importlib.resources import as_file, files
from itertools import pairwise
from math import ceil, comb, exp
from shutil import copytree

import pytest

from ampera.content import bank as item_bank
from ampera.content.bank import BadBank, Item, load
from ampera.content.digcomp import BANDS, outcomes

BANK = load()
ITEMS = tuple(BANK.items.values())
FORMS = tuple(BANK.forms.values())
LANGUAGES = ("id", "en")


def options(item: Item, language: str) -> tuple[str, ...]:
    return getattr(item, f"options_{language}")


def share_with_extreme_key(items: tuple[Item, ...], language: str, extreme) -> float:
    """Share of items whose key alone is the longest (max) or shortest (min) option."""
    hits = 0
    for item in items:
        lengths = [len(option) for option in options(item, language)]
        own = lengths[item.key]
        hits += own == extreme(lengths) and lengths.count(own) == 1
    return hits / len(items)


# --- DigComp ---


def test_digcomp_has_its_523_outcomes_in_21_competences_and_5_areas():
    # DigComp 3.0 (JRC, 2025): 5 areas, 21 competences, 523 learning outcomes
    found = outcomes().values()
    assert len(found) == 523
    assert len({outcome.competence for outcome in found}) == 21
    assert {outcome.area for outcome in found} == {1, 2, 3, 4, 5}
    assert {outcome.level_name for outcome in found} == set(BANDS)
    assert all(outcome.competence.startswith(f"{outcome.area}.") for outcome in found)


def test_an_outcome_is_found_by_its_id():
    outcome = outcomes()["LearningOutcome/LO1.1.05"]
    assert outcome.text == "Use digital search tools to implement basic information searches."
    assert (outcome.competence, outcome.area, outcome.level_name) == ("1.1", 1, "Basic")


def test_outcomes_cannot_be_changed_by_a_reader():
    with pytest.raises(TypeError):
        outcomes()["LearningOutcome/LO1.1.05"] = None


# --- the bank as shipped ---


@pytest.mark.parametrize(
    ("pool", "size"),
    [("baseline", 24), ("endline", 18), ("exam-dasar", 16), ("exam-menengah", 16), ("exam-mahir", 16)],
)
def test_each_pool_has_its_number_of_items(pool, size):
    assert len(BANK.pool(pool)) == size


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_each_form_covers_the_five_areas_and_mixes_them(form):
    areas = [item.area for item in BANK.form_items(form.code)]
    least = {"baseline": 4, "endline": 4, "exam": 3}[form.purpose]
    assert min(Counter(areas)[area] for area in range(1, 6)) >= least
    assert all(first != second for first, second in pairwise(areas))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_keys_are_balanced_over_the_four_places_with_no_run_of_three(form):
    keys = [item.key for item in BANK.form_items(form.code)]
    assert all(Counter(keys)[place] == len(keys) / 4 for place in range(4))
    assert all(len({*keys[i : i + 3]}) > 1 for i in range(len(keys) - 2))


def test_forms_share_nothing_but_the_anchors_of_baseline_and_endline():
    taken = Counter(code for form in FORMS for code in form.items)
    shared = {code for code, times in taken.items() if times > 1}
    anchors = {item.code for item in ITEMS if item.anchor}
    assert shared == anchors
    assert len(anchors) == 6
    assert {BANK.items[code].area for code in anchors} == {1, 2, 3, 4, 5}
    assert set(taken) == set(BANK.items)


def test_endline_has_the_blueprint_and_the_spread_of_the_baseline():
    before, after = BANK.form_items("baseline-1"), BANK.form_items("endline-1")
    assert Counter((i.area, i.level) for i in before) == Counter((i.area, i.level) for i in after)
    hard_before = sorted(item.difficulty for item in before)
    hard_after = sorted(item.difficulty for item in after)
    assert hard_before == pytest.approx(hard_after, abs=0.25)
    assert (hard_before[0], hard_before[-1]) == (-2.5, 2.5)


@pytest.mark.parametrize(("level", "centre"), [("dasar", -1.1), ("menengah", 0.3), ("mahir", 1.5)])
def test_an_exam_is_centred_just_below_its_pass_mark(level, centre):
    form = BANK.forms[f"exam-{level}-1"]
    hard = [item.difficulty for item in BANK.form_items(form.code)]
    assert sum(hard) / len(hard) == pytest.approx(centre, abs=0.05)
    bands = {"dasar": {1, 2}, "menengah": {3, 4}, "mahir": {5, 6}}[level]
    assert {item.level for item in BANK.form_items(form.code)} == bands
    assert form.pass_theta == BANK.scale.cuts[BANK.scale.levels.index(level)]


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form.purpose == "exam"], ids=lambda form: form.code
)
def test_passing_takes_10_of_16_as_the_reason_says_and_guessing_hardly_ever_does(form):
    expected = sum(1 / (1 + exp(i.difficulty - form.pass_theta)) for i in BANK.form_items(form.code))
    assert ceil(expected) == 10
    guessed = sum(comb(16, right) * 0.25**right * 0.75 ** (16 - right) for right in range(10, 17))
    assert guessed < 0.002
    assert "10 of 16" in form.reason


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pool", item_bank.POOLS)
def test_length_does_not_give_the_key_away(pool, language):
    items = BANK.pool(pool)
    assert share_with_extreme_key(items, language, max) <= 0.4
    assert share_with_extreme_key(items, language, min) <= 0.4


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_each_item_is_a_draft_in_two_languages_with_an_assumed_difficulty(item):
    assert (item.review, item.difficulty_status) == ("draft", "assumed")
    assert item.stem_id != item.stem_en and item.rationale_id != item.rationale_en
    assert item.stem_id.endswith("?") and item.stem_en.endswith("?")
    assert len(options(item, "id")) == len(options(item, "en")) == 4
    # options may be shuffled when shown, so a rationale names no place
    places = re.compile(r"\b(opsi|pilihan|jawaban|option|answer) ([a-d]|[1-4])\b", re.IGNORECASE)
    assert not places.search(item.rationale_id) and not places.search(item.rationale_en)


def test_stems_are_short_enough_for_a_phone():
    assert max(len(stem) for item in ITEMS for stem in (item.stem_id, item.stem_en)) <= 330
    assert max(len(option) for item in ITEMS for lang in LANGUAGES for option in options(item, lang)) <= 115


def test_higher_levels_are_assumed_harder():
    def mean(low, high):
        hard = [item.difficulty for item in ITEMS if low <= item.level <= high]
        return sum(hard) / len(hard)

    assert mean(1, 2) < BANK.scale.cuts[0] < mean(3, 4) < BANK.scale.cuts[1] < mean(5, 6) < BANK.scale.cuts[2]
    assert BANK.scale.cuts[2] < mean(7, 8)


def test_the_bank_is_read_once_and_frozen():
    assert load() is BANK
    with pytest.raises(FrozenInstanceError):
        BANK.items["B01"].key = 1
    with pytest.raises(KeyError):
        BANK.pool("exam-ahli")


# --- a broken bank ---


@pytest.fixture
def folder(tmp_path):
    with as_file(files("ampera.content").joinpath("items")) as source:
        return copytree(source, tmp_path / "items")


def change(folder, file, old, new):
    """Replace the first occurrence of old; the test is void if there is none."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_copy_loads_equal_to_the_original(folder):
    assert load(folder) == BANK


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "field"),
    [
        ("baseline.toml", "key = ", "key = 4 # ", "B01", "key"),
        ("baseline.toml", "key = ", "key = true # ", "B01", "key"),
        ("baseline.toml", 'stem_en = "', 'stem_xx = "', "B01", "stem_en"),
        ("baseline.toml", 'stem_en = "', 'stem_xx = "', "B01", "stem_xx"),
        ("baseline.toml", 'stem_id = "', 'stem_id = " ', "B01", "stem_id"),
        ("baseline.toml", "options_id = [", 'options_id = ["a fifth",', "B01", "options_id"),
        ("baseline.toml", "difficulty = ", "difficulty = nan # ", "B01", "difficulty"),
        ("baseline.toml", 'review = "draft"', 'review = "fine"', "B01", "review"),
        ("baseline.toml", 'pool = "baseline"', 'pool = "endline"', "B01", "pool"),
        ("baseline.toml", "area = 1", "area = 2", "B01", "area"),
        ("baseline.toml", "LO1.1.06", "LO9.9.99", "B01", "outcome"),
        ("baseline.toml", "level = 1", "level = 3", "B01", "level"),
        ("baseline.toml", 'code = "B02"', 'code = "B01"', "B01", "code"),
        ("endline.toml", "anchor = false", "anchor = true", "E01", "anchor"),
        ("forms.toml", '"B01"', '"B99"', "baseline-1", "items"),
        ("forms.toml", '"B01"', '"E01"', "baseline-1", "items"),
        ("forms.toml", '"B01"', '"B03"', "baseline-1", "items"),
        ("forms.toml", "minutes = 30", "minutes = 0", "baseline-1", "minutes"),
        ("forms.toml", "minutes = 30", "minutes = 30\npass_theta = 0.0", "baseline-1", "pass_theta"),
        ("forms.toml", "pass_theta = ", "minutes = 25 #", "?", "-"),
        ("forms.toml", 'level = "dasar"\n', "", "exam-dasar-1", "level"),
        ("scale.toml", "-0.8", "0.8", "scale", "cuts"),
        ("scale.toml", "-0.8, ", "", "scale", "cuts"),
        ("scale.toml", '"mahir", ', "", "scale", "levels"),
        ("scale.toml", 'status = "assumed"', 'status = "true"', "scale", "status"),
    ],
)
def test_a_broken_bank_names_file_item_field_and_remedy(folder, file, old, new, where, field):
    change(folder, file, old, new)
    with pytest.raises(BadBank) as caught:
        load(folder)
    if field == "-":
        where = "file"  # TOML itself is broken: a key written twice
    hits = [p for p in caught.value.problems if (p.file, p.where, p.field) == (file, where, field)]
    assert hits, str(caught.value)
    assert all(problem.says and problem.mend for problem in hits)
    assert file in str(caught.value)


def test_all_breaches_are_listed_at_once(folder):
    change(folder, "baseline.toml", "key = ", "key = 9 # ")
    change(folder, "exam-mahir.toml", 'review = "draft"', 'review = "fine"')
    change(folder, "scale.toml", 'status = "assumed"', 'status = "fine"')
    with pytest.raises(BadBank) as caught:
        load(folder)
    assert {p.file for p in caught.value.problems} == {"baseline.toml", "exam-mahir.toml", "scale.toml"}


def test_a_stem_written_twice_is_named_even_across_pools(folder):
    stem = BANK.items["B01"].stem_id
    change(folder, "endline.toml", BANK.items["E01"].stem_id, stem)
    with pytest.raises(BadBank, match=r"endline\.toml: E01: stem_id: .*B01 in baseline\.toml"):
        load(folder)


def test_an_exam_that_takes_anothers_item_is_refused(folder):
    change(folder, "forms.toml", '"D01"', '"M01"')
    with pytest.raises(BadBank, match=r"exam-dasar-1: items: M01 is in pool exam-menengah"):
        load(folder)


def test_an_endline_with_too_few_anchors_is_refused(folder):
    for _ in range(2):  # six become four
        change(folder, "baseline.toml", "anchor = true", "anchor = false")
    with pytest.raises(BadBank, match="too few anchors"):
        load(folder)


def test_a_form_that_leaves_out_an_area_is_refused(folder):
    codes = [item.code for item in BANK.form_items("exam-dasar-1") if item.area == 5]
    for code in codes:
        change(folder, "forms.toml", f'"{code}", ' if f'"{code}", ' in _forms(folder) else f'"{code}",\n', "")
    with pytest.raises(BadBank, match=r"exam-dasar-1: items: has no item in areas \[5\]"):
        load(folder)


def _forms(folder):
    return (folder / "forms.toml").read_text(encoding="utf-8")


def test_a_missing_file_and_broken_toml_are_both_named(folder):
    (folder / "scale.toml").unlink()
    (folder / "endline.toml").write_text("[[item]\n", encoding="utf-8")
    with pytest.raises(BadBank) as caught:
        load(folder)
    assert {p.file for p in caught.value.problems} == {"scale.toml", "endline.toml"}


def test_a_file_without_entries_is_named(folder):
    (folder / "endline.toml").write_text("", encoding="utf-8")
    with pytest.raises(BadBank, match=r"endline\.toml: file: item: has no entries"):
        load(folder)
