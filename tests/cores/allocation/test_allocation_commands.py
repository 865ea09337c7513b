"""`ampera draw` as a stranger uses it: no database, files in, files out, exit codes."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

import ampera
from ampera.cli.draw import main
from ampera.cores.allocation import engines

EXAMPLE = Path(__file__).parent / "data" / "example"
DICE = "36142536251446"


@pytest.fixture
def bundle(tmp_path, capsys):
    path = tmp_path / "bundle.zip"
    assert main(["draw", "run", str(EXAMPLE), "--out", str(path)]) == 0
    root = capsys.readouterr().out.split()[1]
    return path, root


def _folder(tmp_path, **changed):
    folder = tmp_path / "problem"
    folder.mkdir()
    for file in EXAMPLE.iterdir():
        data = changed.get(file.name.replace(".", "_"), file.read_bytes())
        if data is not None:
            (folder / file.name).write_bytes(data)
    return folder


def test_a_bundle_that_was_run_verifies_against_what_was_published(bundle, capsys):
    path, root = bundle
    assert main(["draw", "verify", str(path), "--root", root, "--beacon", DICE]) == 0
    assert "not checked" not in capsys.readouterr().out
    assert main(["draw", "verify", str(path)]) == 0
    assert capsys.readouterr().out.count("not checked") == 2


@pytest.mark.parametrize("published", [["--root", "0" * 64], ["--beacon", "1" * 14], ["--beacon", "?"]])
def test_another_published_root_or_beacon_is_a_difference(bundle, published, capsys):
    assert main(["draw", "verify", str(bundle[0]), *published]) == 1
    assert "DIFFERS: " + published[0][2:] in capsys.readouterr().out


def test_a_malformed_problem_lists_every_error_and_writes_nothing(tmp_path, capsys):
    rows = (
        (EXAMPLE / "applicants.csv").read_bytes().replace(b"R02,", b"R01,").replace(b"R09,,K01", b"R09,,K77")
    )
    out = tmp_path / "out.zip"
    assert main(["draw", "run", str(_folder(tmp_path, applicants_csv=rows)), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert "applicants.csv, row 3: " in told and "applicants.csv, row 10: " in told
    assert not out.exists()


@pytest.mark.parametrize("beacon", [None, b'value = "123"\n', b"worth = 1\n"])
def test_without_a_proper_beacon_nothing_is_drawn(tmp_path, beacon, capsys):
    out = tmp_path / "out.zip"
    assert main(["draw", "run", str(_folder(tmp_path, beacon_toml=beacon)), "--out", str(out)]) == 2
    assert "beacon.toml" in capsys.readouterr().err
    assert not out.exists()


LONG = b"R99,," + b"K01;" * 250_000 + b"\n"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"applicants_csv": b"receipt,groups,ranking\n" + LONG}, "applicants.csv: after row 1 it is not CSV"),
        ({"applicants_csv": b"r" * 100_000}, "applicants.csv: the header is"),
        ({"applicants_csv": b"receipt;groups;ranking\nR01;;K01\n"}, "Write receipt,groups,ranking"),
        (
            {"applicants_csv": b'receipt,groups,ranking\nR01,,"K01\nK02"\n'},
            "row 3: ranking names class K01 K02",
        ),
        ({"applicants_csv": "receipt,groups,ranking\nR01,,K01\n".encode("utf-16")}, "not UTF-8"),
        ({"rule_toml": b"\xef\xbb\xbf" + (EXAMPLE / "rule.toml").read_bytes()}, "byte-order mark"),
        (
            {"blocks_csv": b"class,block,seats,group,order\nK01,a,-5,,1\nK02,a,1,,1\n"},
            "blocks.csv, row 2: seats is '-5'",
        ),
    ],
    ids=[
        "a million characters",
        "no header",
        "semicolons",
        "a line end",
        "UTF-16",
        "mark in the rule",
        "negative",
    ],
)
@pytest.mark.parametrize("command", [["run"], ["chances", "--draws", "2"], ["what-if", "--draws", "2"]])
def test_rubbish_is_told_in_one_short_line_with_its_place(tmp_path, capsys, command, changed, told):
    out = tmp_path / "out"
    assert main(["draw", *command, str(_folder(tmp_path, **changed)), "--out", str(out)]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert max(map(len, err.splitlines())) < 500
    assert not out.exists()


def test_spreadsheet_line_ends_and_a_mark_at_the_start_of_a_table_are_no_error(tmp_path, capsys):
    rows = b"\xef\xbb\xbf" + (EXAMPLE / "applicants.csv").read_bytes().replace(b"\n", b"\r\n")
    out = tmp_path / "bundle.zip"
    assert main(["draw", "run", str(EXAMPLE), "--out", str(out)]) == 0
    root = capsys.readouterr().out.split()[1]
    folder = _folder(tmp_path, applicants_csv=rows, rule_toml=(EXAMPLE / "rule.toml").read_bytes())
    assert main(["draw", "run", str(folder), "--out", str(out)]) == 0
    assert capsys.readouterr().out.split()[1] == root


def test_every_wrong_answer_is_told_with_the_file_it_stands_in_and_its_row(bundle, tmp_path, capsys):
    answers = tmp_path / "jawaban.csv"
    answers.write_text(
        "receipt,wave,answer\nR01,1,maybe\nR02,x,accepted\nR03,0,declined\nR04,1\nR01,1,lapsed\n"
    )
    assert main(["draw", "calls", str(bundle[0]), str(answers)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in told] == [f"{answers}, row {n}" for n in (2, 3, 4, 5, 6)]
    answers.write_text("receipt,wave,answer\nR99,1,declined\n")
    assert main(["draw", "calls", str(bundle[0]), str(answers)]) == 1
    assert f"{answers}, row 2: R99 was not called in wave 1." in capsys.readouterr().err


def test_calls_print_the_next_wave(bundle, tmp_path, capsys):
    answers = tmp_path / "answers.csv"
    answers.write_text("receipt,wave,answer\n")
    assert main(["draw", "calls", str(bundle[0]), str(answers)]) == 0
    first = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["wave"] for row in first} == {"1"}
    lines = [f"{row['receipt']},1,{'declined' if n == 0 else 'accepted'}\n" for n, row in enumerate(first)]
    answers.write_text("receipt,wave,answer\n" + "".join(lines))
    assert main(["draw", "calls", str(bundle[0]), str(answers)]) == 0
    (second,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert second["wave"] == "2"
    answers.write_text("receipt,wave,answer\n" + "".join(lines[1:]))
    assert main(["draw", "calls", str(bundle[0]), str(answers)]) == 1
    assert f"{first[0]['receipt']} has not answered" in capsys.readouterr().err


def test_explain_says_one_sentence_for_each_ranked_class(bundle, capsys):
    assert main(["draw", "explain", str(bundle[0]), "R01"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line[:2] for line in said if line[0].isdigit()] == ["1.", "2."]
    assert main(["draw", "explain", str(bundle[0]), "nobody"]) == 1
    assert "nobody" in capsys.readouterr().err


def test_an_altered_bundle_explains_nothing(bundle, capsys):
    path, _ = bundle
    path.write_bytes(path.read_bytes()[:-30])
    assert main(["draw", "explain", str(path), "R01"]) == 1
    assert capsys.readouterr().out == ""


def test_chances_are_written_for_every_class_any_seat_and_the_horizon(tmp_path, capsys):
    out = tmp_path / "chances.csv"
    assert main(["draw", "chances", str(EXAMPLE), "--draws", "20", "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.open()))
    assert list(rows[0]) == ["receipt", "class", "chance", "se"]
    own = {row["class"]: float(row["chance"]) for row in rows if row["receipt"] == "R01"}
    assert own.keys() == {"*", "+", "K01", "K02"}
    assert own["*"] == pytest.approx(own["K01"] + own["K02"])
    assert own["*"] <= own["+"]
    assert "20 of 20 replays" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["run", "nowhere", "--out", "x.zip"],
        ["verify", "nowhere.zip"],
        ["run", str(EXAMPLE), "--out", "nowhere/x.zip"],
        ["chances", str(EXAMPLE), "--out", "nowhere/x.csv"],
        ["what-if", str(EXAMPLE), "--out", "nowhere/x.csv"],
    ],
)
def test_a_path_that_is_not_there_is_one_sentence(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["draw", *command]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_a_command_with_much_work_says_that_the_kernels_are_not_installed(
    bundle, tmp_path, monkeypatch, capsys
):
    """What they do when they are is in test_allocation_fast.py."""
    monkeypatch.setattr(engines, "LITTLE", 1)
    monkeypatch.setattr(engines, "installed", lambda: False)
    out = tmp_path / "again.zip"
    assert main(["draw", "run", str(EXAMPLE), "--out", str(out)]) == 0
    assert out.read_bytes() == bundle[0].read_bytes()
    assert main(["draw", "chances", str(EXAMPLE), "--draws", "5", "--out", str(tmp_path / "c.csv")]) == 0
    assert main(["draw", "verify", str(out)]) == 0
    assert capsys.readouterr().err.count("plain Python") == 3


def test_the_command_needs_the_standard_library_only():
    """What `draw verify` loads: Python's own modules and ours, no Django, no NumPy."""
    program = (
        "import sys; before = set(sys.modules); import ampera.cli.draw; "
        "print(*{m.split('.')[0] for m in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    path = {"PYTHONPATH": str(Path(ampera.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["ampera"]
