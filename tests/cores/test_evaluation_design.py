"""Before and after the estimate: power, the sample drawn, the locked rule. All without NumPy."""

import hashlib
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampera.cores.evaluation.power import chance_r2, mde, n_per_arm, weighting_effect
from ampera.cores.evaluation.renewal import Code, Reason, ThresholdBelowMde, check_plan, verdict
from ampera.cores.evaluation.sample import Candidate, NobodyToCompare, draw

SEED = bytes(range(32))


def test_fifteen_hundred_in_each_arm_find_a_tenth_of_an_sd():
    assert mde(n_inside=1500, n_outside=1500) == pytest.approx(0.1023, abs=5e-5)


def test_the_multiplier_is_that_of_bloom_1995():
    """2.80 for 5 % two-sided, 80 % power; 3.24 for 90 %."""
    assert mde(n_inside=2, n_outside=2) == pytest.approx(2.80, abs=0.005)
    assert mde(n_inside=2, n_outside=2, power=0.9) == pytest.approx(3.24, abs=0.005)


def test_explained_variance_helps_and_unequal_chances_cost():
    plain = mde(n_inside=300, n_outside=300)
    assert mde(n_inside=300, n_outside=300, r2=0.75) == pytest.approx(plain / 2)
    assert mde(n_inside=300, n_outside=300, chance_r2=0.75) == pytest.approx(plain * 2)
    assert mde(n_inside=300, n_outside=300, design_effect=4, sd=2) == pytest.approx(plain * 4)


@given(st.floats(0.02, 2), st.floats(0, 0.9))
def test_the_number_needed_just_reaches_the_target(target, r2):
    n = n_per_arm(target, r2=r2)
    assert mde(n_inside=n, n_outside=n, r2=r2) <= target * (1 + 1e-9)
    if n > 1:
        assert mde(n_inside=n - 1, n_outside=n - 1, r2=r2) > target


def test_chances_half_certain_leave_little():
    assert chance_r2([0.4] * 5) == pytest.approx(0)
    assert chance_r2([0.1, 0.9, 0.0, 1.0]) == pytest.approx(0.16 / 0.25)
    assert chance_r2([0.1, 0.9], weights=[3, 1]) == pytest.approx(0.12 / (0.3 * 0.7))
    with pytest.raises(ValueError, match="strictly"):
        chance_r2([0, 1])


def test_unequal_weights_cost_by_kishs_formula():
    assert weighting_effect([2, 2, 2]) == pytest.approx(1)
    assert weighting_effect([1, 3]) == pytest.approx(2 * 10 / 16)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"n_inside": 0}, "both arms"),
        ({"sd": 0}, "above 0"),
        ({"design_effect": 0}, "above 0"),
        ({"r2": 1}, "r2"),
        ({"chance_r2": -0.1}, "chance_r2"),
        ({"alpha": 0}, "alpha"),
        ({"power": 1}, "power"),
    ],
)
def test_impossible_designs_are_errors(wrong, says):
    with pytest.raises(ValueError, match=says):
        mde(**{"n_inside": 10, "n_outside": 10, **wrong})


@pytest.mark.parametrize(
    ("estimate", "low", "high", "code", "reasons"),
    [
        (
            0.20,
            0.10,
            0.30,
            Code.RENEW,
            (Reason.ESTIMATE_REACHES_THRESHOLD, Reason.INTERVAL_ABOVE_ZERO),
        ),
        (0.15, 0.01, 0.29, Code.RENEW, (Reason.ESTIMATE_REACHES_THRESHOLD, Reason.INTERVAL_ABOVE_ZERO)),
        (0.05, -0.04, 0.14, Code.STOP, (Reason.INTERVAL_BELOW_THRESHOLD,)),
        (0.08, 0.02, 0.14, Code.STOP, (Reason.INTERVAL_BELOW_THRESHOLD,)),
        (
            0.20,
            0.00,
            0.40,
            Code.CANNOT_TELL,
            (
                Reason.ESTIMATE_REACHES_THRESHOLD,
                Reason.INTERVAL_REACHES_ZERO,
                Reason.INTERVAL_REACHES_THRESHOLD,
            ),
        ),
        (
            0.10,
            0.05,
            0.15,
            Code.CANNOT_TELL,
            (
                Reason.ESTIMATE_BELOW_THRESHOLD,
                Reason.INTERVAL_ABOVE_ZERO,
                Reason.INTERVAL_REACHES_THRESHOLD,
            ),
        ),
    ],
)
def test_the_locked_rule_word_by_word_at_a_threshold_of_point_15(estimate, low, high, code, reasons):
    found = verdict(estimate=estimate, low=low, high=high, threshold=0.15, mde=0.10)
    assert (found.code, found.reasons) == (code, reasons)


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1), st.floats(0.01, 1))
def test_the_verdict_is_the_rule_and_never_depends_on_the_mde_reached(
    estimate, below, above, threshold, reached
):
    low, high = estimate - below, estimate + above
    found = verdict(estimate=estimate, low=low, high=high, threshold=threshold, mde=reached)
    assert (found.code is Code.RENEW) == (estimate >= threshold and low > 0)
    assert (found.code is Code.STOP) == (high < threshold)
    assert found.powered == (threshold >= reached)


def test_a_plan_that_could_not_tell_is_refused_in_words():
    check_plan(0.10, 0.10)
    with pytest.raises(ThresholdBelowMde) as refused:
        check_plan(0.10, 0.14)
    assert refused.value.facts == {"threshold": 0.10, "mde": 0.14}
    assert "0.10 is smaller than" in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"low": 0.3}, "contain the estimate"),
        ({"high": math.inf}, "finite"),
        ({"threshold": 0}, "above 0"),
        ({"mde": math.nan}, "above 0"),
    ],
)
def test_a_verdict_on_nonsense_is_an_error(wrong, says):
    numbers = {"estimate": 0.2, "low": 0.1, "high": 0.3, "threshold": 0.15, "mde": 0.1}
    with pytest.raises(ValueError, match=says):
        verdict(**{**numbers, **wrong})


def town(n=400):
    """Four kecamatan, a quarter inside, one in ten decided by no chance."""
    return [
        Candidate(f"r{k:04d}", inside=k % 4 == 0, chance=0.0 if k % 10 == 9 else 0.4, stratum=f"kec{k % 3}")
        for k in range(n)
    ]


def test_the_sample_has_the_size_asked_and_only_people_decided_by_chance():
    drawn = draw(town(), per_arm=30, seed=SEED)
    assert Counter(one.inside for one in drawn) == {True: 30, False: 30}
    assert len({one.id for one in drawn}) == 60
    certain = {one.id for one in town() if one.chance in (0, 1)}
    assert not certain & {one.id for one in drawn}


def test_each_stratum_gets_its_share_to_within_one_person():
    eligible = Counter((one.inside, one.stratum) for one in town() if 0 < one.chance < 1)
    drawn = Counter((one.inside, one.stratum) for one in draw(town(), per_arm=30, seed=SEED))
    for (inside, stratum), size in eligible.items():
        arm = sum(n for (side, _), n in eligible.items() if side is inside)
        assert abs(drawn[inside, stratum] - 30 * size / arm) < 1


def test_the_weights_add_up_to_the_population():
    drawn = draw(town(), per_arm=30, seed=SEED)
    for inside in (True, False):
        eligible = sum(one.inside is inside and 0 < one.chance < 1 for one in town())
        assert sum(one.weight for one in drawn if one.inside is inside) == pytest.approx(eligible)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nobody(random):
    rows = town(120)
    random.shuffle(rows)
    assert draw(rows, per_arm=10, seed=SEED) == draw(town(120), per_arm=10, seed=SEED)


def test_the_recorded_probability_is_how_often_one_is_drawn():
    """2,000 seeds; 5 standard errors for the worst of 35 people."""
    people, times = town(40), 2000
    drawn = Counter()
    recorded = {}
    for k in range(times):
        for one in draw(people, per_arm=5, seed=hashlib.sha256(b"%d" % k).digest()):
            drawn[one.id] += 1
            recorded[one.id] = one.probability
    for person in people:
        if 0 < person.chance < 1:
            p = recorded[person.id]
            assert drawn[person.id] / times == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / times))


def test_an_arm_with_fewer_people_than_asked_is_taken_whole():
    drawn = draw(town(40), per_arm=20, seed=SEED)
    inside = [one for one in drawn if one.inside]
    eligible = [one for one in town(40) if one.inside and 0 < one.chance < 1]
    assert [one.id for one in inside] == [one.id for one in eligible]
    assert all(one.probability == 1 for one in inside)


def test_the_place_in_the_row_can_be_recomputed_from_sha_256_alone():
    """One stratum, one taken: whoever stands at ⌊N × SHA-256(seed + "start:inside") / 2²⁵⁶⌋."""
    people = [Candidate(f"r{k}", inside=k < 20, chance=0.5) for k in range(40)]
    row = sorted((f"r{k}" for k in range(20)), key=lambda name: hashlib.sha256(SEED + name.encode()).digest())
    start = int.from_bytes(hashlib.sha256(SEED + b"start:inside").digest(), "big")
    taken = next(one.id for one in draw(people, per_arm=1, seed=SEED) if one.inside)
    assert taken == row[20 * start // 2**256]


@pytest.mark.parametrize(
    ("people", "options", "error"),
    [
        ([Candidate("a", True, 0.5)] * 2, {}, "given twice"),
        ([Candidate("a", True, 0.5)], {"per_arm": 0}, "at least 1"),
        ([Candidate("a", True, 0.5)], {"seed": b"short"}, "16 bytes"),
        ([Candidate("a", True, 1.5)], {}, "between 0 and 1"),
    ],
)
def test_a_sample_that_can_not_be_drawn_is_an_error(people, options, error):
    with pytest.raises(ValueError, match=error):
        draw(people, **{"per_arm": 1, "seed": SEED, **options})


def test_without_an_arm_there_is_nobody_to_compare():
    with pytest.raises(NobodyToCompare, match="outside"):
        draw([Candidate("a", True, 0.5), Candidate("b", False, 0.0)], per_arm=1, seed=SEED)
