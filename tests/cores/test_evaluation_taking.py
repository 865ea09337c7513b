"""The effect of taking a seat: the truth found again though the keener take seats, and an interval that stays honest."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ampera.cores.evaluation import student
from ampera.cores.evaluation.effect import NoExperiment, itt
from ampera.cores.evaluation.experiment import difference, experiment
from ampera.cores.evaluation.taking import taking

TRUTH = 0.5  # of a seat, in the outcome's unit


def city(dice, n, *, share=0.6, effect=TRUTH):
    """`share` take a seat if inside and not if outside; a tenth always do; the rest never do, and know the least."""
    chance = dice.choice([0.2, 0.5, 0.8], n)
    inside = dice.random(n) < chance
    kind = dice.choice(3, n, p=[share, 0.1, 0.9 - share])  # moved, always, never
    took = np.where(kind == 0, inside, kind == 1)
    ability = np.array([0.0, 0.8, -0.4])[kind] + chance + dice.normal(size=n)
    return ability + effect * took, took, inside, chance


def test_the_truth_is_found_again_where_takers_minus_others_is_far_off():
    y, took, inside, chance = city(np.random.default_rng(1), 200_000)
    found = taking(y, took, inside, chance)
    sd = itt(y, inside, chance).sd
    assert found.estimate * sd == pytest.approx(TRUTH, abs=0.05)
    assert y[took].mean() - y[~took].mean() > TRUTH + 0.3
    assert found.moved == pytest.approx(0.6, abs=0.01)
    assert found.moved_low < 0.6 < found.moved_high
    assert found.low < found.estimate < found.high


def test_where_everybody_takes_what_chance_gives_it_is_the_effect_of_being_inside():
    y, _took, inside, chance = city(np.random.default_rng(2), 800)
    homes = np.arange(800) // 2
    found, plain = taking(y, inside, inside, chance, clusters=homes), itt(y, inside, chance, clusters=homes)
    assert found.estimate == pytest.approx(plain.estimate)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))
    assert (found.moved, found.moved_low, found.moved_high) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize("clustered", [False, True])
def test_at_the_ends_of_the_interval_the_difference_is_just_significant(clustered):
    y, took, inside, chance = city(np.random.default_rng(3), 600)
    clusters = np.arange(600) // 3 if clustered else None
    found = taking(y, took, inside, chance, clusters=clusters)
    design = experiment(inside, chance, clusters=clusters)
    sd = itt(y, inside, chance).sd
    for end in (found.low * sd, found.high * sd):
        left = difference(design, y - end * took)
        assert abs(left.estimate / left.se) == pytest.approx(student.quantile(0.975, left.df))
    at_estimate = difference(design, y - found.estimate * sd * took)
    assert at_estimate.estimate == pytest.approx(0, abs=1e-9)


def covered(seed, rounds, **how):
    dice, inside_it, unbounded = np.random.default_rng(seed), 0, 0
    for _ in range(rounds):
        y, took, inside, chance = city(dice, 250, **how)
        found, sd = taking(y, took, inside, chance), itt(y, inside, chance).sd
        inside_it += found.low * sd <= TRUTH <= found.high * sd
        unbounded += math.isinf(found.low)
    return inside_it / rounds, unbounded / rounds


def test_the_interval_keeps_its_word_when_many_were_moved_and_when_few_were():
    """400 rounds of 250 applicants: 95 % ± 3 binomial errors; an interval that is not bounded says so, and covers."""
    strong, unbounded = covered(4, 400)
    assert 0.917 <= strong <= 0.983 and unbounded == 0
    weak, unbounded = covered(5, 400, share=0.05)
    assert weak >= 0.917 and unbounded > 0.5


@pytest.mark.proof
@pytest.mark.parametrize("share", [0.1, 0.2, 0.6])
def test_the_interval_keeps_its_word_in_ten_thousand_rounds(share):
    assert covered(6, 10_000, share=share)[0] >= 0.94


def test_where_nobody_was_moved_there_is_no_effect_of_a_seat_to_speak_of():
    y, _took, inside, chance = city(np.random.default_rng(7), 400)
    with pytest.raises(NoExperiment, match="moved nobody"):
        taking(y, np.zeros(400, bool), inside, chance)
    with pytest.raises(ValueError, match="true or false"):
        taking(y, y, inside, chance)
