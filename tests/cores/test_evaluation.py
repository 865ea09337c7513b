"""The effect of the programme: a known truth found again under confounding, exact tests, laws."""

import math
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampera.cores.evaluation.attrition import attrition, lee_bounds
from ampera.cores.evaluation.effect import NoExperiment, itt
from ampera.cores.evaluation.randomisation import randomisation_p
from ampera.cores.evaluation.student import quantile, two_sided_p

SOURCE = Path(__file__).parents[2] / "src"
CHANCES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
SLOPE, CURVE = 1.2, 2.0


def before(chance):
    """What ability is worth by chance alone: the able rank fuller classes, say. Not linear, on purpose."""
    return SLOPE * (chance - 0.5) + CURVE * (chance - 0.5) ** 2


def outside_sd():
    """SD of the outside arm in the population, by hand: noise of SD 1 and the spread of `before`."""
    share = (1 - CHANCES) / (1 - CHANCES).sum()
    mean = share @ before(CHANCES)
    return math.sqrt(1 + share @ (before(CHANCES) - mean) ** 2)


TRUTH = 0.20
RAW = TRUTH * outside_sd()


def city(dice, n, *, effect=RAW):
    chance = dice.choice(CHANCES, n)
    inside = dice.random(n) < chance
    return before(chance) + dice.normal(size=n) + effect * inside, inside, chance


def naive(y, inside):
    return (y[inside].mean() - y[~inside].mean()) / y[~inside].std(ddof=1)


def test_the_truth_is_found_again_where_winners_minus_losers_is_far_off():
    y, inside, chance = city(np.random.default_rng(1), 200_000)
    found = itt(y, inside, chance)
    assert naive(y, inside) - TRUTH > 0.2
    assert found.estimate == pytest.approx(TRUTH, abs=4 * found.se)
    assert found.se < 0.006
    assert found.sd == pytest.approx(outside_sd(), rel=0.01)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """600 rounds of 500 applicants: 95 % ± 3 binomial errors; the mean is on target, the mean error honest."""
    dice = np.random.default_rng(2)
    found = [itt(*city(dice, 500)) for _ in range(600)]
    covered = np.mean([one.low <= TRUTH <= one.high for one in found])
    estimates = np.array([one.estimate for one in found])
    assert 0.923 <= covered <= 0.977
    assert estimates.mean() == pytest.approx(TRUTH, abs=4 * estimates.std() / math.sqrt(600))
    assert np.mean([one.se for one in found]) == pytest.approx(estimates.std(), rel=0.1)


@pytest.mark.proof
@pytest.mark.parametrize("effect", [0.0, RAW, -3 * RAW])
@pytest.mark.parametrize("n", [120, 500, 3000])
def test_the_interval_covers_the_truth_in_twenty_thousand_rounds(n, effect):
    """Within one percentage point of 95 % (binomial error .15), whatever the size of the city and of the effect."""
    dice, truth = np.random.default_rng(n), effect / outside_sd()
    found = [itt(*city(dice, n, effect=effect)) for _ in range(20_000)]
    assert np.mean([one.low <= truth <= one.high for one in found]) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize("replays", [20, 200])
def test_chances_from_few_replays_leave_the_bias_that_the_method_page_states(replays):
    """Near s / R for R replays and an outcome that rises by s from chance 0 to 1: .05 s at 20, .005 s at 200."""
    dice, slope, n = np.random.default_rng(16), 2.0, 400_000
    chance = dice.uniform(0.3, 0.7, n)
    inside = dice.random(n) < chance
    y = slope * chance + dice.normal(size=n) * 0.1
    found = itt(y, inside, dice.binomial(replays, chance) / replays, sd_from="none")
    spread, noise = 0.4**2 / 12, np.mean(chance * (1 - chance)) / replays
    stated = slope * noise * spread / (spread + noise) / np.mean(chance * (1 - chance))
    assert found.estimate == pytest.approx(stated, abs=4 * found.se + 0.02 * stated)
    assert found.estimate < slope / replays + 4 * found.se


def test_households_that_win_and_learn_together_need_the_clustered_error():
    dice, alone, together = np.random.default_rng(3), [], []
    for _ in range(300):
        households = np.repeat(np.arange(150), 3)
        chance = dice.choice(CHANCES, 150)[households]
        inside = (dice.random(150) < chance[np.arange(150) * 3])[households]
        y = before(chance) + dice.normal(size=150)[households] + dice.normal(size=450) * 0.5 + RAW * inside
        options = {"sd_from": "none"}
        plain = itt(y, inside, chance, **options)
        clustered = itt(y, inside, chance, clusters=households, **options)
        assert clustered.estimate == plain.estimate
        alone.append(plain.low <= RAW <= plain.high)
        together.append(clustered.low <= RAW <= clustered.high)
    assert np.mean(alone) < 0.85
    assert 0.91 <= np.mean(together) <= 0.985


def test_sampling_weights_bring_back_the_population_when_the_sample_is_skewed():
    """The effect differs between two kinds of people; one kind is sampled four times as often."""
    dice = np.random.default_rng(4)
    n = 400_000
    y, inside, chance = city(dice, n, effect=0)
    kind = dice.random(n) < 0.5
    y = y + inside * np.where(kind, 0.6, 0.0)
    probability = np.where(kind, 0.8, 0.2) * np.where(inside, 1.0, 0.5)
    sampled = dice.random(n) < probability
    rows = (y[sampled], inside[sampled], chance[sampled])
    weighted = itt(*rows, weights=1 / probability[sampled], sd_from="none")
    assert weighted.estimate == pytest.approx(0.3, abs=4 * weighted.se)
    assert itt(*rows, sd_from="none").estimate > 0.4


def test_the_sd_of_the_outside_arm_is_the_populations_too():
    """Noisy people are sampled four times as often as quiet ones; the weights put the SD right."""
    dice, n = np.random.default_rng(17), 200_000
    loud, inside = dice.random(n) < 0.5, dice.random(n) < 0.4
    y = dice.normal(size=n) * np.where(loud, 3.0, 1.0)
    probability = np.where(loud, 0.8, 0.2)
    sampled = dice.random(n) < probability
    found = itt(y[sampled], inside[sampled], np.full(sampled.sum(), 0.4), weights=1 / probability[sampled])
    assert found.sd == pytest.approx(math.sqrt(5), rel=0.02)


def test_the_estimand_weighs_each_chance_by_p_times_one_minus_p():
    """Exact: one stratum's effect is 1, the other's 0, no noise but a balanced ± that cancels."""
    chance = np.repeat([0.5, 0.2], [8, 20])
    inside = np.concatenate([np.tile([1, 0], 4), np.tile([1, 0, 0, 0, 0], 4)]).astype(bool)
    y = np.where(chance == 0.5, inside, 0.0)
    share = 8 * 0.25 / (8 * 0.25 + 20 * 0.16)
    assert itt(y, inside, chance, sd_from="none").estimate == pytest.approx(share)


def test_the_robust_error_is_hc2_by_its_textbook_formula():
    """Equal chances, no weights: HC2 of a difference of means is s₁²/n₁ + s₀²/n₀ (Welch's variance)."""
    inside = np.array([1, 1, 1, 0, 0, 0, 0, 0], bool)
    y = np.array([1.0, 4, 2, 0, 1, 1, 5, 3])
    found = itt(y, inside, np.full(8, 0.4), sd_from="none")
    welch = y[inside].var(ddof=1) / 3 + y[~inside].var(ddof=1) / 5
    assert found.estimate == pytest.approx(y[inside].mean() - y[~inside].mean())
    assert found.se == pytest.approx(math.sqrt(welch))


def test_estimate_and_error_agree_with_the_full_matrix_formula():
    """Written out with all regressors, weights and clusters of 1 to 4: (X'WX)⁻¹ Σ X'W^½ A e e' A W^½X (X'WX)⁻¹."""
    dice = np.random.default_rng(18)
    y, inside, chance = city(dice, 70)
    w, baseline, clusters = dice.uniform(1, 4, 70), dice.normal(size=70), dice.integers(0, 30, 70)
    x = np.sqrt(w)[:, None] * np.column_stack([inside, np.ones(70), chance, baseline])
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ (np.sqrt(w) * y)
    errors, meat = np.sqrt(w) * y - x @ beta, np.zeros((4, 4))
    for g in np.unique(clusters):
        part = x[clusters == g]
        inner = np.linalg.inv(np.eye(len(part)) - part @ bread @ part.T)
        values, vectors = np.linalg.eigh(inner)
        score = part.T @ (vectors * np.sqrt(values)) @ vectors.T @ errors[clusters == g]
        meat += np.outer(score, score)
    found = itt(y, inside, chance, weights=w, clusters=clusters, covariates=baseline, sd_from="none")
    assert found.estimate == pytest.approx(beta[0])
    assert found.se == pytest.approx(math.sqrt((bread @ meat @ bread)[0, 0]))


def test_a_cluster_of_one_each_gives_the_unclustered_error():
    y, inside, chance = city(np.random.default_rng(5), 80)
    assert itt(y, inside, chance, clusters=np.arange(80)).se == pytest.approx(itt(y, inside, chance).se)


def test_clusters_assigned_whole_get_the_error_of_their_means():
    """Equal clusters, equal chances, no weights: CR2 is Welch's variance of the cluster means."""
    clusters = np.repeat(np.arange(6), 4)
    inside = np.repeat([1, 1, 1, 0, 0, 0], 4).astype(bool)
    y = np.random.default_rng(6).normal(size=24)
    means = y.reshape(6, 4).mean(axis=1)
    found = itt(y, inside, np.full(24, 0.5), clusters=clusters, sd_from="none")
    assert found.se == pytest.approx(math.sqrt(means[:3].var(ddof=1) / 3 + means[3:].var(ddof=1) / 3))
    assert found.df == 5


def test_a_baseline_score_narrows_the_interval_and_moves_nothing():
    dice = np.random.default_rng(7)
    y, inside, chance = city(dice, 20_000)
    baseline = y - RAW * inside + dice.normal(size=20_000) * 0.3
    plain, sharper = itt(y, inside, chance), itt(y, inside, chance, covariates=baseline)
    assert sharper.se < plain.se / 2
    assert sharper.estimate == pytest.approx(TRUTH, abs=4 * sharper.se)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100), st.floats(-50, 50), st.floats(0.1, 30))
@settings(max_examples=25, deadline=None)
def test_row_order_units_and_the_scale_of_weights_never_matter(seed, times, shift, unit):
    dice = np.random.default_rng(seed)
    y, inside, chance = city(dice, 60)
    w, households, order = dice.uniform(1, 5, 60), dice.integers(0, 30, 60), dice.permutation(60)
    first = itt(y, inside, chance, weights=w, clusters=households)
    again = itt(
        shift + unit * y[order],
        inside[order],
        chance[order],
        weights=times * w[order],
        clusters=[f"household {h}" for h in households[order]],
    )
    for name in ("estimate", "se", "low", "high", "p", "mde"):
        assert getattr(again, name) == pytest.approx(getattr(first, name), rel=1e-7, abs=1e-9)


def test_a_weight_of_three_estimates_as_three_copies_would():
    y, inside, chance = city(np.random.default_rng(8), 50)
    w = np.random.default_rng(9).integers(1, 4, 50)
    copied = itt(*(np.repeat(column, w) for column in (y, inside, chance)), sd_from="none")
    assert itt(y, inside, chance, weights=w, sd_from="none").estimate == pytest.approx(copied.estimate)


def test_those_whose_fate_was_certain_are_dropped_and_counted():
    y, inside, chance = city(np.random.default_rng(10), 100)
    more = itt(np.append(y, [9e9, -9e9]), np.append(inside, [1, 0]), np.append(chance, [1.0, 0.0]))
    assert more.n_dropped == 2 and more.n_inside + more.n_outside == 100
    assert more.estimate == pytest.approx(itt(y, inside, chance).estimate)
    assert more.mde == pytest.approx(2.8016 * more.se, rel=1e-4)
    assert more.unit == "SD of the outside arm"


def test_where_nothing_was_left_to_chance_there_is_no_experiment():
    with pytest.raises(NoExperiment):
        itt([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0])
    with pytest.raises(NoExperiment, match="follows from the chances"):
        itt([1, 2, 3, 4], [1, 1, 0, 0], [0.8, 0.8, 0.3, 0.3])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outcome": [1, math.nan, 2, 3]}, "attrition"),
        ({"outcome": [1, 2]}, "outcome"),
        ({"inside": [1, 2, 0, 0]}, "true and false"),
        ({"chance": [0.5, 0.5, 0.5, 1.5]}, "between 0 and 1"),
        ({"weights": [1, 1, 1, 0]}, "above 0"),
        ({"clusters": [1]}, "label"),
        ({"covariates": [1, 2]}, "covariates"),
        ({"outcome": [1, 3, 2, 2]}, "no SD"),
        ({"sd_from": "inside"}, "sd_from"),
    ],
)
def test_malformed_input_is_named(change, says):
    given_ = {"outcome": [1, 2, 3, 5], "inside": [1, 1, 0, 0], "chance": [0.5] * 4}
    with pytest.raises(ValueError, match=says):
        itt(**{**given_, **change})


def test_fishers_lady_tasting_tea():
    """Fisher (1935): all four cups right 1/70, three or more 17/70."""
    cups = [np.isin(np.arange(8), chosen) for chosen in combinations(range(8), 4)]
    said = np.arange(8) < 4
    options = {"alternative": "greater", "exhaustive": True}
    assert randomisation_p(said, cups, cups[0], np.full(8, 0.5), **options) == pytest.approx(1 / 70)
    three_right = np.isin(np.arange(8), [0, 1, 2, 7])
    assert randomisation_p(said, cups, three_right, np.full(8, 0.5), **options) == pytest.approx(17 / 70)


def test_ties_count_whatever_the_rounding():
    """Outcomes 0.1 … 0.8, where many sums of four are equal: against counting in whole numbers."""
    draws = list(combinations(range(8), 4))
    table = [np.isin(np.arange(8), drawn) for drawn in draws]
    for drawn, inside in zip(draws, table, strict=True):
        expected = sum(sum(other) >= sum(drawn) for other in draws) / 70
        found = randomisation_p(
            0.1 * np.arange(1, 9), table, inside, np.full(8, 0.5), alternative="greater", exhaustive=True
        )
        assert found == pytest.approx(expected)


def test_the_randomisation_p_value_is_uniform_when_nothing_changed_and_small_when_something_did():
    dice, p = np.random.default_rng(11), []
    for _ in range(200):
        y, inside, chance = city(dice, 60, effect=0)
        p.append(randomisation_p(y, dice.random((99, 60)) < chance, inside, chance))
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.065)
    y, inside, chance = city(dice, 400, effect=1.0)
    assert randomisation_p(y, dice.random((99, 400)) < chance, inside, chance) == 1 / 100


def test_the_observed_draw_counts_as_one_of_the_possible_ones():
    inside = np.array([1, 1, 0, 0], bool)
    with pytest.raises(ValueError, match="observed"):
        randomisation_p(
            [9, 8, 1, 2], [[1, 0, 1, 0]], inside, [0.5] * 4, alternative="greater", exhaustive=True
        )
    assert randomisation_p([3, 3, 3, 3], [[1, 0, 1, 0]], inside, [0.5] * 4) == 1.0


def test_a_difference_in_response_is_found_given_the_chances():
    dice = np.random.default_rng(12)
    _, inside, chance = city(dice, 40_000)
    responded = dice.random(40_000) < 0.5 + 0.3 * chance + 0.1 * inside
    found = attrition(responded, inside, chance)
    assert found.difference == pytest.approx(0.1, abs=4 * found.se)
    assert found.inside_rate - found.outside_rate == pytest.approx(0.1, abs=0.02)
    assert found.p < 0.001


def test_when_everybody_answers_the_difference_is_exactly_none():
    _, inside, chance = city(np.random.default_rng(13), 100)
    found = attrition(np.ones(100), inside, chance)
    assert (found.difference, found.se, found.p) == (0.0, 0.0, 1.0)
    assert (found.inside_rate, found.outside_rate) == (pytest.approx(1.0), pytest.approx(1.0))


def test_lee_bounds_by_hand():
    """Four inside all answer 1 2 3 4; two of four outside answer 1 and 2: half of the insiders is cut."""
    inside = np.array([1, 1, 1, 1, 0, 0, 0, 0], bool)
    responded = np.array([1, 1, 1, 1, 1, 1, 0, 0], bool)
    y = [1, 2, 3, 4, 1, 2, math.nan, math.nan]
    found = lee_bounds(y, responded, inside, np.full(8, 0.5))
    assert (found.low, found.high, found.trimmed) == (
        pytest.approx(0.0),
        pytest.approx(2.0),
        pytest.approx(0.5),
    )
    assert found.trimmed_arm == "inside"
    other = lee_bounds(y, responded, ~inside, np.full(8, 0.5))
    assert (other.low, other.high, other.trimmed_arm) == (
        pytest.approx(-2.0),
        pytest.approx(0.0),
        "outside",
    )


def test_lee_bounds_hold_the_truth_where_the_answers_alone_mislead():
    """Being inside makes the weak answer too: the plain estimate sinks below the truth, the bounds hold it."""
    dice = np.random.default_rng(14)
    y, inside, chance = city(dice, 200_000)
    noise = y - before(chance) - RAW * inside
    responded = (noise > -0.5) | inside
    bounds = lee_bounds(np.where(responded, y, np.nan), responded, inside, chance)
    plain = itt(y[responded], inside[responded], chance[responded], sd_from="none")
    assert plain.high < RAW
    assert bounds.low < RAW < bounds.high + 0.01


def test_without_loss_the_bounds_close_on_the_estimate():
    y, inside, chance = city(np.random.default_rng(15), 100_000)
    bounds = lee_bounds(y, np.ones(100_000), inside, chance)
    assert bounds.high - bounds.low == pytest.approx(0, abs=1e-9)
    assert bounds.low == pytest.approx(RAW, abs=0.04)


@pytest.mark.parametrize(
    ("df", "t"), [(1, 12.7062047), (2, 4.3026527), (10, 2.2281389), (30, 2.0422725), (120, 1.9799304)]
)
def test_students_t_agrees_with_the_printed_tables(df, t):
    """97.5 % points, Abramowitz & Stegun table 26.10."""
    assert quantile(0.975, df) == pytest.approx(t, abs=1e-6)
    assert two_sided_p(t, df) == pytest.approx(0.05, abs=1e-8)


def test_with_many_degrees_of_freedom_t_is_normal():
    assert quantile(0.975, 1e7) == pytest.approx(1.959964, abs=1e-5)
    assert two_sided_p(0, 5) == 1


def test_without_numpy_one_sentence_names_the_extra_and_the_rest_still_works():
    script = (
        "import sys; sys.modules['numpy'] = None\n"
        "from ampera.cores.evaluation import power, renewal, sample\n"
        "import ampera.cores.detection, ampera.cores.measurement\n"
        "assert power.mde(n_inside=10, n_outside=10) > 0\n"
        "try:\n    from ampera.cores.evaluation import effect\n"
        "except ImportError as error:\n    print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SOURCE)},
    )
    assert "pip install 'ampera[analysis]'" in ran.stdout
