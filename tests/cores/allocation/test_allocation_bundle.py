"""The public bundle, and every alteration of it."""

from __future__ import annotations

import io
import re
import zipfile
from hashlib import sha256

import pytest
from hypothesis import given, settings
from tests.cores.allocation.alterations import (
    ALTERATIONS,
    DICE,
    EXAMPLE,
    OUTCOMES,
    PROBLEM,
    drawn_anew,
    hashed_again,
    swap,
)
from tests.cores.allocation.alterations import SOUND as SOUNDS
from tests.cores.allocation.markets import problems

from ampera.cores.allocation import bundle, draw, quicknet, reopen, verify
from ampera.cores.allocation.bundling import pack, unpack
from ampera.cores.allocation.refusals import BadProblem
from ampera.cores.allocation.tables import problem_files

ROOT, SOUND = OUTCOMES["dice"].root, SOUNDS["dice"]
altered = pytest.mark.parametrize("alteration", ALTERATIONS.values(), ids=ALTERATIONS.keys())
DEEP = {name: a for name, a in ALTERATIONS.items() if a.deep}


@pytest.fixture(autouse=True, scope="module")
def signatures_are_made_up():
    """Rounds of drand here are signed by nobody; whether the package checks that is tested with the league's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quicknet, "signed", lambda round_, signature, **_more: True)
        yield


def test_a_sound_bundle_agrees_and_says_what_was_not_checked():
    bare = verify(SOUND)
    assert bare.ok and bare.root == ROOT and bare.beacon == DICE
    assert [("root" in s, "beacon" in s) for s in bare.unchecked] == [(True, False), (False, True)]
    full = verify(SOUND, root=ROOT, beacon=" ".join(DICE))
    assert full.ok and not full.unchecked


@altered
def test_an_alteration_is_found_from_the_bundle_alone(alteration):
    result = verify(pack(alteration.altered()))
    assert not result.ok
    assert result.difference


@pytest.mark.parametrize(
    "alter",
    [
        lambda f: {n: d for n, d in f.items() if n != "manifest.json"},
        lambda f: f | {"manifest.json": b"[]"},
        lambda f: f | {"manifest.json": b"[" * 100_000},
        swap(ROOT.encode(), b"0" * 64, "manifest.json"),
        swap(DICE.encode(), DICE[::-1].encode(), "manifest.json"),
        swap(sha256(EXAMPLE["rule.toml"]).hexdigest().encode(), b"0" * 64, "manifest.json"),
        swap(b'"seated": 6', b'"seated": 7', "manifest.json"),
        swap(b'"horizon": "1.5"', b'"horizon": "2.5"', "manifest.json"),
    ],
    ids=["missing", "list", "deep", "root", "beacon", "hash", "count", "rule"],
)
def test_a_manifest_that_tells_something_else_is_a_difference(alter):
    assert verify(pack(alter(unpack(SOUND)))).difference.startswith("manifest.json")


@altered
def test_an_alteration_is_found_when_the_hashes_are_made_to_fit(alteration):
    was = OUTCOMES[alteration.of]
    assert not verify(pack(hashed_again(alteration.altered())), root=was.root, beacon=was.beacon).ok


@pytest.mark.parametrize("alteration", DEEP.values(), ids=DEEP.keys())
def test_a_whole_new_draw_on_an_altered_list_is_given_away_by_what_was_published(alteration):
    """The forger redraws everything, so the bundle agrees with itself; only root and beacon as published can tell."""
    was, data = OUTCOMES[alteration.of], drawn_anew(alteration.altered())
    assert verify(data).ok
    result = verify(data, root=was.root, beacon=was.beacon)
    assert not result.ok
    assert result.difference.startswith(("root:", "beacon:"))


def test_the_first_difference_names_file_and_row():
    lines = unpack(SOUND)["assignments.csv"].split(b"\n")
    lines[3] = lines[3].replace(b"R03", b"R33")
    files = unpack(SOUND) | {"assignments.csv": b"\n".join(lines)}
    assert verify(pack(files)).difference.startswith("assignments.csv, row 4: the bundle says 'R33,")


def test_the_same_draw_gives_the_same_bytes_and_the_files_of_the_format():
    assert bundle(draw(PROBLEM, beacon=DICE)) == SOUND
    files = unpack(SOUND)
    assert set(files) == {
        *("applicants.csv", "blocks.csv", "rule.toml", "beacon.toml"),
        *("assignments.csv", "calls.csv", "cutoffs.csv", "manifest.json"),
    }
    assert files["rule.toml"] == EXAMPLE["rule.toml"]
    headers = {name: files[name].split(b"\n")[0].decode() for name in files if name.endswith(".csv")}
    assert headers == {
        "applicants.csv": "receipt,groups,ranking,household",
        "blocks.csv": "class,block,seats,group,order,cap_group,cap",
        "assignments.csv": "receipt,class,block,rank,ticket",
        "calls.csv": "receipt,class,order",
        "cutoffs.csv": "class,block,for,tier,ticket,filled,seats",
    }


def test_rows_of_the_problem_may_stand_in_another_order():
    files = unpack(SOUND)
    head, *rows = files["applicants.csv"].splitlines(keepends=True)
    files["applicants.csv"] = head + b"".join(rows[::-1])
    assert verify(pack(hashed_again(files)), root=ROOT, beacon=DICE).ok


def test_a_bundle_of_another_version_of_the_software_agrees():
    files = unpack(SOUND)
    files["manifest.json"] = re.sub(rb'"ampera": "[^"]*"', b'"ampera": "99.0"', files["manifest.json"])
    assert verify(pack(files)).ok


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", SOUND[: len(SOUND) // 2], SOUND[:200] + b"!" + SOUND[201:]]
)
def test_a_damaged_file_is_a_difference_not_a_crash(data):
    assert not verify(data).ok


def test_two_files_of_one_name_are_refused():
    out = io.BytesIO(SOUND)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("assignments.csv", b"")
    assert "two files of one name" in verify(out.getvalue()).difference


def test_a_bundle_larger_than_allowed_is_not_opened():
    with pytest.raises(BadProblem):
        unpack(SOUND, largest=1000)


@pytest.mark.parametrize("place", range(0, len(SOUND), 97))
def test_a_flipped_bit_is_never_taken_for_sound_content(place):
    """Either it is noticed, or it lies in the zip's own dates and flags and every file is as it was."""
    flipped = SOUND[:place] + bytes([SOUND[place] ^ 1]) + SOUND[place + 1 :]
    assert not verify(flipped, root=ROOT, beacon=DICE).ok or unpack(flipped) == unpack(SOUND)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_every_market_comes_back_from_its_bundle(problem):
    outcome = draw(problem, beacon="")
    data = bundle(outcome)
    assert verify(data, root=outcome.root).ok
    opened = reopen(data)
    assert opened.outcome == outcome
    assert problem_files(opened.outcome.problem) == problem_files(problem)
