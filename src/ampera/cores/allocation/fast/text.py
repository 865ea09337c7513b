"""Columns of text without a Python object for each cell: what files are read into and written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from numba import njit

from ampera.cores.allocation.fast.arrays import Bytes, Ints, Words, codes

Data = npt.NDArray[np.uint8]
COMMA, SEMICOLON, NEWLINE = 44, 59, 10


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts inside one array of bytes: number k is data[begins[k]:ends[k]]."""

    data: Data
    begins: Ints
    ends: Ints

    @classmethod
    def of(cls, texts: Sequence[str] | Bytes) -> Pool:
        """The pool of some codes."""
        array = texts if isinstance(texts, np.ndarray) else codes(texts)
        begins = np.arange(len(array), dtype=np.int64) * array.dtype.itemsize
        data = np.ascontiguousarray(array).view(np.uint8)
        return cls(data, begins, begins + np.char.str_len(array))


class Column(Protocol):
    """Something with a text for each row."""

    def lengths(self) -> Ints:
        """(rows,) bytes."""

    def put(self, out: Data, cursor: Ints) -> None:
        """Write every row's text at its cursor, and move the cursors behind it."""


@dataclass(frozen=True, slots=True)
class Text:
    """ids: (rows,) numbers in a pool; −1 is an empty field."""

    pool: Pool
    ids: Ints

    def lengths(self) -> Ints:
        sizes = np.append(self.pool.ends - self.pool.begins, 0)  # the last one serves the −1
        found: Ints = sizes[self.ids]
        return found

    def put(self, out: Data, cursor: Ints) -> None:
        _put_texts(out, cursor, self.pool.data, self.pool.begins, self.pool.ends, self.ids)


@dataclass(frozen=True, slots=True)
class Lists:
    """Several texts for each row, joined by semicolons: those of row i are items[start[i]:start[i + 1]]."""

    pool: Pool
    start: Ints
    items: Ints

    def lengths(self) -> Ints:
        sizes = self.pool.ends - self.pool.begins
        ends = np.concatenate([[0], np.cumsum(sizes[self.items] + 1)])
        found: Ints = np.maximum(np.diff(ends[self.start]) - 1, 0)
        return found

    def put(self, out: Data, cursor: Ints) -> None:
        _put_lists(out, cursor, self.pool.data, self.pool.begins, self.pool.ends, self.start, self.items)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers of at least 1; 0 is an empty field."""

    values: Ints

    def lengths(self) -> Ints:
        powers = 10 ** np.arange(19, dtype=np.int64)
        found: Ints = np.searchsorted(powers, self.values, side="right")
        return found

    def put(self, out: Data, cursor: Ints) -> None:
        _put_numbers(out, cursor, self.values)


@dataclass(frozen=True, slots=True)
class Hex:
    """words: (8, rows), as 64 hexadecimal digits."""

    words: Words

    def lengths(self) -> Ints:
        return np.full(self.words.shape[1], 64)

    def put(self, out: Data, cursor: Ints) -> None:
        _put_hex(out, cursor, self.words)


def rows(columns: Sequence[Column], *, before: bytes = b"") -> tuple[bytes, Ints]:
    """Rows with commas between the columns and a newline at the end, after some bytes of their own.

    Returns the bytes and where each row begins, with the end as one more.
    """
    width = columns[0].lengths() + 1
    for column in columns[1:]:
        width = width + column.lengths() + 1
    begins = np.concatenate([[0], np.cumsum(width, dtype=np.int64)]) + len(before)
    out = np.empty(begins[-1], np.uint8)
    out[: len(before)] = np.frombuffer(before, np.uint8)
    cursor = begins[:-1].copy()
    for number, column in enumerate(columns, start=1):
        column.put(out, cursor)
        _put_byte(out, cursor, NEWLINE if number == len(columns) else COMMA)
    return out.tobytes(), begins


@njit(cache=True, nogil=True)
def intern(data, begins, ends):
    """Number equal texts alike. Returns (ids, first): each text's number, and which text had a number first."""
    n = len(begins)
    size = 16
    while size < 2 * n:
        size *= 2
    table = np.full(size, -1, np.int64)
    ids, first = np.empty(n, np.int64), np.empty(n, np.int64)
    known = 0
    for k in range(n):
        mark = np.uint64(14695981039346656037)  # FNV-1a
        for at in range(begins[k], ends[k]):
            mark = np.uint64((mark ^ np.uint64(data[at])) * np.uint64(1099511628211))
        slot = np.int64(np.uint64(mark ^ (mark >> np.uint64(29))) & np.uint64(size - 1))
        while table[slot] >= 0 and not _same(data, begins, ends, first[table[slot]], k):
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            table[slot], first[known] = known, k
            known += 1
        ids[k] = table[slot]
    return ids, first[:known].copy()


@njit(cache=True, nogil=True)
def _same(data, begins, ends, a, b):
    length = ends[a] - begins[a]
    if ends[b] - begins[b] != length:
        return False
    for at in range(length):  # noqa: SIM110  # numba compiles no `all`
        if data[begins[a] + at] != data[begins[b] + at]:
            return False
    return True


@njit(cache=True, nogil=True)
def padded(data, begins, ends, out):
    """Copy texts into the rows of a matrix of zeros."""
    for k in range(len(begins)):
        for at in range(ends[k] - begins[k]):
            out[k, at] = data[begins[k] + at]


def as_codes(data: Data, begins: Ints, ends: Ints) -> Bytes:
    """Texts as an array of bytes."""
    width = max(1, int((ends - begins).max(initial=1)))
    out: npt.NDArray[Any] = np.zeros((len(begins), width), np.uint8)
    padded(data, begins, ends, out)
    return out.view(f"S{width}").ravel()


@njit(cache=True, nogil=True)
def _put_byte(out, cursor, byte):
    for row in range(len(cursor)):
        out[cursor[row]] = byte
        cursor[row] += 1


@njit(cache=True, nogil=True)
def _put_texts(out, cursor, data, begins, ends, ids):
    for row in range(len(ids)):
        k = ids[row]
        if k >= 0:
            to = cursor[row]
            for at in range(begins[k], ends[k]):
                out[to] = data[at]
                to += 1
            cursor[row] = to


@njit(cache=True, nogil=True)
def _put_lists(out, cursor, data, begins, ends, start, items):
    for row in range(len(cursor)):
        to = cursor[row]
        for item in range(start[row], start[row + 1]):
            if item > start[row]:
                out[to] = SEMICOLON
                to += 1
            for at in range(begins[items[item]], ends[items[item]]):
                out[to] = data[at]
                to += 1
        cursor[row] = to


@njit(cache=True, nogil=True)
def _put_numbers(out, cursor, values):
    for row in range(len(values)):
        value, digits = values[row], 0
        while value > 0:
            value //= 10
            digits += 1
        value = values[row]
        for at in range(cursor[row] + digits - 1, cursor[row] - 1, -1):
            out[at] = 48 + value % 10
            value //= 10
        cursor[row] += digits


@njit(cache=True, nogil=True)
def _put_hex(out, cursor, words):
    for row in range(words.shape[1]):
        for t in range(8):
            for nibble in range(8):
                digit = (np.int64(words[t, row]) >> (28 - 4 * nibble)) & 15
                out[cursor[row]] = 48 + digit if digit < 10 else 87 + digit
                cursor[row] += 1
