"""Two verifiers that share no code with the core agree with it, and no alteration passes any of the three."""

from __future__ import annotations

import ast
import json
import random
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.cores.allocation.alteration_table import PAGE, caught, table, ways
from tests.cores.allocation.alterations import ALTERATIONS, DICE, OUTCOMES, SOUND, drawn_anew, hashed_again
from tests.cores.allocation.markets import SEED, problems
from tests.cores.allocation.verifiers import (
    JAVASCRIPT,
    PYTHON,
    VERIFIERS,
    Asked,
    by_javascript,
    by_package,
    by_python,
    in_chromium,
)

from ampera.cores.allocation import Beacon, Problem, Rule, bundle, draw, quicknet
from ampera.cores.allocation import verify as verify_bundle
from ampera.cores.allocation.bundling import pack, unpack


@pytest.fixture(autouse=True, scope="module")
def signatures_are_made_up():
    """Rounds of drand here are signed by nobody; whether the package checks that is tested with the league's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quicknet, "signed", lambda round_, signature, **_more: True)
        yield


BEACONS = {
    "dice": (Beacon("dice", "Again.", dice=10, witnesses=("Ani", "Budi \"the 2nd\" \\ é")), "6152431526"),
    "drand": (Beacon("drand", "Again.", when="Kapan?\n\tBesok", round=2**40), "0a" * 48),
    "rfc3797": (Beacon("rfc3797", "Again.", sources=("lotre", "bursa")), "9319./12.5.8.10./"),
    "seed": (None, ""),
}  # fmt: skip


@st.composite
def drawings(draw_from: st.DrawFn) -> tuple[Problem, str]:
    """A problem with one of the beacons, and its value."""
    problem = draw_from(problems(most=draw_from(st.sampled_from([2, 7, 14]))))
    beacon, value = BEACONS[draw_from(st.sampled_from(list(BEACONS)))]
    old = problem.rule
    rule = Rule.write(
        tie_break=old.tie_break,
        reversion=old.reversion,
        horizon=old.horizon,
        beacon=beacon,
        seed="" if beacon else SEED,
        about={"round": "1", "plan's hash": "é ' \x7f"},
    )
    return replace(problem, rule=rule), value


def some(count: int) -> list[Asked]:
    """So many bundles of random problems, with root and beacon as published."""
    found: list[Asked] = []

    @settings(max_examples=count, phases=[Phase.generate], deadline=None, derandomize=True, database=None)
    @given(drawings())
    def collect(drawing):
        outcome = draw(drawing[0], beacon=drawing[1])
        found.append(Asked(bundle(outcome), outcome.root, outcome.beacon))

    while len(found) < count:
        collect()
    return found


def damaged(asked: Asked, dice: random.Random) -> Asked:
    """One small thing changed in one file of a bundle, now and then with the manifest's hashes made to fit."""
    files = unpack(asked.data)
    name = dice.choice(sorted(files.keys() - {"manifest.json"}))
    rows = files[name].splitlines(keepends=True)
    at, other = dice.randrange(len(rows)), dice.randrange(len(rows))
    kind = dice.randrange(4)
    if kind == 0:
        del rows[at]
    elif kind == 1:
        rows.insert(other, rows[at])
    elif kind == 2:
        rows[at], rows[other] = rows[other], rows[at]
    elif len(rows[at]) > 1:
        place = dice.randrange(len(rows[at]) - 1)
        rows[at] = (
            rows[at][:place] + dice.choice([b"0", b"1", b"a", b"K", b";", b","]) + rows[at][place + 1 :]
        )
    files[name] = b"".join(rows)
    return replace(asked, data=pack(hashed_again(files) if dice.random() < 0.5 else files))


def agree(asked: list[Asked]) -> None:
    """The verifiers say the same of each bundle: whether it is sound, and its root."""
    for one, package, python, javascript in zip(
        asked, by_package(asked), by_python(asked), by_javascript(asked), strict=True
    ):
        told = [package, python, javascript, unpack(one.data)]
        assert package.ok == python.ok == javascript.ok, told
        assert not package.ok or package.root == python.root == javascript.root, told


def test_the_verifiers_agree_with_the_core_on_random_problems():
    sound = some(150)
    assert all(said.ok for said in by_package(sound))
    agree(sound)


def test_the_verifiers_agree_on_what_is_damaged():
    dice = random.Random(4)
    wrong = [damaged(asked, dice) for asked in some(150)]
    assert sum(not said.ok for said in by_package(wrong)) > 100
    agree(wrong)


@pytest.mark.proof
def test_the_verifiers_agree_with_the_core_on_thousands_of_random_problems():
    sound = some(5000)
    assert len({asked.root for asked in sound}) > 2000
    agree(sound)
    dice = random.Random(5)
    agree([damaged(asked, dice) for asked in sound])


def test_the_javascript_says_the_same_in_the_browser():
    dice = random.Random(6)
    sound = some(40)
    wrong = [damaged(asked, dice) for asked in sound]
    assert [s.ok for s in in_chromium([*sound, *wrong])] == [s.ok for s in by_package([*sound, *wrong])]


# --- Alterations × verifiers ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cells() -> dict[str, list[str]]:
    return caught()


def test_every_alteration_is_caught_by_every_verifier_in_every_way(cells):
    for name in ALTERATIONS:
        assert cells[name] == [f"{len(ways(name))} of {len(ways(name))}"] * len(VERIFIERS), name


def test_the_table_of_alterations_on_the_page_is_this_one(cells):
    """`python -m tests.cores.allocation.alteration_table` writes it."""
    assert f"\n\n{table(cells)}\n\n" in PAGE.read_text("utf-8")


def test_a_draw_that_was_forged_throughout_agrees_with_itself_and_is_not_called_checked():
    forged = Asked(drawn_anew(ALTERATIONS["an applicant added"].altered()))
    for verify in VERIFIERS.values():
        assert verify([forged])[0].ok
    assert by_python([forged])[0].words.count("not checked") == 2
    assert json.loads(by_javascript([forged])[0].words)["unchecked"] == ["root", "beacon"]


def test_the_short_form_that_newspapers_print_is_compared_and_called_short():
    data, outcome = SOUND["dice"], OUTCOMES["dice"]
    short = f"{outcome.root[:8].upper()} {outcome.root[8:16]}"
    other = short[:-1] + ("0" if short[-1] != "0" else "1")
    published = [(short, True), (other, False), (outcome.root[:15], False), (outcome.root + "0", False)]
    asked = [Asked(data, root, outcome.beacon) for root, _ok in published]
    for name, verify in VERIFIERS.items():
        assert [said.ok for said in verify(asked)] == [ok for _root, ok in published], name
    assert "16 digits" in by_python(asked[:1])[0].words
    assert json.loads(by_javascript(asked[:1])[0].words)["unchecked"] == ["short"]
    assert "16 digits" in verify_bundle(data, root=short, beacon=outcome.beacon).unchecked[0]


# --- Each verifier by itself ------------------------------------------------------------------------------------------


def test_the_python_file_stands_alone_and_has_three_exit_codes(tmp_path):
    """Copied somewhere, in an interpreter that sees no installed package."""
    alone, good, none = tmp_path / "check.py", tmp_path / "good.zip", tmp_path / "none.zip"
    alone.write_bytes(PYTHON.read_bytes())
    good.write_bytes(SOUND["dice"])
    none.write_bytes(b"not a zip")

    def run(*arguments):
        return subprocess.run([sys.executable, "-I", "-S", alone, *arguments], capture_output=True, text=True)

    sound = run(good, "--root", OUTCOMES["dice"].root, "--beacon", " ".join(DICE))
    assert sound.returncode == 0 and "not checked" not in sound.stdout
    other = run(good, "--root", "0" * 64)
    assert other.returncode == 1 and "DIFFERS: root: " in other.stdout
    assert run(none).returncode == run(tmp_path / "nowhere.zip").returncode == run().returncode == 2


def test_the_python_file_imports_the_standard_library_only():
    tree = ast.parse(PYTHON.read_text("utf-8"))
    named = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    named |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert {(name or ".").split(".")[0] for name in named} <= set(sys.stdlib_module_names)
    assert "ampera" not in named


def test_of_a_drand_beacon_round_and_randomness_are_told_and_that_bls_was_not_checked():
    asked = [Asked(SOUND["drand"], OUTCOMES["drand"].root, OUTCOMES["drand"].beacon)]
    value = sha256(bytes.fromhex(OUTCOMES["drand"].beacon)).hexdigest()
    python, javascript = by_python(asked)[0], json.loads(by_javascript(asked)[0].words)
    assert python.ok and f"quicknet round 12345678, randomness {value}" in python.words
    assert "not checked  the BLS signature" in python.words
    assert javascript["verdict"] == "agrees" and javascript["unchecked"] == ["bls"]
    assert (javascript["round"], javascript["randomness"]) == (12345678, value)


def test_the_first_difference_is_named_with_file_and_row():
    files = unpack(SOUND["dice"])
    rows = files["assignments.csv"].split(b"\n")
    rows[3] = rows[3].replace(b"R03", b"R33")
    asked = [Asked(pack(files | {"assignments.csv": b"\n".join(rows)}))]
    assert "DIFFERS: assignments.csv, row 4: the bundle says 'R33," in by_python(asked)[0].words
    found = json.loads(by_javascript(asked)[0].words)["difference"]
    assert (found["what"], found["file"], found["where"]) == ("row", "assignments.csv", 4)
    assert found["have"].startswith("R33,") and found["want"].startswith("R03,")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", SOUND["dice"][: len(SOUND["dice"]) // 2]])
def test_what_is_no_bundle_gets_no_verdict(data):
    assert "not a bundle" in by_python([Asked(data)])[0].words
    assert json.loads(by_javascript([Asked(data)])[0].words)["verdict"] == "unreadable"


def test_a_flipped_bit_is_never_taken_for_sound_content():
    """Either it is noticed, or it lies in the zip's own dates and flags and every file is as it was."""
    sound = SOUND["dice"]
    was = OUTCOMES["dice"]
    asked = [
        Asked(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :], was.root, was.beacon)
        for at in range(0, len(sound), 23)
    ]
    for verify in (by_python, by_javascript):
        for one, said in zip(asked, verify(asked), strict=True):
            assert not said.ok or unpack(one.data) == unpack(sound)


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
def test_the_javascript_hashes_as_the_standard_does(length):
    """Through a bundle: a foreign hash would be a difference in the manifest. Lengths around the padding's edges."""
    problem = replace(OUTCOMES["seed"].problem, rule=Rule.write(seed=SEED, about={"x": "y" * length}))
    outcome = draw(problem, beacon="")
    assert by_javascript([Asked(bundle(outcome), outcome.root)])[0].ok


def test_the_javascript_is_one_file_that_needs_nothing():
    text = JAVASCRIPT.read_text("utf-8")
    assert not re.search(r"^import|\beval\(|importScripts", text, re.M) and "fetch(" not in text
