"""Who may be the same person: names as Indonesians spell them, numbers one slip apart, and no pair lost by the short cut."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampera.apps.people.likeness import Record, nik_sign, one_household, one_person, signs
from ampera.apps.people.spelling import compare, one_slip, words

BORN = date(1990, 5, 17)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Moch. Soekarno", "Muhammad Sukarno"),
        ("Tjandra Widjaja", "Chandra Wijaya"),
        ("Jahja Dahlan", "Yahya Dahlan"),
        ("Sjaiful Anwar", "Saiful Anwar"),
        ("H. Drs. Achmad Djajadi, S.Kom., M.M.", "Ahmad Jayadi"),
        ("Hj. Siti Aisyah", "St. Aisyah"),
        ("Budi Santoso S. Kom", "Santoso Budi"),
        ("Kms. Fadli", "Kemas Fadli"),
        ("Nur'aini", "Nur Aini"),
        ("Rizky Ramadhan", "Riski Ramadan"),
    ],
)
def test_spelled_otherwise_it_is_the_same_name(one, other):
    assert compare(words(one), words(other)) == "same"


@pytest.mark.parametrize(
    "one, other",
    [
        ("M. Rizki", "Muhammad Rizky"),
        ("Halimah", "Halimah Sakdiah"),
        ("Abdul Rahman", "Abdurrahman"),
        ("Dewi Lestari", "Dewi Lestarai"),
        ("R. A. Kartini", "Raden Ayu Kartini"),
    ],
)
def test_shortened_or_with_a_slip_of_the_pen_it_is_alike(one, other):
    assert compare(words(one), words(other)) == "alike"


@pytest.mark.parametrize(
    "one, other",
    [
        ("Muhammad", "Muhammad Rizki"),
        ("Siti Aminah", "Siti Maryam"),
        ("Dewi Lestari", "Dewi Marlina"),
        ("A. A.", "Ahmad Akbar"),
        ("Orang 1", "Orang 11"),
        ("", "Budi"),
    ],
)
def test_what_half_the_country_bears_makes_no_two_alike(one, other):
    assert compare(words(one), words(other)) == ""


FIRST = ("Muhammad", "Ahmad", "Siti", "Budi", "Dewi", "Rizki", "Halimah", "Yusuf", "Agus", "Nur")
LAST = ("Saputra", "Lestari", "Wijaya", "Hidayat", "Lubis", "Cahyono", "Suryani")
names = st.lists(st.sampled_from(FIRST + LAST), min_size=1, max_size=3, unique=True).map(" ".join)


@given(names, names)
def test_being_alike_goes_both_ways_and_everybody_is_like_themselves(one, other):
    assert compare(words(one), words(other)) == compare(words(other), words(one))
    assert compare(words(one), words(one)) == "same"


@given(names, st.permutations(range(3)), st.sampled_from(("", "H. ", "Hj. ", "Drs. ")), st.sampled_from(("", ", S.Kom.", " SE", ", S.Pd., M.M.")))  # fmt: skip
def test_order_title_and_degree_change_nothing(name, order, title, degree):
    said = name.split()
    turned = " ".join(said[n] for n in order if n < len(said))
    assert compare(words(title + turned + degree), words(name)) == "same"


@given(names, st.sampled_from((("u", "oe"), ("c", "tj"), ("v", "f"), ("z", "s"), ("a", "A"))))
def test_old_spelling_changes_nothing(name, change):
    assert compare(words(name.replace(*change)), words(name)) == "same"


texts = st.text("abc", max_size=6)


@given(texts, texts)
def test_one_slip_is_one_letter_more_less_another_or_two_swapped(one, other):
    letters = "abc"
    made = {one}
    for n in range(len(one) + 1):
        made |= {one[:n] + x + one[n:] for x in letters}
        made |= {one[:n] + x + one[n + 1 :] for x in letters if n < len(one)}
        made |= {one[:n] + one[n + 1 :], one[:n] + one[n : n + 2][::-1] + one[n + 2 :]}
    assert one_slip(one, other) == (other in made) == one_slip(other, one)


niks = st.text("12", min_size=4, max_size=4).map(lambda end: "167101170590" + end)
records = st.lists(
    st.builds(
        Record,
        person=st.integers(1, 12),
        nik=niks,
        name=names.map(words),
        birth_date=st.sampled_from((BORN, date(1991, 1, 1))),
        kelurahan=st.sampled_from(("a", "b")),
        account=st.sampled_from((None, 1, 2)),
    ),
    max_size=12,
)


@given(records, st.randoms(use_true_random=False))
def test_blocks_lose_no_pair_and_the_order_of_rows_says_nothing(rows, dice):
    found = one_person(rows)
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert one_person(shuffled) == found
    every = {}
    for one, other in combinations(rows, 2):
        if one.person != other.person and (told := signs(one, other)):
            every.setdefault((min(one.person, other.person), max(one.person, other.person)), []).append(
                (one.nik == other.nik, told)
            )
    assert set(found) <= set(every)
    assert all(told in [said for _same, said in every[pair]] for pair, told in found.items())
    apart = {pair for pair, said in every.items() if any(not same for same, _told in said)}
    assert apart <= set(found), "two numbers, and no block held both"
    assert joined(found) == joined(every), "one number: each is at least joined to the earliest"


def joined(pairs) -> set[frozenset[int]]:
    groups: list[set[int]] = []
    for pair in pairs:
        touching = [g for g in groups if g & set(pair)]
        groups = [g for g in groups if g not in touching] + [set(pair).union(*touching)]
    return {frozenset(g) for g in groups}


def test_a_number_one_digit_off_counts_only_with_a_name_that_is_alike():
    def record(person: int, nik: str, name: str) -> Record:
        return Record(person, nik, words(name), date(1980 + person, 1, 1), str(person))

    mine = record(1, "1671011705900012", "Moch. Rizki")
    assert one_person([mine, record(2, "1671011705900013", "Muhammad Rizky")]) == {
        (1, 2): ("nik_digit", "name_same")
    }
    assert one_person([mine, record(2, "1671011705900021", "M. Rizki")]) == {
        (1, 2): ("nik_swapped", "name_alike")
    }
    assert one_person([mine, record(2, "1671011705900013", "Dewi Lestari")]) == {}
    assert one_person([mine, record(2, "1671011705900034", "Muhammad Rizki")]) == {}
    assert one_person([mine, record(2, "1671011705900012", "Dewi Lestari")]) == {(1, 2): ("nik_same",)}


@given(st.text("0123456789", min_size=16, max_size=16), st.integers(0, 14))
def test_two_neighbours_swapped_are_seen_from_both_sides(nik, place):
    slip = nik[:place] + nik[place + 1] + nik[place] + nik[place + 2 :]
    said = "nik_same" if slip == nik else "nik_swapped"
    assert nik_sign(nik, slip) == nik_sign(slip, nik) == said


def test_a_crowd_on_one_number_and_one_birthday_makes_no_crowd_of_pairs():
    crowd = [Record(n, "1671011705900012", words(f"Orang {n}"), BORN, "a") for n in range(1, 401)]
    assert len(one_person(crowd)) == 399
    one_day = [Record(n, f"16710117059{n:05}", words("Budi Santoso"), BORN, "a") for n in range(1, 401)]
    assert len(one_person(one_day)) <= 400 * 50


def test_a_household_is_who_shares_a_phone_or_a_guardian_in_one_kelurahan():
    def one(
        person: int, name: str, *, account: int | None = None, guardian: str = "", kelurahan: str = "a"
    ) -> Record:
        return Record(person, str(person), words(name), BORN, kelurahan, account, words(guardian))

    mother = one(1, "Hj. Siti Aminah", account=7)
    found = one_household([mother, one(2, "Budi", account=7), one(3, "Rizki", guardian="Siti Aminah"), one(4, "Ayu", account=7, kelurahan="b"), one(5, "Dian", account=8)])  # fmt: skip
    assert found == {(1, 2): ("kelurahan", "phone"), (1, 3): ("kelurahan", "guardian")}
