"""Telling true from false: published arithmetic, laws, and what the codes may say."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampera.cores.detection import Leaning, NoMessages, Skill, read, sensitivity

COUNT = st.integers(0, 60)
MESSAGES = st.tuples(COUNT, COUNT, COUNT, COUNT).filter(lambda n: n[0] + n[1] > 0 and n[2] + n[3] > 0)


def measure(hits, misses, false_alarms, correct_rejections):
    return sensitivity(
        hits=hits, misses=misses, false_alarms=false_alarms, correct_rejections=correct_rejections
    )


@pytest.mark.parametrize(
    ("counts", "d_prime", "criterion"),
    [
        ((22, 8, 3, 27), 1.811411, 0.305527),  # a textbook's counts; values by the formula of Hautus (1995)
        ((9, 1, 2, 7), 1.771293, -0.211157),  # the counts of R psycho's test
        ((10, 0, 0, 10), 3.381243, 0.0),  # raw d′ is infinite here
    ],
)
def test_known_answers_with_the_log_linear_correction(counts, d_prime, criterion):
    measured = measure(*counts)
    assert measured.d_prime == pytest.approx(d_prime, abs=1e-6)
    assert measured.criterion == pytest.approx(criterion, abs=1e-6)


def test_the_standard_error_is_the_spread_of_all_outcomes_that_could_have_been():
    """Against the exact sampling distribution: 120 + 120 messages, hit rate .7, false-alarm rate .3."""
    n, hit, alarm = 120, 0.7, 0.3
    z = [NormalDist().inv_cdf((k + 0.5) / (n + 1)) for k in range(n + 1)]

    def variance(rate):
        chances = [math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]
        mean = math.fsum(c * x for c, x in zip(chances, z, strict=True))
        return math.fsum(c * (x - mean) ** 2 for c, x in zip(chances, z, strict=True))

    measured = measure(84, 36, 36, 84)
    assert measured.d_prime_se == pytest.approx(math.sqrt(variance(hit) + variance(alarm)), rel=0.02)
    assert measured.criterion_se == measured.d_prime_se / 2


@pytest.mark.parametrize(("hit", "alarm"), [(0.5, 0.5), (0.8, 0.3), (0.6, 0.2), (0.9, 0.4)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says_even_with_24_messages(hit, alarm):
    """Exact coverage by enumerating all 13 × 13 outcomes of 12 false and 12 true messages."""
    z, n = NormalDist().inv_cdf, 12
    truth = z(hit) - z(alarm)

    def chance(k, rate):
        return math.comb(n, k) * rate**k * (1 - rate) ** (n - k)

    covered = math.fsum(
        chance(h, hit) * chance(f, alarm)
        for h in range(n + 1)
        for f in range(n + 1)
        if (m := measure(h, n - h, f, n - f)).d_prime_interval[0] <= truth <= m.d_prime_interval[1]
    )
    assert 0.95 <= covered < 0.98


@given(MESSAGES)
def test_everything_stays_finite_and_inside_its_interval(counts):
    measured = measure(*counts)
    assert math.isfinite(measured.d_prime) and measured.d_prime_se > 0
    assert measured.d_prime_interval[0] < measured.d_prime < measured.d_prime_interval[1]
    assert measured.criterion_interval[0] < measured.criterion < measured.criterion_interval[1]


@given(MESSAGES)
def test_turning_every_answer_round_turns_both_signs(counts):
    hits, misses, alarms, rejections = counts
    straight, turned = measure(*counts), measure(misses, hits, rejections, alarms)
    assert turned.d_prime == pytest.approx(-straight.d_prime, abs=1e-9)
    assert turned.criterion == pytest.approx(-straight.criterion, abs=1e-9)


@given(MESSAGES)
def test_one_more_false_message_caught_never_lowers_d_prime(counts):
    hits, misses, alarms, rejections = counts
    if misses:
        assert measure(hits + 1, misses - 1, alarms, rejections).d_prime > measure(*counts).d_prime


@pytest.mark.parametrize("counts", [(0, 0, 3, 4), (3, 4, 0, 0)])
def test_messages_of_one_kind_only_tell_nothing(counts):
    with pytest.raises(NoMessages):
        measure(*counts)


def test_a_negative_count_is_an_error():
    with pytest.raises(ValueError, match="negative"):
        measure(-1, 3, 2, 2)


@pytest.mark.parametrize(
    ("counts", "skill", "leaning"),
    [
        ((22, 8, 3, 27), Skill.TELLS_APART, Leaning.CANNOT_TELL),
        ((2, 1, 1, 2), Skill.CANNOT_TELL, Leaning.CANNOT_TELL),
        ((150, 150, 150, 150), Skill.GUESSES, Leaning.BALANCED),
        ((3, 27, 27, 3), Skill.BACKWARDS, Leaning.BALANCED),
        ((57, 3, 54, 6), Skill.CANNOT_TELL, Leaning.SAYS_FALSE),  # calls nearly everything false
        ((6, 54, 3, 57), Skill.CANNOT_TELL, Leaning.SAYS_TRUE),
        ((270, 30, 30, 270), Skill.TELLS_APART, Leaning.BALANCED),
    ],
)
def test_the_codes_say_what_the_intervals_allow(counts, skill, leaning):
    reading = read(measure(*counts))
    assert (reading.skill, reading.leaning) == (skill, leaning)


@given(MESSAGES)
def test_nobody_is_called_a_guesser_by_a_handful_of_answers(counts):
    """An interval within ± .5 takes 97 answers: its half-width is at least 1.96 √(π/2 · 4/N)."""
    if sum(counts) < 97:
        assert read(measure(*counts)).skill is not Skill.GUESSES


def test_a_margin_of_nothing_is_refused():
    with pytest.raises(ValueError, match="small"):
        read(measure(3, 3, 3, 3), small=0)
