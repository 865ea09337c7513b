"""The order of tickets over arrays: `market.lottery`, with every ticket hashed as the method's page says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ampera.cores.allocation.fast.arrays import Arrays, Flags, Ints, Words
from ampera.cores.allocation.fast.hashing import digests, key_words, messages
from ampera.cores.allocation.tickets import class_key

HOUSE_WORDS = 4  # a household's hash is the first half of its members' tickets


@dataclass(frozen=True, slots=True)
class Lots:
    """The order of tickets. by_rank: who has place 0, 1, …, perhaps not to the end; with per-class tickets one class after
    the other, class c beginning at first[c] (0 for all with single tickets). place: ranks along `ranking`, per-class
    tickets only.
    tickets: (8, n or m) words, by applicant or along `ranking`."""

    by_rank: Ints
    first: Ints
    place: Ints
    tickets: Words


@dataclass(frozen=True, slots=True)
class Urn:
    """What of the tickets does not depend on the key. who: (n or m,) the applicant of each ticket; entry: where in
    `ranking` it stands (per-class tickets only, class after class); first: (classes + 1,)."""

    words: Words
    twice: Flags
    house_words: Words
    house_twice: Flags
    house: Ints
    who: Ints
    entry: Ints
    first: Ints


def urn(arrays: Arrays) -> Urn:
    """Prepare the tickets of a market."""
    words, twice = messages(arrays.receipts, b"r")
    house_words, house_twice = messages(arrays.houses, b"h")
    who = np.arange(arrays.size, dtype=np.int32)
    entry, first = np.empty(0, np.int64), np.zeros(len(arrays.classes) + 1, np.int64)
    if arrays.per_class:
        entry = np.argsort(arrays.ranking, kind="stable")
        who = np.repeat(who, np.diff(arrays.start))[entry]
        first[1:] = np.cumsum(arrays.asked)
    return Urn(words, twice, house_words, house_twice, arrays.house, who, entry, first)


def lots(arrays: Arrays, urn: Urn, key: bytes, *, most: int | None = None) -> Lots:
    """The tickets under a key, in order. most: so many smallest ones will do, or a few more (single tickets only)."""
    tickets = np.empty((8, len(urn.who)), np.uint32)
    by_rank = np.empty(len(urn.who), np.int32)
    if not arrays.per_class:
        _hash(urn, key, urn.words, urn.twice, urn.house, tickets, 0)
        count = _put_in_order(tickets, 0, arrays.size, by_rank, arrays.size if most is None else most)
        return Lots(by_rank[:count], urn.first[:-1], np.empty(0, np.int32), tickets)
    for klass, begin, end in zip(arrays.classes, urn.first[:-1], urn.first[1:], strict=True):
        who = urn.who[begin:end]
        own = np.ascontiguousarray(urn.words[:, who])
        _hash(urn, class_key(key, klass), own, urn.twice[who], urn.house[who], tickets, begin)
        _put_in_order(tickets, begin, end, by_rank, end - begin)
    place, by_entry = np.empty_like(by_rank), np.empty_like(tickets)
    place[urn.entry[by_rank]] = np.arange(len(by_rank)) - np.repeat(urn.first[:-1], arrays.asked)
    by_entry[:, urn.entry] = tickets
    return Lots(urn.who[by_rank], urn.first[:-1], place, by_entry)


def _hash(urn: Urn, key: bytes, words: Words, twice: Flags, house: Ints, tickets: Words, begin: int) -> None:
    """Fill the columns of `tickets` from `begin` on; housemates share the first half."""
    digests(key_words(key), words, twice, tickets, begin)
    if len(urn.house_twice):
        shared = np.empty((8, len(urn.house_twice)), np.uint32)
        digests(key_words(key), urn.house_words, urn.house_twice, shared, 0)
        mates = np.flatnonzero(house >= 0)
        tickets[:HOUSE_WORDS, begin + mates] = shared[:HOUSE_WORDS, house[mates]]


def _put_in_order(tickets: Words, begin: int, end: int, by_rank: Ints, most: int) -> int:
    """Fill by_rank[begin:] with the columns begin … end − 1 of `tickets`, the smallest ticket first.

    By the first word; then, where it does not tell two apart (mostly housemates), by the next one, and so on. Returns how
    many are filled, at least `most`.
    """
    bits = max(1, int(end - begin).bit_length() - 1)
    marks, ends = np.empty(end - begin, np.uint64), np.zeros(1 << bits, np.int32)
    count, ties = _sort_by_first_word(tickets, begin, 32 - bits, most, ends, marks, by_rank)
    if not ties:
        return int(count)
    order, alike, at = by_rank[begin : begin + count], marks[:count] >> np.uint64(32), np.arange(count)
    for word in tickets[1:]:
        near = alike[1:] == alike[:-1]
        tied = np.append(near, False) | np.append(False, near)
        if not tied.any():
            break
        at, alike = at[tied], alike[tied]
        run = np.cumsum(np.append(False, alike[1:] != alike[:-1])).astype(np.uint64)
        finer = run << np.uint64(32) | word[order[at]]
        by_finer = np.argsort(finer)
        order[at], alike = order[at[by_finer]], finer[by_finer]
    return int(count)


@njit(cache=True, nogil=True)
def _sort_by_first_word(tickets, begin, shift, most, ends, marks, by_rank):
    """Sort columns by their first word: into buckets by its first bits, each of which holds one or two, then within them.

    most: stop at the end of a bucket once there are so many. marks: (m,) uint64, filled with word and column in order;
    by_rank with the columns, from `begin` on. ends: (buckets,) zeros. Returns how many, and whether any two have the
    same word.
    """
    m = len(marks)
    for at in range(begin, begin + m):
        ends[np.int64(tickets[0, at]) >> shift] += 1
    count, last = 0, 0
    while count < most:
        count, ends[last] = count + ends[last], count
        last += 1
    for at in range(begin, begin + m):
        bucket = np.int64(tickets[0, at]) >> shift
        if bucket < last:
            marks[ends[bucket]] = np.uint64(np.uint64(tickets[0, at]) << np.uint64(32)) | np.uint64(at)
            ends[bucket] += 1
    ties = False
    for at in range(count):
        own, to = marks[at], at
        while to > 0 and own < marks[to - 1]:
            marks[to] = marks[to - 1]
            to -= 1
        marks[to] = own
    for at in range(count):
        by_rank[begin + at] = np.int64(marks[at] & np.uint64(0xFFFFFFFF))
        ties |= at > 0 and marks[at] >> np.uint64(32) == marks[at - 1] >> np.uint64(32)
    return count, ties
