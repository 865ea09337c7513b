"""Answers that were known before: textbooks, papers, standards."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import permutations, product

import pytest
from tests.cores.allocation.markets import rule, seated, textbook

from ampera.cores.allocation import (
    Applicant,
    Beacon,
    Block,
    Problem,
    Rule,
    beacons,
    chances,
    cutoffs,
    draw,
    rfc3797_key,
)
from ampera.cores.allocation.market import Lottery, market
from ampera.cores.allocation.matching import Matching, match

# Gale & Shapley (1962), example 1
MEN = {"alpha": "A B C", "beta": "B C A", "gamma": "C A B"}
WOMEN = {"A": "beta gamma alpha", "B": "gamma alpha beta", "C": "alpha beta gamma"}


def test_gale_and_shapleys_men_get_their_first_choices_when_they_propose():
    assert seated(draw(textbook(MEN, WOMEN), beacon="")) == {"alpha": "A", "beta": "B", "gamma": "C"}


def test_gale_and_shapleys_women_get_their_first_choices_when_they_propose():
    assert seated(draw(textbook(WOMEN, MEN), beacon="")) == {"A": "beta", "B": "gamma", "C": "alpha"}


def test_the_stability_check_finds_exactly_gale_and_shapleys_three_stable_matchings():
    outcome = draw(textbook(MEN, WOMEN), beacon="")
    m, order = outcome.replay.market, outcome.replay.lottery
    seats, caps, stable = [1, 1, 1], [None] * 3, []
    for women in permutations(range(3)):
        choice = [m.ranking[man].index(woman) + 1 for man, woman in enumerate(women)]
        found = Matching([m.of_class[woman][0] for woman in women], choice)
        filled = cutoffs.fills(m, order, found, seats=seats, caps=caps)
        if cutoffs.stability(m, order, found, filled).holds:
            stable.append("".join(m.classes[woman] for woman in women))
    assert sorted(stable) == ["ABC", "BCA", "CAB"]


def test_abdulkadiroglu_and_sonmez_example_1():
    """Abdulkadiroğlu & Sönmez (2003), American Economic Review 93: the student-optimal stable matching."""
    students = {"i1": "s2 s1 s3", "i2": "s1 s2 s3", "i3": "s1 s2 s3"}
    schools = {"s1": "i1 i3 i2", "s2": "i2 i1 i3", "s3": "i2 i1 i3"}
    assert seated(draw(textbook(students, schools), beacon="")) == {"i1": "s1", "i2": "s2", "i3": "s3"}


def test_abdulkadiroglu_and_sonmez_top_trading_cycles_dominate_and_are_unstable_through_student_3():
    """The same example: 1→s2, 2→s1, 3→s3 gives 1 and 2 their first choices, and student 3 has priority over 2 at s1."""
    students = {"i1": "s2 s1 s3", "i2": "s1 s2 s3", "i3": "s1 s2 s3"}
    r = draw(textbook(students, {"s1": "i1 i3 i2", "s2": "i2 i1 i3", "s3": "i2 i1 i3"}), beacon="").replay
    traded = {"i1": "s2", "i2": "s1", "i3": "s3"}
    block = [r.market.of_class[r.market.classes.index(traded[a.receipt])][0] for a in r.market.applicants]
    choice = [a.ranking.index(traded[a.receipt]) + 1 for a in r.market.applicants]
    found = Matching(block, choice)
    filled = cutoffs.fills(r.market, r.lottery, found, seats=[1] * 3, caps=[None] * 3)
    assert cutoffs.stability(r.market, r.lottery, found, filled).blocking == (("i3", "s1"),)
    assert all(traded_rank <= own for traded_rank, own in zip(choice, r.found.choice, strict=True))


def test_the_readme_example_of_the_matching_package():
    """PyPI `matching`, README: stable marriage."""
    found = draw(
        textbook(
            {"A": "D E F", "B": "D F E", "C": "F D E"},
            {"D": "B C A", "E": "A C B", "F": "C B A"},
        ),
        beacon="",
    )
    assert seated(found) == {"A": "E", "B": "D", "C": "F"}


# Kojima (2012), Games and Economic Behavior 75: s1 and s2 are the majority, s3 the minority
KOJIMA = ({"s1": "c1", "s2": "c1 c2", "s3": "c2 c1"}, {"c1": "s1 s2 s3", "c2": "s2 s3 s1"})


@pytest.mark.parametrize(
    ("c1", "expected"),
    [
        ((Block("c1", "all", 2, "", 1),), {"s1": "c1", "s2": "c1", "s3": "c2"}),
        ((Block("c1", "all", 2, "", 1, "majority", 1),), {"s1": "c1", "s2": "c2", "s3": "c1"}),
        (
            (Block("c1", "kept", 1, "minority", 1), Block("c1", "open", 1, "", 2)),
            {"s1": "c1", "s2": "c1", "s3": "c2"},
        ),
    ],
    ids=["no quota", "a cap on the majority harms the minority", "a soft reserve does not"],
)
def test_kojimas_quota_that_harms_the_minority(c1, expected):
    plain = textbook(*KOJIMA)
    group = {"s1": "majority", "s2": "majority", "s3": "minority"}
    applicants = tuple(replace(a, groups=(group[a.receipt],)) for a in plain.applicants)
    problem = replace(plain, applicants=applicants, blocks=(*c1, Block("c2", "all", 1, "", 1)))
    assert seated(draw(problem, beacon="")) == expected


@pytest.mark.parametrize(
    ("reserve", "open_", "winners"), [(1, 2, {"r1", "n1"}), (2, 1, {"r1", "r2"})], ids=["reserve", "open"]
)
def test_whether_the_reserve_is_filled_first_decides_who_sits(reserve, open_, winners):
    """Dur, Kominers, Pathak & Sönmez (2018), Journal of Political Economy 126: precedence."""
    problem = textbook(dict.fromkeys(["r1", "n1", "r2", "n2"], "K"), {"K": "r1 n1 r2 n2"})
    applicants = tuple(replace(a, groups=("R",) if a.receipt[0] == "r" else ()) for a in problem.applicants)
    blocks = (Block("K", "reserve", 1, "R", reserve), Block("K", "open", 1, "", open_))
    found = seated(draw(replace(problem, applicants=applicants, blocks=blocks), beacon=""))
    assert {who for who, klass in found.items() if klass} == winners


# The H-1B lottery of 2018, Arnosti (2019), at 1 : 200: 96,000 advanced degrees and 94,000 others ask for 65,000 open
# visas and 20,000 reserved for advanced degrees. His reserve-first throws new lots for the second step.
H1B = tuple(Applicant(f"r{i}", ("advanced",) if i < 480 else (), ("visa",)) for i in range(950))
H1B_TWO_LOTS = tuple(replace(a, ranking=("kept", "visa") if a.groups else ("visa",)) for a in H1B)


@pytest.mark.parametrize(
    ("applicants", "kept", "tie_break", "expected"),
    [
        (H1B, Block("visa", "reserved", 100, "advanced", 3), "single", 52_842),
        (H1B_TWO_LOTS, Block("kept", "reserved", 100, "advanced", 1), "per-class", 49_059),
        # our arithmetic: one ticket for both steps, and the reserve first takes only who would have sat anyway
        (H1B, Block("visa", "reserved", 100, "advanced", 1), "single", 96_000 * 85 / 190),
    ],
    ids=["open first", "reserve first, two lots", "reserve first, one ticket"],
)
def test_the_h1b_lottery_of_2018(applicants, kept, tie_break, expected):
    blocks = (kept, Block("visa", "open", 325, "", 2))
    problem = Problem(applicants, blocks, (), rule(tie_break=tie_break))
    found = chances(problem, draws=100, seed=b"h1b")
    assert sum(chance.seat for chance in found.values()) == pytest.approx(425)
    advanced = sum(found[f"r{i}"].seat for i in range(480))
    assert advanced == pytest.approx(expected / 200, abs=3)  # s.e. of the mean of 100 draws: about .8


# Abdulkadiroğlu, Angrist, Narita & Pathak (2017), Econometrica 85: the finite market, all 24 orders
AANP = {"1": "c", "2": "c b a", "3": "b a", "4": "a"}
AANP_SHARES = {
    ("1", "c"): 12,
    ("2", "c"): 12,
    ("2", "b"): 4,
    ("2", "a"): 2,
    ("3", "b"): 20,
    ("3", "a"): 1,
    ("4", "a"): 21,
}


def _aanp() -> Problem:
    return textbook(AANP, {"a": "", "b": "", "c": ""})


def test_the_propensities_of_aanp_over_all_24_orders_exactly():
    m = market(_aanp())
    counts: dict[tuple[str, str], int] = {}
    for by_rank in permutations(range(4)):
        rank = [by_rank.index(i) for i in range(4)]
        found = match(m, Lottery([rank] * 3, [list(by_rank)] * 3), seats=[1] * 3, caps=[None] * 3)
        for i, b in enumerate(found.block):
            if b >= 0:
                pair = m.applicants[i].receipt, m.blocks[b].klass
                counts[pair] = counts.get(pair, 0) + 1
    assert counts == AANP_SHARES


def test_replayed_chances_agree_with_the_propensities_of_aanp_within_their_error():
    found = chances(_aanp(), draws=4000, seed=b"aanp")
    for receipt, klass in product("1234", "abc"):
        chance, se = found[receipt].by_class.get(klass, (0.0, 0.0))
        assert chance == pytest.approx(AANP_SHARES.get((receipt, klass), 0) / 24, abs=4.5 * se)


# RFC 3797 §6: MD5 of each pick, and whom it picks
RFC3797 = [
    ("990DD0A5692A029A98B5E01AA28F3459", 17),
    ("3691E55CB63FCC37914430B2F70B5EC6", 7),
    ("FE814EDF564C190AC1D25753979990FA", 2),
    ("1863CCACEB568C31D7DDBDF1D4E91387", 16),
    ("F4AB33DF4889F0AF29C513905BE1D758", 25),
    ("13EAEB529F61ACFB9A29D0BA3A60DE4A", 23),
    ("992DB77C382CA2BDB9727001F3CDCCD9", 8),
    ("63AB4258ECA922976811C7F55C383CE7", 24),
    ("DFBC5AC97CED01B3A6E348E3CC63F40D", 19),
    ("31CB111C4A4EBE9287CEAE16FE51B909", 13),
    ("07FA46C122F164C215BBC72793B189A3", 22),
    ("AC52F8D75CCBE2E61AFEB3387637D501", 5),
    ("53306F73E14FC0B2FBF434218D25948E", 18),
    ("B5D1403501A81F9A47318BE7893B347C", 9),
    ("85B10B356AA06663EF1B1B407765100A", 1),
    ("3269E6CE559ABD57E2BA6AAB495EB9BD", 4),
]


def test_the_key_string_the_hashes_and_the_picks_of_rfc_3797():
    """RFC 3797 §6: our key gives the published MD5 values and picks."""
    key = rfc3797_key([[9319], [2, 5, 12, 8, 10], [9, 18, 26, 34, 41, 45]])
    assert key == "9319./2.5.8.10.12./9.18.26.34.41.45./"
    pool, picks = list(range(1, 26)), []
    for j, (published, pick) in enumerate(RFC3797):
        hashed = hashlib.md5((both := j.to_bytes(2, "big")) + key.encode() + both).hexdigest()
        assert hashed.upper() == published
        picks.append(pool.pop(int(hashed, 16) % len(pool)) == pick)
    assert all(picks)


def test_the_randomness_of_drand_quicknet_round_657413():
    """README of drand-verify: the randomness is the SHA-256 of the signature."""
    signature = (
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
    )
    named = Rule.write(beacon=Beacon("drand", "the next round", round=657413))
    expected = b"fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
    assert beacons.material(named, signature.upper()) == expected
