"""What if the plan decided otherwise."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.cores.allocation.markets import problems, rule

from ampera.cli.draw import main
from ampera.cores.allocation import (
    Applicant,
    BadVariant,
    Block,
    Priority,
    Problem,
    Variant,
    chances,
    pool,
    problem_files,
    shortfalls,
    stretch,
    what_if,
)
from ampera.cores.allocation.problem import check
from ampera.cores.evaluation import power


def _vary(problem, *texts, draws=100, seed=b"what if", takeup=1.0):
    variants = [Variant.parse(text, problem) for text in texts]
    return what_if(problem, variants, draws=draws, seed=seed, takeup=takeup)


def _gains(finding):
    return {gain.group: gain for gain in finding.gains}


# The H-1B lottery of 2018 (Arnosti 2019) at 1 : 1000; one class, one ticket
H1B = Problem(
    tuple(Applicant(f"r{i}", ("advanced",) if i < 96 else (), ("visa",)) for i in range(190)),
    (Block("visa", "reserved", 20, "advanced", 1), Block("visa", "open", 65, "", 2)),
    (),
    rule(horizon="1.5"),
)


def test_filling_the_reserve_last_gives_the_group_what_arnosti_expects():
    """Open first 52,842, and with one ticket reserve first just the group's share of 85,000: 42,947."""
    now, last = _vary(H1B, "precedence=open-first", draws=300)
    assert _gains(now)["advanced"].seated[0] == pytest.approx(42.947, abs=0.9)
    assert _gains(last)["advanced"].seated[0] == pytest.approx(52.842, abs=0.9)
    won, lost = _gains(last)["advanced"], _gains(last)["-"]
    assert won.won[0] == pytest.approx(lost.lost[0]) == pytest.approx(9.9, abs=1)
    assert won.lost[0] == lost.won[0] == 0
    for kind, members in (("seated", 190), ("won", 190)):
        assert getattr(_gains(last)["*"], kind)[0] <= members


def test_the_problem_as_it_stands_gives_the_numbers_that_chances_give():
    found = chances(H1B, draws=50, seed=b"same")
    (now,) = _vary(H1B, draws=50, seed=b"same")
    assert now.inside[0] == pytest.approx(sum(c.inside for c in found.values()))
    assert _gains(now)["*"].seated[0] == pytest.approx(sum(c.seat for c in found.values()))
    usable = [c.inside for c in found.values() if 0 < c.inside < 1]
    assert now.experiment.usable == len(usable)
    assert now.experiment.variance == pytest.approx(sum(p * (1 - p) for p in usable) * 50 / 49)


def test_strict_tiers_leave_no_experiment_and_taking_them_off_brings_it_back():
    tiers = tuple(Priority("visa", f"r{i}", 1 + i // 64) for i in range(190))
    tiered = replace(H1B, blocks=(Block("visa", "all", 85, "", 1),), priorities=tiers)
    now, off, inside_one = _vary(tiered, "tiers=off", "k=2")
    assert now.experiment.share < 0.35  # one tier of three holds the margin
    assert off.experiment.share == 1
    assert off.experiment.variance > 2 * now.experiment.variance
    assert inside_one.inside[0] == 170


@pytest.mark.parametrize(("k", "takeup"), [*product(["1", "1.4", "2"], [0.5, 0.7, 1.0])])
def test_one_open_pool_replayed_gives_the_numbers_of_the_officers_page(k, takeup):
    """`pool` is what `/kantor/rencana/…/` shows, with the same formula of power; replays agree within their error."""
    plain = Problem(H1B.applicants, (Block("visa", "all", 60, "", 1),), (), rule(horizon=k))
    expected = pool(seats=60, applicants=190, k=k, takeup=takeup)
    (found,) = _vary(plain, draws=200, takeup=takeup)
    assert found.inside == (expected.inside, 0)
    empty, se = found.empty_called
    assert empty == pytest.approx(expected.empty, abs=4.5 * se + 0.5)
    e = found.experiment
    assert e.usable == 190 and round(e.inside) == expected.inside
    page = power.mde(n_inside=expected.inside, n_outside=190 - expected.inside)
    assert power.mde(
        n_inside=round(e.inside), n_outside=round(e.usable - e.inside), chance_r2=e.chance_r2
    ) == pytest.approx(page, rel=0.01)


def test_a_pool_that_everybody_fills_has_no_seat_empty_and_one_without_people_has_all():
    assert pool(seats=10, applicants=100, k="1.25", takeup=1).inside == stretch(10, "1.25") == 13
    assert pool(seats=10, applicants=100, k="1.25", takeup=1).empty == 0
    assert pool(seats=10, applicants=0, k="1", takeup=0.5).empty == 10
    # Bin(100, 1/2) below 50: E (50 − X)+ = 50 · C(100, 50) / 2^101 · 2 = 3.979 / 2
    assert pool(seats=50, applicants=100, k="2", takeup=0.5).empty == pytest.approx(3.979 / 2, abs=0.05)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_when_everybody_takes_the_seat_the_calls_seat_whom_the_draw_did(problem):
    """The short way, and the matching of the insiders that it stands for (a take-up so near 1 that nobody declines)."""
    short, full = (_vary(problem, "k=2", draws=3, takeup=t) for t in (1.0, 1 - 1e-12))
    assert [f.empty_called for f in short] == [f.empty_called for f in full] == [f.empty for f in full]


@given(problems(most=6))
@settings(max_examples=80, deadline=None)
def test_every_variant_keeps_the_seats_of_a_class_and_gives_a_sound_problem(problem):
    groups = {g for a in problem.applicants for g in a.groups} | {b.group for b in problem.blocks if b.group}
    texts = [f"{g}={p}%" for g in sorted(groups) for p in ("0", "33.3", "100")]
    texts += ["precedence=open-first", "precedence=reserves-first", "tiers=off", "k=2"]
    texts.append("+".join([f"{g}=50%" for g in sorted(groups)] + ["precedence=open-first", "tiers=off"]))
    for text in texts:
        changed, _ = Variant.parse(text, problem).apply(problem)
        assert not check(changed)
        for klass in {b.klass for b in problem.blocks}:
            seats = [sum(b.seats for b in p.blocks if b.klass == klass) for p in (problem, changed)]
            assert seats[0] == seats[1]


def test_a_share_is_kept_in_every_class_rounded_up_and_taken_from_the_open_seats():
    two = replace(H1B, blocks=(*H1B.blocks, Block("other", "all", 7, "", 1)))
    changed, lacking = Variant.parse("advanced=30%", two).apply(two)
    assert {(b.klass, b.group): b.seats for b in changed.blocks} == {
        ("visa", "advanced"): 26,  # 25.5
        ("visa", ""): 59,
        ("other", "advanced"): 3,  # 2.1
        ("other", ""): 4,
    }
    assert not lacking
    assert [b.group for b in changed.blocks if b.klass == "other"] == ["advanced", ""]


def test_shares_that_exceed_a_class_are_named_with_what_is_possible():
    blocks = (*H1B.blocks, Block("visa", "home", 30, "home", 3))
    crowded = replace(H1B, blocks=blocks)
    changed, (lack,) = Variant.parse("advanced=80%", crowded).apply(crowded)
    assert (lack.klass, lack.group, lack.asked, lack.possible) == ("visa", "advanced", 92, 85)
    assert "30" in str(lack) and "Lower them to 85" in str(lack)
    assert sum(b.seats for b in changed.blocks) == 115


@pytest.mark.parametrize("text", ["W=80%+P=60%", "P=60%+W=80%"])
def test_shares_that_exceed_a_class_together_are_lowered_by_the_least_in_whatever_order_they_are_written(
    text,
):
    """Ten seats, one W and twelve P: 8 for W can't be filled, and 1 beside the 6 for P mends both."""
    people = [Applicant("w", ("W",), ("A",)), *(Applicant(f"p{n}", ("P",), ("A",)) for n in range(12))]
    problem = Problem(tuple(people), (Block("A", "open", 10, "", 1),), (), rule())
    _as_it_is, found = _vary(problem, text, draws=2, takeup=1.0)
    assert [(s.group, s.asked, s.possible) for s in found.shortfalls] == [("W", 8, 1)]
    changed, _ = Variant.parse(text, problem).apply(problem)
    assert {b.group: b.seats for b in changed.blocks} == {"W": 1, "P": 6, "": 3}


@given(problems(most=6), st.integers(0, 100), st.integers(0, 100))
@settings(max_examples=80, deadline=None)
def test_the_order_in_which_shares_are_written_changes_nothing_of_what_is_given_up(problem, one, other):
    groups = sorted(
        {g for a in problem.applicants for g in a.groups} | {b.group for b in problem.blocks if b.group}
    )
    assume(len(groups) > 1)
    texts = (f"{groups[0]}={one}%+{groups[1]}={other}%", f"{groups[1]}={other}%+{groups[0]}={one}%")
    given_up = []
    for text in texts:
        changed, lacking = Variant.parse(text, problem).apply(problem)
        assert not check(changed)
        given_up.append(sum(s.asked - s.possible for s in lacking))
    assert given_up[0] == given_up[1]


def _short(*blocks, applicants, reversion="none"):
    problem = Problem(applicants, blocks, (), rule(reversion=reversion))
    return {(s.klass, s.block): (s.asked, s.possible) for s in shortfalls(problem)}


def test_reserves_that_share_too_few_members_are_lowered_by_the_least():
    """Three members of g, two of whom rank A alone: A asks for 2, B for 2; one seat has to go, and only at B."""
    people = (
        Applicant("r1", ("g",), ("A",)),
        Applicant("r2", ("g",), ("A",)),
        Applicant("r3", ("g",), ("A", "B")),
    )
    asked = (Block("A", "g", 2, "g", 1), Block("B", "g", 2, "g", 1))
    assert _short(*asked, applicants=people) == {("B", "g"): (2, 1)}
    assert _short(asked[0], replace(asked[1], seats=1), applicants=people) == {}


def test_a_reserve_whose_cap_keeps_its_own_group_out_is_lowered_to_the_cap():
    people = tuple(Applicant(f"r{i}", ("g", "h"), ("A",)) for i in range(5))
    assert _short(Block("A", "g", 3, "g", 1, "h", 1), applicants=people) == {("A", "g"): (3, 1)}


@given(problems(most=6))
@settings(max_examples=150, deadline=None)
def test_the_relaxation_is_met_by_somebody_and_no_smaller_one_is(problem):
    """Against trying every way of giving each person one kept seat or none."""
    kept = [b for b in problem.blocks if b.group and b.seats]
    lowered = {(s.klass, s.block): s.possible for s in shortfalls(problem)}
    best = 0
    ways = [
        [None, *(b for b in kept if b.group in a.groups and b.klass in a.ranking)] for a in problem.applicants
    ]
    met = False
    for seats in product(*ways):
        if all(_allowed(b, problem.applicants, seats) for b in kept):
            held = {(b.klass, b.block): sum(s is b for s in seats) for b in kept}
            best = max(best, sum(held.values()))
            met = met or all(held[b.klass, b.block] == lowered.get((b.klass, b.block), b.seats) for b in kept)
    assert met
    assert sum(lowered.get((b.klass, b.block), b.seats) for b in kept) == best


def _allowed(block, applicants, seats):
    inside = [a for a, s in zip(applicants, seats, strict=True) if s is block]
    return len(inside) <= block.seats and (
        block.cap is None or sum(block.cap_group in a.groups for a in inside) <= block.cap
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no change"),
        ("k=0.5", "no change"),
        ("k=two", "no change"),
        ("tiers=on", "no change"),
        ("precedence=women-first", "no change"),
        ("women=30%", "'women'"),
        ("=30%", "group ''"),
        ("advanced=101%", "0% to 100%"),
        ("advanced=-1%", "0% to 100%"),
        ("k=1.5+k=2", "twice"),
        ("advanced=10%+advanced=20%", "twice"),
    ],
)
def test_a_variant_that_cannot_be_tried_says_why_and_how_to_write_one(text, word):
    with pytest.raises(BadVariant) as refused:
        Variant.parse(text, H1B)
    assert word in str(refused.value) and "GROUP=30%" in str(refused.value)


def _folder(tmp_path, problem):
    folder = tmp_path / "problem"
    folder.mkdir()
    for name, data in problem_files(problem).items():
        (folder / name).write_bytes(data)
    return folder


def test_the_command_tells_every_usual_variant_and_writes_the_numbers_as_a_table(tmp_path, capsys):
    folder, out = _folder(tmp_path, H1B), tmp_path / "what-if.csv"
    assert main(["draw", "what-if", str(folder), "--draws", "20", "--takeup", "70", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    for name in ("as it stands", "precedence=open-first", "k=1.2", "k=2"):
        assert f"\n{name}\n" in f"\n{told}"
    rows = list(csv.DictReader(out.open()))
    numbers = {(r["variant"], r["measure"], r["group"]): r["value"] for r in rows}
    assert float(numbers["precedence=open-first", "won", "advanced"]) > 0
    assert float(numbers["k=2", "inside", ""]) == 170
    assert float(numbers["", "mde", ""]) < float(numbers["k=2", "mde", ""])


def test_an_endline_of_so_many_in_each_arm_bounds_what_the_command_can_see(tmp_path, capsys):
    folder, out = _folder(tmp_path, H1B), tmp_path / "what-if.csv"
    plain = ["draw", "what-if", str(folder), "--draws", "20", "--vary", "k=1.5", "--out", str(out)]
    found = []
    for asked in ([], ["--per-arm", "20"], ["--per-arm", "20", "--alpha", "0.1"]):
        assert main([*plain, *asked]) == 0
        found.append(next(float(r["value"]) for r in csv.DictReader(out.open()) if r["measure"] == "mde"))
    assert found[0] < found[2] < found[1]
    capsys.readouterr()


def test_quotas_that_cannot_be_met_are_told_and_a_bad_variant_writes_nothing(tmp_path, capsys):
    folder, out = _folder(tmp_path, H1B), tmp_path / "what-if.csv"
    command = ["draw", "what-if", str(folder), "--draws", "2", "--out", str(out), "--vary"]
    assert main([*command, "women=30%"]) == 2
    assert "women" in capsys.readouterr().err and not out.exists()
    few = replace(H1B, applicants=H1B.applicants[90:])
    for name, data in problem_files(few).items():
        (folder / name).write_bytes(data)
    assert main([*command, "advanced=50%+precedence=open-first"]) == 0
    told = capsys.readouterr().out
    assert "20 seats are kept for advanced" in told and "Lower them to 6" in told
    assert told.count("not possible") == 2
