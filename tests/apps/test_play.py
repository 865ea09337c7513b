"""The play: the same seed gives the same end state, wherever it is cut off, on either database."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta

import pytest

from ampera.apps.admissions import api as admissions
from ampera.apps.programme import api as programme
from ampera.simulation import play
from tests import databases
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
    another = environment(tmp_path / "another", model="played")
    assert end_state(ampera(another, *databases.PLAYED)) != whole
    other = ampera(cut, "play", "--citizens", "100", "--seed", "6")
    assert other.returncode == 1 and "another seed" in other.stderr and "Traceback" not in other.stderr


def test_the_smallest_city_is_refused_in_one_sentence(tmp_path):
    done = ampera(environment(tmp_path), "play", "--citizens", "5")
    assert done.returncode == 1 and done.stderr.startswith("ampera: a round needs at least 60 citizens")


@pytest.mark.proof
def test_three_thousand_citizens_live_a_round_twice_alike(tmp_path):
    """The invariants are asked after each stage. How long it takes: benchmarks/play.py."""
    city = ("play", "--citizens", "3000", "--seed", "1")
    one, two = (end_state(ampera(environment(tmp_path / name), *city)) for name in ("one", "two"))
    assert one == two


class Cut(Exception):
    """The demo's start is stopped here."""


@pytest.mark.django_db
def test_the_demos_open_round_is_one_round_with_its_crowd_wherever_its_making_was_cut():
    play.play(citizens=60, seed=1, until="lock")
    now = play.OPENS + timedelta(days=250)
    for nth in (1, 2, 3, 4, 5, 7):
        told = []

        def cut(what: str, *_counts: int, told=told, nth=nth) -> None:
            told.append(what)
            if len(told) == nth:
                raise Cut

        with pytest.raises(Cut):
            play.open_another(now, cut)
    for _again in range(2):
        play.open_another(now + timedelta(hours=1))
    first, second = sorted(programme.rounds(), key=lambda r: r.number)
    assert (first.number, second.number, second.state) == (1, 2, "OPEN")
    people_in = [s for s in admissions.provisional(second.id) if s.receipt]
    assert len(people_in) == play.CROWD and any(s.stands for s in people_in)


def test_a_second_start_has_nothing_left_to_do(tmp_path):
    mine = environment(tmp_path)
    code = """
from ampera.cli.django import migrate, wake; wake(); migrate()
from ampera.cli.run import collect_static, furnish; collect_static(); furnish()
from django.apps import apps
print({m._meta.label: m._default_manager.count() for m in apps.get_models()})
"""
    begin = (sys.executable, "-c", code)
    first, second = (
        subprocess.run(begin, cwd=ROOT, env=mine, check=True, capture_output=True, text=True).stdout
        for _start in range(2)
    )
    assert first == second and "'results.Report': 1" in first
