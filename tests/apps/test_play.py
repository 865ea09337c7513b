"""The play: the same seed gives the same end state, wherever it is cut off, on either database."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.apps.processes import ROOT, ampera, end_state, environment

SMALL = ("--citizens", "100", "--seed", "5")


def test_a_play_that_is_killed_and_started_again_ends_like_one_that_was_not(tmp_path):
    whole = end_state(ampera(environment(tmp_path / "whole"), "play", *SMALL))
    cut = environment(tmp_path / "cut")
    for seconds in (1.5, 2.5, 3.5, 4.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "ampera", "play", *SMALL], cwd=ROOT, env=cut,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(seconds)
        process.kill()
        process.wait()
    assert end_state(ampera(cut, "play", *SMALL)) == whole
    assert end_state(ampera(cut, "play", *SMALL)) == whole, "playing once more changes nothing"
    other = ampera(cut, "play", "--citizens", "100", "--seed", "6")
    assert other.returncode == 1 and "another seed" in other.stderr and "Traceback" not in other.stderr


def test_another_seed_is_another_city(tmp_path):
    one = end_state(ampera(environment(tmp_path / "one"), "play", "--citizens", "60", "--seed", "1"))
    two = end_state(ampera(environment(tmp_path / "two"), "play", "--citizens", "60", "--seed", "2"))
    assert one != two


def test_the_smallest_city_is_refused_in_one_sentence(tmp_path):
    done = ampera(environment(tmp_path), "play", "--citizens", "5")
    assert done.returncode == 1 and done.stderr.startswith("ampera: a round needs at least 60 citizens")
