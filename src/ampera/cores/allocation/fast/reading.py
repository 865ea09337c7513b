"""A problem's files straight into arrays.

This reader takes only files about which there is nothing to say: plain codes, no quotes, every check passed. As soon
as anything is unusual it gives up, and the reference reads the files: it names every error, or finds that there is none.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit

from ampera.cores.allocation.fast.arrays import Arrays, Bytes, Ints, arrays_of, assemble
from ampera.cores.allocation.fast.text import Data, as_codes, intern
from ampera.cores.allocation.problem import APPLICANTS, BLOCKS, CODE, PRIORITIES
from ampera.cores.allocation.refusals import BadProblem
from ampera.cores.allocation.rule import FILE as RULE
from ampera.cores.allocation.tables import COLUMNS, read_problem

_LONGEST = 64
# what a byte may be: 0 nothing here, 1 begins a code, 2 goes on with one, 3 a semicolon, 4 a comma
_KIND = np.zeros(256, np.uint8)
_KIND[list(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] = 1
_KIND[list(b"._-")] = 2
_KIND[ord(";")], _KIND[ord(",")] = 3, 4


class _Unusual(Exception):
    """Something that the reference has to judge."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a file by column: begins and ends (rows,) in data."""

    data: Data
    begins: Mapping[str, Ints]
    ends: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(next(iter(self.begins.values())))


def read_arrays(files: Mapping[str, bytes]) -> Arrays:
    """The problem in a folder's files; what `tables.read_problem` raises on a malformed one."""
    try:
        return _plain(files)
    except _Unusual:
        return arrays_of(read_problem(files))


def _plain(files: Mapping[str, bytes]) -> Arrays:
    if APPLICANTS not in files:
        raise _Unusual
    head = ",".join(COLUMNS[APPLICANTS][0]).encode()
    try:
        small = read_problem(
            {name: files[name] for name in (RULE, BLOCKS) if name in files} | {APPLICANTS: head}
        )
    except BadProblem as bad:
        raise _Unusual from bad
    fields = _fields(APPLICANTS, files[APPLICANTS])
    number = {klass: c for c, klass in enumerate(sorted({b.klass for b in small.blocks}))}
    receipts, order = _receipts(fields)
    type, groups = _types(fields)
    house, houses = _households(fields)
    start, ranking = _rankings(fields, number)
    lengths = np.diff(start)[order]
    sorted_start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    sorted_ranking = np.empty_like(ranking)
    _gather(start, ranking, order, sorted_start, sorted_ranking)
    priority = _priorities(files, receipts, number)
    return assemble(
        rule=small.rule, receipts=receipts, house=house[order], houses=houses, type=type[order], groups=groups,
        start=sorted_start, ranking=sorted_ranking, priority=priority, blocks=small.blocks,
    )  # fmt: skip


def _fields(name: str, data: bytes) -> _Fields:
    """Cut a file into its fields. Columns may come in any order."""
    begin = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    end = data.find(b"\n")
    if end < 0:
        raise _Unusual
    header = data[begin:end].removesuffix(b"\r").decode("ascii", "replace").split(",")
    must, may = COLUMNS[name]
    if len(set(header)) < len(header) or not set(must) <= set(header) <= {*must, *may}:
        raise _Unusual
    array = np.frombuffer(data, np.uint8)
    rows = data.count(b"\n", end + 1) + (end + 1 < len(data) and not data.endswith(b"\n"))
    begins, ends = np.empty((len(header), rows), np.int64), np.empty((len(header), rows), np.int64)
    if not _cut(array, end + 1, _KIND, begins, ends):
        raise _Unusual
    if (ends - begins).max(initial=0) > csv.field_size_limit():
        raise _Unusual
    return _Fields(array, dict(zip(header, begins, strict=True)), dict(zip(header, ends, strict=True)))


def _receipts(fields: _Fields) -> tuple[Bytes, Ints]:
    """The receipts in order, and the row of each."""
    begins, ends = fields.begins["receipt"], fields.ends["receipt"]
    if not _are_codes(fields.data, begins, ends, _KIND, False):
        raise _Unusual
    codes = as_codes(fields.data, begins, ends)
    order = _sort_codes(codes)
    found = codes[order]
    if (found[1:] == found[:-1]).any():
        raise _Unusual
    return found, order


def _sort_codes(codes: Bytes) -> Ints:
    """The order of codes as bytes."""
    width = -(-codes.dtype.itemsize // 8) * 8
    words = codes.astype(f"S{width}").view(">u8").reshape(len(codes), width // 8).astype(np.uint64)
    order: Ints = np.lexsort(words.T[::-1])
    return order


def _types(fields: _Fields) -> tuple[Ints, list[tuple[str, ...]]]:
    """Each row's number of a set of groups, and those sets."""
    begins, ends = fields.begins["groups"], fields.ends["groups"]
    ids, first = intern(fields.data, begins, ends)
    sets: dict[tuple[str, ...], int] = {}
    numbers = []
    for text in (fields.data[begins[k] : ends[k]].tobytes().decode("ascii") for k in first):
        groups = tuple(sorted(text.split(";"))) if text else ()
        if len(set(groups)) < len(groups) or not all(map(CODE.fullmatch, groups)):
            raise _Unusual
        numbers.append(sets.setdefault(groups, len(sets)))
    return np.array(numbers, np.int32)[ids], list(sets)


def _households(fields: _Fields) -> tuple[Ints, Bytes]:
    """Each row's number of a household, −1 without one, and their codes."""
    if "household" not in fields.begins:
        return np.full(len(fields), -1, np.int32), np.empty(0, "S1")
    begins, ends = fields.begins["household"], fields.ends["household"]
    if not _are_codes(fields.data, begins, ends, _KIND, True):
        raise _Unusual
    having = np.flatnonzero(ends > begins)
    ids, first = intern(fields.data, begins[having], ends[having])
    house = np.full(len(fields), -1, np.int32)
    house[having] = ids
    firsts = having[first]
    return house, as_codes(fields.data, begins[firsts], ends[firsts])


def _rankings(fields: _Fields, number: Mapping[str, int]) -> tuple[Ints, Ints]:
    """start (rows + 1,) and the classes ranked, by number."""
    start = np.zeros(len(fields) + 1, np.int64)
    begins, ends = _tokens(fields.data, fields.begins["ranking"], fields.ends["ranking"], start)
    ids, first = intern(fields.data, begins, ends)
    texts = (fields.data[begins[k] : ends[k]].tobytes().decode("ascii") for k in first)
    classes = np.array([number.get(text, -1) for text in texts], np.int32)
    ranking = classes[ids] if len(ids) else np.empty(0, np.int32)
    if (classes < 0).any() or _twice(start, ranking, len(number)):
        raise _Unusual
    return start, ranking


def _priorities(files: Mapping[str, bytes], receipts: Bytes, number: Mapping[str, int]) -> Ints:
    """(p, 3) class, applicant and tier, sorted."""
    if PRIORITIES not in files:
        return np.empty((0, 3), np.int64)
    fields = _fields(PRIORITIES, files[PRIORITIES])
    ids, first = intern(fields.data, fields.begins["class"], fields.ends["class"])
    begins, ends = fields.begins["class"][first], fields.ends["class"][first]
    texts = (fields.data[a:b].tobytes().decode("ascii") for a, b in zip(begins, ends, strict=True))
    classes = np.array([number.get(text, -1) for text in texts], np.int64)
    tier = np.empty(len(fields), np.int64)
    if (classes < 0).any() or not _tiers(fields.data, fields.begins["tier"], fields.ends["tier"], tier):
        raise _Unusual
    who = _who(fields, receipts)
    klass = classes[ids] if len(ids) else np.empty(0, np.int64)
    order = np.argsort(klass * max(1, len(receipts)) + who, kind="stable")
    found = np.stack([klass, who, tier], axis=1)[order]
    if (np.diff(found[:, :2], axis=0) == 0).all(axis=1).any():
        raise _Unusual
    return found


def _who(fields: _Fields, receipts: Bytes) -> Ints:
    """The applicant of each priority: numbers that `intern` gives to the receipts first."""
    width = receipts.dtype.itemsize
    known = np.arange(len(receipts), dtype=np.int64) * width
    data = np.concatenate([receipts.view(np.uint8), fields.data])
    offset = len(receipts) * width
    begins = np.concatenate([known, fields.begins["receipt"] + offset])
    ends = np.concatenate([known + np.char.str_len(receipts), fields.ends["receipt"] + offset])
    ids, first = intern(data, begins, ends)
    if len(first) > len(receipts):
        raise _Unusual
    who: Ints = ids[len(receipts) :]
    return who


@njit(cache=True, nogil=True)
def _cut(data, at, kind, begins, ends):
    """Fill begins and ends (columns, rows); False at anything but rows of so many plain fields."""
    columns, rows = begins.shape
    size = len(data)
    for row in range(rows):
        column = 0
        begins[0, row] = at
        while at < size and data[at] != 10:
            if data[at] == 44:
                ends[column, row] = at
                column += 1
                if column == columns:
                    return False
                begins[column, row] = at + 1
            elif kind[data[at]] == 0 and not (data[at] == 13 and at + 1 < size and data[at + 1] == 10):
                return False
            at += 1
        if column != columns - 1:
            return False
        ends[column, row] = at - 1 if data[at - 1] == 13 else at
        at += 1
    return True


@njit(cache=True, nogil=True)
def _are_codes(data, begins, ends, kind, may_be_empty):
    for k in range(len(begins)):
        length = ends[k] - begins[k]
        if length == 0 and may_be_empty:
            continue
        if length == 0 or length > _LONGEST or kind[data[begins[k]]] != 1:
            return False
        for at in range(begins[k], ends[k]):
            if kind[data[at]] > 2:
                return False
    return True


@njit(cache=True, nogil=True)
def _tokens(data, begins, ends, start):
    """Cut lists at their semicolons; fills start and returns the begins and ends of the parts."""
    rows = len(begins)
    for row in range(rows):
        count = 1 if ends[row] > begins[row] else 0
        for at in range(begins[row], ends[row]):
            count += data[at] == 59
        start[row + 1] = start[row] + count
    firsts, lasts = np.empty(start[rows], np.int64), np.empty(start[rows], np.int64)
    token = 0
    for row in range(rows):
        if ends[row] > begins[row]:
            firsts[token] = begins[row]
            for at in range(begins[row], ends[row]):
                if data[at] == 59:
                    lasts[token] = at
                    token += 1
                    firsts[token] = at + 1
            lasts[token] = ends[row]
            token += 1
    return firsts, lasts


@njit(cache=True, nogil=True)
def _twice(start, ranking, classes):
    """Whether anybody ranks a class twice."""
    seen = np.full(classes, -1, np.int64)
    for i in range(len(start) - 1):
        for at in range(start[i], start[i + 1]):
            if seen[ranking[at]] == i:
                return True
            seen[ranking[at]] = i
    return False


@njit(cache=True, nogil=True)
def _tiers(data, begins, ends, out):
    """Numbers from 1 to 999,999,999 without leading zero; False at anything else."""
    for k in range(len(begins)):
        length = ends[k] - begins[k]
        if length < 1 or length > 9 or data[begins[k]] == 48:
            return False
        value = 0
        for at in range(begins[k], ends[k]):
            if data[at] < 48 or data[at] > 57:
                return False
            value = 10 * value + data[at] - 48
        out[k] = value
    return True


@njit(cache=True, nogil=True)
def _gather(start, ranking, order, to_start, to):
    """The rankings in another order of applicants."""
    for i in range(len(order)):
        begin = start[order[i]]
        for at in range(to_start[i + 1] - to_start[i]):
            to[to_start[i] + at] = ranking[begin + at]
