"""Ability, forms and levels: LSAT-6, laws of the Rasch model, exact identities."""

import csv
import math
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampera.cores.measurement import (
    Ability,
    Cuts,
    Level,
    NoFiniteEstimate,
    NoInformation,
    eap,
    form_quality,
    information,
    mle,
    place,
    probability,
    score_distribution,
    score_table,
    simulate,
    wle,
)

# 2PL maximum likelihood solution of LSAT-6 (Bock & Lieberman 1970, Psychometrika 35:179), recomputed exactly
LSAT6_SLOPE = (0.82566, 0.72274, 0.89087, 0.68837, 0.65686)
LSAT6_DIFFICULTY = (-3.35881, -1.37006, -0.27967, -1.86638, -3.12591)
# the 32 patterns with their counts as in R psych's `bock`, and expectations recomputed with 241 nodes on −6..6
LSAT6 = list(csv.DictReader((Path(__file__).parent / "lsat6.csv").open()))

DIFFICULTIES = st.lists(st.floats(-4, 4), min_size=1, max_size=12)
METHODS = {"eap": eap, "wle": wle}


@st.composite
def sheets(draw):
    difficulty = draw(DIFFICULTIES)
    return draw(st.lists(st.integers(0, 1), min_size=len(difficulty), max_size=len(difficulty))), difficulty


@pytest.mark.parametrize("row", LSAT6, ids=lambda row: row["pattern"])
def test_eap_and_its_sd_of_every_lsat6_pattern(row):
    found = eap([int(x) for x in row["pattern"]], LSAT6_DIFFICULTY, slope=LSAT6_SLOPE)
    assert found.theta == pytest.approx(float(row["eap"]), abs=1e-4)
    assert found.se == pytest.approx(float(row["eap_sd"]), abs=1e-4)


def test_the_lsat6_file_holds_all_32_patterns_and_1000_people():
    assert len({row["pattern"] for row in LSAT6}) == 32
    assert sum(int(row["n"]) for row in LSAT6) == 1000


def test_one_item_of_middle_difficulty_has_warms_closed_form():
    """x = 1, one item: 1 − P + (1 − 2P)/2 = 0 gives P = ¾, so θ = b + log 3 (Warm 1989)."""
    assert wle([1], [0.7]).theta == pytest.approx(0.7 + math.log(3), abs=1e-12)
    assert wle([0], [0.7]).theta == pytest.approx(0.7 - math.log(3), abs=1e-12)


def test_equal_difficulties_have_closed_forms():
    """n equal items, score r: ML is the logit of r/n, WLE that of (r + ½)/(n + 1)."""
    responses, difficulty = [1] * 7 + [0] * 3, [0.4] * 10
    assert mle(responses, difficulty).theta == pytest.approx(0.4 + math.log(7 / 3), abs=1e-12)
    assert wle(responses, difficulty).theta == pytest.approx(0.4 + math.log(7.5 / 3.5), abs=1e-12)
    assert mle(responses, difficulty).se == pytest.approx(1 / math.sqrt(10 * 0.7 * 0.3), abs=1e-12)


@pytest.mark.parametrize(("pattern", "theta"), [("1111100000", -0.0055), ("1101110100", 0.3915)])
def test_maximum_likelihood_agrees_with_r_perfit(pattern, theta):
    slope = (0.8, 1, 1.2, 1.4, 0.9, 1.1, 1.3, 1, 1.5, 0.7)
    difficulty = (-2, -1.5, -1, -0.5, -0.25, 0.25, 0.5, 1, 1.5, 2)
    assert mle([int(x) for x in pattern], difficulty, slope=slope).theta == pytest.approx(theta, abs=5e-5)


@pytest.mark.parametrize("method", METHODS)
@given(sheet=sheets(), seed=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_only_the_number_right_counts_and_the_order_never_does(method, sheet, seed):
    responses, difficulty = sheet
    shuffled = list(difficulty)
    seed.shuffle(shuffled)
    assert METHODS[method](responses, difficulty) == METHODS[method](sorted(responses), shuffled)


@pytest.mark.parametrize("method", METHODS)
@given(difficulty=DIFFICULTIES)
@settings(max_examples=30, deadline=None)
def test_more_right_answers_mean_more_ability_and_the_error_is_positive_and_finite(method, difficulty):
    table = score_table(difficulty, method=method)
    assert [row.raw for row in table] == list(range(len(difficulty) + 1))
    assert all(low.theta < high.theta for low, high in pairwise(table))
    assert all(0 < row.se < math.inf for row in table)


@given(difficulty=DIFFICULTIES, shift=st.floats(-3, 3))
@settings(max_examples=30, deadline=None)
def test_moving_the_scale_moves_the_estimates(difficulty, shift):
    moved = [b + shift for b in difficulty]
    half = [1] * (len(difficulty) // 2) + [0] * (len(difficulty) - len(difficulty) // 2)
    assert wle(half, moved).theta == pytest.approx(wle(half, difficulty).theta + shift, abs=1e-9)
    expected = eap(half, difficulty).theta + shift
    assert eap(half, moved, prior_mean=shift).theta == pytest.approx(expected, abs=1e-9)


@given(difficulty=st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=12), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_weighted_estimate_is_drawn_in_from_the_likelihoods(difficulty, seed):
    """ML is biased outwards; beyond all the items WLE must lie nearer to them (Warm 1989)."""
    right = 1 + seed % (len(difficulty) - 1)
    responses = [1] * right + [0] * (len(difficulty) - right)
    plain, weighted = mle(responses, difficulty).theta, wle(responses, difficulty).theta
    if plain > max(difficulty) + 1e-6:
        assert weighted < plain
    if plain < min(difficulty) - 1e-6:
        assert weighted > plain


def test_wle_is_nearly_unbiased_where_eap_shrinks():
    """Exact expectation over all scores at θ = 1.5, 30 items spread over ± 2."""
    difficulty, theta = [-2 + 4 * k / 29 for k in range(30)], 1.5
    chances = score_distribution(theta, difficulty)

    def expected(method):
        table = score_table(difficulty, method=method)
        return sum(c * row.theta for c, row in zip(chances, table, strict=True))

    assert abs(expected("wle") - theta) < 0.02
    assert expected("eap") < theta - 0.2


def test_with_items_far_apart_the_highest_mode_is_taken():
    """Items at −10 and 10, one more easy one: two of three right is most likely just above the easy ones."""
    found = wle([1, 1, 0], [-10, -10, 10])
    assert -9 < found.theta < -7
    assert wle([1, 0, 0], [-10, 10, 10]).theta == pytest.approx(-found.theta, abs=1e-9)


def test_two_modes_of_one_height_give_the_lower_wherever_the_scale_starts():
    found = wle([1, 0], [4, -1]).theta
    assert found < 1.5
    for shift in range(-40, 40):
        moved = wle([1, 0], [4 + shift / 7, -1 + shift / 7]).theta
        assert moved == pytest.approx(found + shift / 7, abs=1e-9)


def test_with_known_slopes_the_order_of_the_items_still_never_matters():
    """0.3 + 0.6 + 0.7 and 0.3 + 0.7 + 0.6 differ in the last bit when they are added one by one."""
    items = list(zip([1, 1, 1, 0, 0], LSAT6_DIFFICULTY, [0.3, 0.6, 0.7, 1.1, 0.9], strict=True))
    found = set()
    for order in permutations(items):
        responses, difficulty, slope = zip(*order, strict=True)
        found.add(tuple(method(responses, difficulty, slope=slope) for method in (eap, wle, mle)))
    assert len(found) == 1


def test_without_answers_nothing_is_known():
    for estimate in (eap, wle, mle):
        with pytest.raises(NoInformation):
            estimate([], [])


@pytest.mark.parametrize("responses", [[1, 1, 1], [0, 0, 0]])
def test_maximum_likelihood_refuses_perfect_and_empty_sheets_that_the_others_score(responses):
    with pytest.raises(NoFiniteEstimate):
        mle(responses, [0, 1, 2])
    assert math.isfinite(wle(responses, [0, 1, 2]).theta)
    assert math.isfinite(eap(responses, [0, 1, 2]).theta)


@pytest.mark.parametrize(
    ("responses", "options", "says"),
    [
        ([1, 0], {"difficulty": [0]}, "2 responses but 1 items"),
        ([2], {"difficulty": [0]}, "0 or 1"),
        ([1], {"difficulty": [math.nan]}, "finite"),
        ([1], {"difficulty": [0], "slope": [0]}, "above 0"),
        ([1], {"difficulty": [0], "slope": [1, 1]}, "2 slopes"),
        ([1], {"difficulty": [0], "prior_sd": 0}, "SD"),
    ],
)
def test_malformed_input_is_named(responses, options, says):
    with pytest.raises(ValueError, match=says):
        eap(responses, **options)


def test_a_wide_prior_and_a_long_form_are_still_integrated_finely():
    """With a prior nearly flat beside 400 answers, the posterior is normal round the ML with 1/√information."""
    difficulty = [-2 + 4 * k / 399 for k in range(400)]
    responses = [1] * 250 + [0] * 150
    flat, likeliest = eap(responses, difficulty, prior_sd=50), mle(responses, difficulty)
    assert flat.theta == pytest.approx(likeliest.theta, abs=0.01)
    assert flat.se == pytest.approx(likeliest.se, rel=0.01)


def test_information_is_the_slope_of_the_expected_score():
    difficulty, step = [-1, 0.2, 1.4], 1e-5
    slope = (
        sum(probability(0.3 + step, b) for b in difficulty)
        - sum(probability(0.3 - step, b) for b in difficulty)
    ) / (2 * step)
    assert information(0.3, difficulty) == pytest.approx(slope, rel=1e-8)


@given(DIFFICULTIES, st.floats(-3, 3))
@settings(max_examples=40, deadline=None)
def test_score_chances_sum_to_one_with_the_right_mean_and_variance(difficulty, theta):
    chances = score_distribution(theta, difficulty)
    mean = sum(raw * c for raw, c in enumerate(chances))
    variance = sum((raw - mean) ** 2 * c for raw, c in enumerate(chances))
    assert sum(chances) == pytest.approx(1)
    assert mean == pytest.approx(sum(probability(theta, b) for b in difficulty))
    assert variance == pytest.approx(information(theta, difficulty))


def test_reliability_is_the_share_of_variance_that_the_eap_explains():
    """Law of total variance: Var(EAP) + E[posterior variance] = prior variance, here 1.3²."""
    difficulty, mean, sd = [-1.5, -0.5, 0, 0.5, 1, 2], 0.4, 1.3
    quality = form_quality(difficulty, prior_mean=mean, prior_sd=sd)
    table = score_table(difficulty, method="eap", prior_mean=mean, prior_sd=sd)
    marginal = [0.0] * len(table)
    nodes = [mean + sd * z / 20 for z in range(-120, 121)]
    weights = [math.exp(-(((t - mean) / sd) ** 2) / 2) for t in nodes]
    for theta, weight in zip(nodes, weights, strict=True):
        for raw, chance in enumerate(score_distribution(theta, difficulty)):
            marginal[raw] += weight * chance / sum(weights)
    centre = sum(c * row.theta for c, row in zip(marginal, table, strict=True))
    explained = sum(c * (row.theta - centre) ** 2 for c, row in zip(marginal, table, strict=True))
    assert centre == pytest.approx(mean, abs=1e-6)
    assert quality.reliability == pytest.approx(explained / sd**2, abs=1e-6)
    assert quality.expected_se**2 + explained == pytest.approx(sd**2, abs=1e-6)


def test_a_longer_form_is_more_reliable():
    short, long = form_quality([-1, 0, 1]), form_quality([-1, 0, 1] * 5)
    assert short.reliability < long.reliability and short.expected_se > long.expected_se


def test_simulated_answers_are_right_where_the_dice_fall_below_the_chance():
    chance = probability(0.5, -0.2)
    assert simulate(0.5, [-0.2, -0.2], uniforms=[chance - 1e-9, chance + 1e-9]) == (1, 0)


CUTS = Cuts(menengah=-0.5, mahir=0.8, ahli=2.0)


@pytest.mark.parametrize(
    ("theta", "level"),
    [
        (-3, Level.DASAR),
        (-0.5, Level.MENENGAH),
        (0.79, Level.MENENGAH),
        (0.8, Level.MAHIR),
        (9, Level.AHLI),
    ],
)
def test_a_level_starts_at_its_cut(theta, level):
    assert place(Ability(theta, 0.4, "eap"), cuts=CUTS, answers=[0], standards_set=False).level is level


@pytest.mark.parametrize(
    ("answers", "standards_set", "provisional"),
    [([500, 900], True, False), ([499, 900], True, True), ([500, 900], False, True)],
)
def test_a_level_is_provisional_until_items_and_panel_have_earned_more(answers, standards_set, provisional):
    placed = place(Ability(0, 0.4, "eap"), cuts=CUTS, answers=answers, standards_set=standards_set)
    assert placed.provisional is provisional
    assert (placed.theta, placed.se) == (0, 0.4)


def test_anyone_may_choose_up_to_the_level_measured():
    assert Level.DASAR.and_below() == (Level.DASAR,)
    assert Level.MAHIR.and_below() == (Level.DASAR, Level.MENENGAH, Level.MAHIR)


@pytest.mark.parametrize("cuts", [(0, 0, 1), (1, 0, 2), (0, 1, math.inf), (math.nan, 0, 1)])
def test_cuts_must_rise(cuts):
    with pytest.raises(ValueError, match="rise"):
        Cuts(*cuts)
