"""The public bundle, and every alteration of it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.cores.allocation.markets import problems

from ampera.cores.allocation import bundle, draw, read_problem, reopen, root, verify
from ampera.cores.allocation.bundling import pack, unpack
from ampera.cores.allocation.refusals import BadProblem
from ampera.cores.allocation.tables import problem_files

EXAMPLE = {f.name: f.read_bytes() for f in (Path(__file__).parent / "data" / "example").iterdir()}
DICE = "36142536251446"
PROBLEM = read_problem(EXAMPLE)
SOUND = bundle(draw(PROBLEM, beacon=DICE))
ROOT = root(PROBLEM)


def _lines(name, change):
    def alter(files):
        lines = files[name].splitlines(keepends=True)
        changed = change(lines)
        assert changed != lines
        return files | {name: b"".join(changed)}

    return alter


def _swap(old, new, name):
    def alter(files):
        assert old in files[name]
        return files | {name: files[name].replace(old, new, 1)}

    return alter


def _seats_swapped(lines):
    """The class, block and rank of the first one seated go to the first one who is not, and back."""
    rows = [line.rstrip(b"\n").split(b",") for line in lines[1:]]
    winner = next(row for row in rows if row[1] == b"K01")
    loser = next(row for row in rows if not row[1])
    winner[1:4], loser[1:4] = loser[1:4], winner[1:4]
    return [lines[0], *(b",".join(row) + b"\n" for row in rows)]


# how, and whether it changes list, rule or beacon: then a forger can draw anew and the bundle agrees with itself
ALTERATIONS = {
    "two seats swapped": (_lines("assignments.csv", _seats_swapped), False),
    "an assignment dropped": (_lines("assignments.csv", lambda x: x[:-1]), False),
    "an assignment doubled": (_lines("assignments.csv", lambda x: [*x, x[-1]]), False),
    "a ticket changed": (
        lambda f: f | {"assignments.csv": re.sub(rb"[0-9a-f]{64}", b"0" * 64, f["assignments.csv"], count=1)},
        False,
    ),
    "a cutoff changed": (
        lambda f: f | {"cutoffs.csv": re.sub(rb"[0-9a-f]{64}", b"f" * 64, f["cutoffs.csv"], count=1)},
        False,
    ),
    "two calls in another order": (_lines("calls.csv", lambda x: [x[0], x[2], x[1], *x[3:]]), False),
    "a call dropped": (_lines("calls.csv", lambda x: x[:-1]), False),
    "assignments missing": (lambda f: {n: d for n, d in f.items() if n != "assignments.csv"}, False),
    "a foreign file": (lambda f: f | {"extra.csv": b"receipt\n"}, False),
    "an applicant dropped": (_lines("applicants.csv", lambda x: x[:1] + x[2:]), True),
    "an applicant added": (_lines("applicants.csv", lambda x: [*x, b"R99,W,K01,\n"]), True),
    "an applicant doubled": (_lines("applicants.csv", lambda x: [*x, x[-1]]), False),
    "an applicant of another name in a row's place": (
        _lines("applicants.csv", lambda x: [*x[:-1], b"R99,,K02,\n"]),
        True,
    ),
    "a receipt changed": (_swap(b"R09,", b"R99,", "applicants.csv"), True),
    "a ranking changed": (_swap(b"R06,,K02;K01", b"R06,,K01;K02", "applicants.csv"), True),
    "a group changed": (_swap(b"R09,,", b"R09,W,", "applicants.csv"), True),
    "a household changed": (_swap(b"K01,H1", b"K01,H2", "applicants.csv"), True),
    "seats added": (_swap(b"women,1", b"women,2", "blocks.csv"), True),
    "blocks in another order": (
        lambda f: f | {"blocks.csv": f["blocks.csv"].replace(b"W,1,", b"W,3,")},
        True,
    ),
    "a cap lifted": (_swap(b"P,1", b"P,2", "blocks.csv"), True),
    "another horizon": (_swap(b'"1.5"', b'"2.0"', "rule.toml"), True),
    "another reversion": (_swap(b'"open"', b'"none"', "rule.toml"), True),
    "another witness": (_swap(b"Inspektorat", b"Panitia", "rule.toml"), True),
    "another die": (_swap(b"3614", b"3615", "beacon.toml"), True),
    "a seed in the beacon's place": (
        lambda f: (
            {n: d for n, d in f.items() if n != "beacon.toml"}
            | {"rule.toml": f["rule.toml"].split(b"[beacon]")[0] + b'seed = "' + b"1" * 64 + b'"\n'}
        ),
        True,
    ),
}
altered = pytest.mark.parametrize("alter", [a for a, _ in ALTERATIONS.values()], ids=ALTERATIONS.keys())
DEEP = {name: alter for name, (alter, deep) in ALTERATIONS.items() if deep}


def _hashed_again(files):
    """What a careful forger does: the manifest's hashes, and root and beacon, made to fit."""
    facts = json.loads(files["manifest.json"])
    facts["files"] = {n: sha256(d).hexdigest() for n, d in sorted(files.items()) if n != "manifest.json"}
    return files | {"manifest.json": (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode()}


def test_a_sound_bundle_agrees_and_says_what_was_not_checked():
    bare = verify(SOUND)
    assert bare.ok and bare.root == ROOT and bare.beacon == DICE
    assert [("root" in s, "beacon" in s) for s in bare.unchecked] == [(True, False), (False, True)]
    full = verify(SOUND, root=ROOT, beacon=" ".join(DICE))
    assert full.ok and not full.unchecked


@altered
def test_an_alteration_is_found_from_the_bundle_alone(alter):
    result = verify(pack(alter(unpack(SOUND))))
    assert not result.ok
    assert result.difference


@pytest.mark.parametrize(
    "alter",
    [
        lambda f: {n: d for n, d in f.items() if n != "manifest.json"},
        lambda f: f | {"manifest.json": b"[]"},
        lambda f: f | {"manifest.json": b"[" * 100_000},
        _swap(ROOT.encode(), b"0" * 64, "manifest.json"),
        _swap(DICE.encode(), DICE[::-1].encode(), "manifest.json"),
        _swap(sha256(EXAMPLE["rule.toml"]).hexdigest().encode(), b"0" * 64, "manifest.json"),
        _swap(b'"seated": 6', b'"seated": 7', "manifest.json"),
        _swap(b'"horizon": "1.5"', b'"horizon": "2.5"', "manifest.json"),
    ],
    ids=["missing", "list", "deep", "root", "beacon", "hash", "count", "rule"],
)
def test_a_manifest_that_tells_something_else_is_a_difference(alter):
    assert verify(pack(alter(unpack(SOUND)))).difference.startswith("manifest.json")


@altered
def test_an_alteration_is_found_when_the_hashes_are_made_to_fit(alter):
    assert not verify(pack(_hashed_again(alter(unpack(SOUND)))), root=ROOT, beacon=DICE).ok


@pytest.mark.parametrize("alter", DEEP.values(), ids=DEEP.keys())
def test_a_whole_new_draw_on_an_altered_list_is_given_away_by_what_was_published(alter):
    """The forger redraws everything, so the bundle agrees with itself; only root and beacon as published can tell."""
    forged = alter(unpack(SOUND))
    problem = read_problem(forged)
    value = forged["beacon.toml"].split(b'"')[1].decode() if "beacon.toml" in forged else ""
    data = bundle(draw(problem, beacon=value))
    assert verify(data).ok
    result = verify(data, root=ROOT, beacon=DICE)
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
    assert verify(pack(_hashed_again(files)), root=ROOT, beacon=DICE).ok


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
