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
    """The order of tickets. by_rank: who has place 0, 1, …; with per-class tickets one class after the other, class c
    beginning at first[c] (0 for all with single tickets). place: ranks along `ranking`, per-class tickets only.
    tickets: (n or m, 8) words, by applicant or along `ranking`."""

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


def lots(arrays: Arrays, urn: Urn, key: bytes) -> Lots:
    """The tickets under a key, in order."""
    keys = [class_key(key, klass) for klass in arrays.classes] if arrays.per_class else [key]
    words = np.stack([key_words(k) for k in keys]) if keys else np.empty((0, 8), np.uint32)
    by_rank = np.empty(len(urn.who), np.int32)
    tickets = np.empty((len(urn.who), 8), np.uint32)
    first = urn.first if arrays.per_class else np.array([0, len(urn.who)], np.int64)
    shuffle(
        words, urn.words, urn.twice, urn.house_words, urn.house_twice, urn.house, urn.who, first, tickets, by_rank
    )  # fmt: skip
    if not arrays.per_class:
        return Lots(by_rank, urn.first[:-1], np.empty(0, np.int32), tickets)
    place, by_entry = np.empty_like(by_rank), np.empty_like(tickets)
    place[urn.entry[by_rank]] = np.arange(len(by_rank)) - np.repeat(first[:-1], arrays.asked)
    by_entry[urn.entry] = tickets
    return Lots(urn.who[by_rank], first[:-1], place, by_entry)


@njit(cache=True, nogil=True)
def shuffle(
    keys, words, twice, house_words, house_twice, house, who, first, tickets, by_rank
):  # fmt: skip
    """Hash the tickets of each stretch first[c]:first[c + 1] under its own key and put them in order.

    by_rank is filled with the numbers of tickets, the smallest ticket of a stretch first.
    """
    houses = np.arange(len(house_words)).astype(np.int32)
    shared = np.empty((len(houses), 8), np.uint32)
    for c in range(len(keys)):
        begin, end = first[c], first[c + 1]
        digests(keys[c], words, twice, who[begin:end], tickets[begin:end])
        if len(houses):
            digests(keys[c], house_words, house_twice, houses, shared)
            for at in range(begin, end):
                h = house[who[at]]
                if h >= 0:
                    tickets[at, :HOUSE_WORDS] = shared[h, :HOUSE_WORDS]
        _order(tickets, begin, end, by_rank)


@njit(cache=True, nogil=True)
def _order(tickets, begin, end, by_rank):
    """Sort a stretch: into buckets by the first bits, of which each holds about one, then within them."""
    m = end - begin
    bits = 0
    while bits < 24 and (1 << bits) < m:
        bits += 1
    shift = 32 - bits
    ends = np.zeros((1 << bits) + 1, np.int64)
    for at in range(begin, end):
        ends[np.int64(tickets[at, 0]) >> shift] += 1
    total = np.int64(begin)
    for bucket in range(1 << bits):
        total, ends[bucket] = total + ends[bucket], total
    for at in range(begin, end):
        own = np.int64(tickets[at, 0]) >> shift
        by_rank[ends[own]] = at
        ends[own] += 1
    low = begin
    for bucket in range(1 << bits):
        high = ends[bucket]
        if high - low > 1:
            _sort(tickets, by_rank, low, high)
        low = high


@njit(cache=True, nogil=True)
def _before(tickets, a, b):
    for t in range(8):
        if tickets[a, t] != tickets[b, t]:
            return tickets[a, t] < tickets[b, t]
    return False


@njit(cache=True, nogil=True)
def _sort(tickets, by_rank, low, high):
    """Sort a bucket in place: by insertion if it is small; else as a heap, since a household may be everybody."""
    if high - low <= 24:
        for at in range(low + 1, high):
            own, to = by_rank[at], at
            while to > low and _before(tickets, own, by_rank[to - 1]):
                by_rank[to] = by_rank[to - 1]
                to -= 1
            by_rank[to] = own
        return
    m = high - low
    for top in range(m // 2 - 1, -1, -1):
        _down(tickets, by_rank, low, m, top)
    for last in range(m - 1, 0, -1):
        by_rank[low], by_rank[low + last] = by_rank[low + last], by_rank[low]
        _down(tickets, by_rank, low, last, 0)


@njit(cache=True, nogil=True)
def _down(tickets, by_rank, low, size, at):
    own = by_rank[low + at]
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and _before(tickets, by_rank[low + child], by_rank[low + child + 1]):
            child += 1
        if not _before(tickets, own, by_rank[low + child]):
            break
        by_rank[low + at] = by_rank[low + child]
        at = child
    by_rank[low + at] = own
