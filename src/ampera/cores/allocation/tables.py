"""The CSV files of a problem and of answers: reading with every error named, writing in one canonical form.

Written files have LF line ends, sorted rows and no quotes, so that equal content is equal bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from ampera.cores.allocation.problem import (
    APPLICANTS,
    BLOCKS,
    MOST,
    PRIORITIES,
    Applicant,
    Block,
    Lines,
    Priority,
    Problem,
    check,
)
from ampera.cores.allocation.refusals import BadAnswers, BadProblem, Fault
from ampera.cores.allocation.rule import FILE as RULE
from ampera.cores.allocation.rule import Rule
from ampera.cores.allocation.waves import FILE as ANSWERS
from ampera.cores.allocation.waves import Answer, wrong_words

# file: (columns that must be there, columns that may be)
COLUMNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    APPLICANTS: (("receipt", "groups", "ranking"), ("household",)),
    BLOCKS: (("class", "block", "seats", "group", "order"), ("cap_group", "cap")),
    PRIORITIES: (("class", "receipt", "tier"), ()),
    ANSWERS: (("receipt", "wave", "answer"), ()),
}
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


def read_problem(files: Mapping[str, bytes]) -> Problem:
    """The problem in a folder's files, by name. Files that are not part of a problem are not looked at.

    Raises BadProblem with every error: file, row (the header is row 1) or key, and remedy.
    """
    faults: list[Fault] = []
    rule = None
    if RULE in files:
        try:
            rule = Rule.parse(files[RULE])
        except BadProblem as bad:
            faults += bad.faults
    else:
        faults.append(_missing(RULE))
    tables: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for name in (APPLICANTS, BLOCKS, PRIORITIES):
        if name in files:
            tables[name], wrong = _rows(name, files[name])
            faults += wrong
        elif name == PRIORITIES:
            tables[name] = []
        else:
            tables[name] = []
            faults.append(_missing(name))
    applicants = tuple(_applicant(row) for _, row in tables[APPLICANTS])
    blocks = tuple(_block(line, row, faults) for line, row in tables[BLOCKS])
    priorities = tuple(_priority(line, row, faults) for line, row in tables[PRIORITIES])
    stand_in = rule or Rule.write(
        seed="0" * 64
    )  # only to go on finding errors: without a rule we raise below
    problem = Problem(applicants, blocks, priorities, stand_in)
    if not any(f.where == "" for f in faults):  # a whole file unread would only make errors up elsewhere
        lines = Lines(*([line for line, _ in tables[n]] for n in (APPLICANTS, BLOCKS, PRIORITIES)))
        faults += check(problem, lines)
    if faults:
        order = (RULE, APPLICANTS, BLOCKS, PRIORITIES)
        raise BadProblem(sorted(faults, key=lambda f: order.index(f.file)))
    return problem


def read_answers(data: bytes) -> tuple[Answer, ...]:
    """The answers in an `answers.csv`. Raises BadAnswers with every error that shows without knowing the draw."""
    table, faults = _rows(ANSWERS, data)
    answers = tuple(
        Answer(row["receipt"], _number(ANSWERS, line, row, "wave", 1, faults), row["answer"])
        for line, row in table
    )
    faults += wrong_words(answers, [line for line, _ in table])
    if faults:
        raise BadAnswers(sorted(faults, key=lambda f: int(f.where.removeprefix("row ") or 0)))
    return answers


def problem_files(problem: Problem) -> dict[str, bytes]:
    """The files of a problem in canonical form; `priorities.csv` only if there are any."""
    files = {
        RULE: problem.rule.source,
        APPLICANTS: write(
            ("receipt", "groups", "ranking", "household"),
            sorted(
                (a.receipt, ";".join(sorted(a.groups)), ";".join(a.ranking), a.household)
                for a in problem.applicants
            ),
        ),
        BLOCKS: blocks_file(problem.blocks),
    }
    if problem.priorities:
        ordered = sorted(problem.priorities, key=lambda p: (p.klass, p.tier, p.receipt))
        files[PRIORITIES] = write(
            ("class", "receipt", "tier"), [(p.klass, p.receipt, p.tier) for p in ordered]
        )
    return files


def blocks_file(blocks: Iterable[Block]) -> bytes:
    """`blocks.csv` in canonical form."""
    columns = ("class", "block", "seats", "group", "order", "cap_group", "cap")
    ordered = sorted(blocks, key=lambda b: (b.klass, b.order))
    return write(
        columns, [(b.klass, b.block, b.seats, b.group, b.order, b.cap_group, b.cap) for b in ordered]
    )


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV bytes; None is an empty field. The fields are codes and numbers, which need no quotes."""
    lines = [",".join(columns), *(",".join("" if v is None else str(v) for v in row) for row in rows)]
    return ("\n".join(lines) + "\n").encode("ascii")


def _missing(name: str) -> Fault:
    return Fault(name, "", "is missing.", "Add the file.")


def _rows(name: str, data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    """Rows with the line on which each ends, and what is wrong with the file's shape."""
    must, may = COLUMNS[name]
    lines: list[tuple[int, list[str]]] = []
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        lines.extend((reader.line_num, row) for row in reader)
    except UnicodeDecodeError as error:
        return [], [Fault(name, "", f"not UTF-8: {error}.", "Save it as CSV in UTF-8.")]
    except csv.Error as error:
        says = f"after row {lines[-1][0] if lines else 0} it is not CSV: {error}."
        return [], [Fault(name, "", says, "Correct the row that follows, or save the file as CSV again.")]
    header = lines[0][1] if lines else []
    unknown = set(header) - {*must, *may}
    if unknown or not set(must) <= set(header) or len(set(header)) < len(header):
        wanted = ",".join(must) + (f" (and, if wanted, {','.join(may)})" if may else "")
        return [], [Fault(name, "", f"the header is {','.join(header)!r}.", f"Write {wanted}.")]
    table, faults = [], []
    for line, row in lines[1:]:
        if len(row) == len(header):
            table.append((line, dict.fromkeys(may, "") | dict(zip(header, row, strict=True))))
        else:
            says = f"has {len(row)} fields, the header {len(header)}."
            faults.append(Fault(name, f"row {line}", says, "Give every column a field, empty if need be."))
    return table, faults


def _applicant(row: Mapping[str, str]) -> Applicant:
    return Applicant(row["receipt"], _list(row["groups"]), _list(row["ranking"]), row["household"])


def _block(line: int, row: Mapping[str, str], faults: list[Fault]) -> Block:
    return Block(
        klass=row["class"],
        block=row["block"],
        seats=_number(BLOCKS, line, row, "seats", 0, faults),
        group=row["group"],
        order=_number(BLOCKS, line, row, "order", MOST - 1 - line, faults),
        cap_group=row["cap_group"],
        cap=_number(BLOCKS, line, row, "cap", 0, faults) if row["cap"] else None,
    )


def _priority(line: int, row: Mapping[str, str], faults: list[Fault]) -> Priority:
    return Priority(row["class"], row["receipt"], _number(PRIORITIES, line, row, "tier", 1, faults))


def _number(
    file: str, line: int, row: Mapping[str, str], name: str, stand_in: int, faults: list[Fault]
) -> int:
    """A whole number; if it isn't one, a fault, and a stand-in that raises no second one."""
    if _NUMBER.fullmatch(row[name]):
        return int(row[name])
    mend = f"Write a whole number below {MOST}, digits only, no leading zero."
    faults.append(Fault(file, f"row {line}", f"{name} is {row[name]!r}.", mend))
    return stand_in


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()
