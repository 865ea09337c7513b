"""Problem folders: every error is named with file, row and remedy; what is written reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from tests.cores.allocation.markets import problems, rule

from ampera.cores.allocation import (
    Applicant,
    BadProblem,
    Block,
    Problem,
    check,
    draw,
    problem_files,
    read_problem,
    root,
)

EXAMPLE = {f.name: f.read_bytes() for f in (Path(__file__).parent / "data" / "example").iterdir()}
PRIORITIES = {"priorities.csv": b"class,receipt,tier\nK01,R01,1\n"}


def _faults(**changed):
    files = EXAMPLE | PRIORITIES | {name.replace("_", "."): data for name, data in changed.items()}
    with pytest.raises(BadProblem) as refused:
        read_problem({name: data for name, data in files.items() if data is not None})
    return refused.value.faults


def _edit(name, old, new):
    data = (EXAMPLE | PRIORITIES)[name]
    assert data.count(old) >= 1
    return {name.replace(".", "_"): data.replace(old, new, 1)}


@given(problems())
def test_a_problem_written_reads_back_with_the_same_root(problem):
    again = read_problem(problem_files(problem))
    assert root(again) == root(problem)
    assert problem_files(again) == problem_files(problem)


def test_spreadsheets_line_ends_quotes_column_order_and_byte_order_mark_change_nothing():
    rows = EXAMPLE["applicants.csv"].decode().splitlines()
    turned = ["\ufeffhousehold,ranking,groups,receipt"]
    turned += [",".join(f'"{field}"' for field in reversed(row.split(","))) for row in rows[1:]]
    other = EXAMPLE | {"applicants.csv": "\r\n".join(turned).encode()}
    assert root(read_problem(other)) == root(read_problem(EXAMPLE))


@pytest.mark.parametrize(
    ("changed", "file", "where", "word"),
    [
        ({"applicants_csv": None}, "applicants.csv", "", "missing"),
        ({"rule_toml": None}, "rule.toml", "", "missing"),
        ({"rule_toml": b"= ="}, "rule.toml", "", "TOML"),
        ({"blocks_csv": b""}, "blocks.csv", "", "header"),
        ({"applicants_csv": b"\xff\xfe"}, "applicants.csv", "", "UTF-8"),
        (_edit("applicants.csv", b",household", b",family"), "applicants.csv", "", "header"),
        (_edit("applicants.csv", b"R02,W;P,K01,", b"R02,W;P,K01"), "applicants.csv", "row 3", "fields"),
        (_edit("applicants.csv", b"R02,", b"R 02,"), "applicants.csv", "row 3", "not a code"),
        (_edit("applicants.csv", b"R02,", b","), "applicants.csv", "row 3", "not a code"),
        (_edit("applicants.csv", b"W;P", b"W;;P"), "applicants.csv", "row 3", "not a code"),
        (_edit("applicants.csv", b"R02,", b"R01,"), "applicants.csv", "row 3", "row 2 already"),
        (_edit("applicants.csv", b"W;P", b"W;W"), "applicants.csv", "row 3", "twice"),
        (_edit("applicants.csv", b"K01;K02", b"K01;K01"), "applicants.csv", "row 2", "twice"),
        (_edit("applicants.csv", b"R02,W;P,K01", b"R02,W;P,K09"), "applicants.csv", "row 3", "no block"),
        (_edit("blocks.csv", b"women,1", b"women,-1"), "blocks.csv", "row 2", "seats"),
        (_edit("blocks.csv", b"women,1", b"women,1.5"), "blocks.csv", "row 2", "seats"),
        (_edit("blocks.csv", b"women,1", b"women,01"), "blocks.csv", "row 2", "seats"),
        (_edit("blocks.csv", b"W,1,", b"W,0,"), "blocks.csv", "row 2", "order"),
        (_edit("blocks.csv", b"W,1,", b"W,2,"), "blocks.csv", "row 3", "taken by row 2"),
        (_edit("blocks.csv", b"women", b"open"), "blocks.csv", "row 3", "row 2 already"),
        (_edit("blocks.csv", b"P,1", b"P,"), "blocks.csv", "row 3", "together"),
        (_edit("blocks.csv", b"P,1", b",1"), "blocks.csv", "row 3", "together"),
        (_edit("priorities.csv", b"K01,R01", b"K09,R01"), "priorities.csv", "row 2", "no block"),
        (_edit("priorities.csv", b"K01,R01", b"K01,R99"), "priorities.csv", "row 2", "not in applicants"),
        (_edit("priorities.csv", b"R01,1", b"R01,best"), "priorities.csv", "row 2", "tier"),
        (_edit("priorities.csv", b"R01,1\n", b"R01,1\nK01,R01,2\n"), "priorities.csv", "row 3", "already"),
    ],
)
def test_an_error_is_named_once_with_its_place_and_a_remedy(changed, file, where, word):
    (fault,) = _faults(**changed)
    assert (fault.file, fault.where) == (file, where)
    assert word in fault.says
    assert fault.mend


def test_all_errors_come_at_once_in_the_order_of_the_files():
    changed = _edit("blocks.csv", b"women,1", b"women,x") | _edit("applicants.csv", b"R02,", b"R01,")
    changed |= {"rule_toml": EXAMPLE["rule.toml"].replace(b'"1.5"', b'"0.5"')}
    assert [f.file for f in _faults(**changed)] == ["rule.toml", "applicants.csv", "blocks.csv"]


def test_a_problem_made_in_memory_is_checked_before_it_is_drawn():
    problem = Problem((Applicant("r,1", (), ("A",)),), (Block("A", "all", -1, "", 1),), (), rule())
    assert [(f.file, f.where) for f in check(problem)] == [
        ("applicants.csv", "row 2"),
        ("blocks.csv", "row 2"),
    ]
    with pytest.raises(BadProblem):
        draw(problem, beacon="")
