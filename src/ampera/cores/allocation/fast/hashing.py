"""SHA-256 of many short messages under one key, sixteen at a time.

A replay needs a new ticket for everybody; hashing them one by one would take ten times as long as matching them. The
loop over lanes is straight-line code over arrays of a known size, which LLVM turns into vector instructions. The
constants are computed as FIPS 180-4 §4.2.2 and §5.3.3 define them; tests hold the digests against hashlib.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ampera.cores.allocation.fast.arrays import Bytes, Flags, Words

LANES = 16
KEY_WORDS, BLOCK_WORDS = 8, 16
_MASK = (1 << 32) - 1


def _root(of: int, degree: int) -> int:
    """The whole part of an integer's root."""
    low, high = 0, 1 << (of.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= of else (low, middle - 1)
    return low


_PRIMES = [p for p in range(2, 312) if all(p % d for d in range(2, p))]  # the first 64
_K = tuple(np.uint32(_root(p << 96, 3) & _MASK) for p in _PRIMES)
_K0, _K1, _K2, _K3, _K4, _K5, _K6, _K7 = (_K[first : first + 8] for first in range(0, 64, 8))
_START = tuple(np.uint32(_root(p << 64, 2) & _MASK) for p in _PRIMES[:8])


def messages(codes: Bytes, letter: bytes) -> tuple[Words, Flags]:
    """What follows the key in `key ‖ letter ‖ code`, padded as SHA-256 wants it.

    codes: (n,) bytes of at most 64. Returns (words, twice): words (8, n) or (24, n), big-endian, the second block
    there if anybody needs it; twice (n,) 1 where the second block counts.
    """
    n, width = len(codes), max(1, codes.dtype.itemsize)
    length = np.char.str_len(codes).astype(np.int64)
    twice = (length + 1 + 32 + 9 > 64).astype(np.uint8)
    size = 4 * (KEY_WORDS + (BLOCK_WORDS if twice.any() else 0))
    data = np.zeros((n, max(size, width + 2)), np.uint8)
    data[:, 0] = letter[0]
    data[:, 1 : width + 1] = codes.view(np.uint8).reshape(n, width)
    rows = np.arange(n)
    data[rows, length + 1] = 0x80
    bits = (length + 33) * 8  # below 2¹⁶
    end = np.where(twice == 1, 96, 32)
    data[rows, end - 2], data[rows, end - 1] = bits >> 8, bits & 255
    words = np.ascontiguousarray(data[:, :size]).view(">u4").astype(np.uint32)
    return np.ascontiguousarray(words.T), twice


def key_words(key: bytes) -> Words:
    """A 32-byte key as words."""
    return np.frombuffer(key, ">u4").astype(np.uint32)


@njit(cache=True, forceinline=True)
def _turn(x, n):
    return np.uint32(np.uint32(x >> np.uint32(n)) | np.uint32(x << np.uint32(32 - n)))


@njit(cache=True, forceinline=True)
def _round(a, b, c, d, e, f, g, h, wk):
    """The two words that a round changes: the new d and h."""
    t = np.uint32(
        h
        + np.uint32(_turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25))
        + np.uint32(np.uint32(e & f) ^ np.uint32(np.uint32(~e) & g))
        + wk
    )
    u = np.uint32(
        np.uint32(_turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22))
        + np.uint32(np.uint32(a & b) ^ np.uint32(a & c) ^ np.uint32(b & c))
    )
    return np.uint32(d + t), np.uint32(t + u)


@njit(cache=True, forceinline=True)
def _eight(s, w, k):
    """Eight rounds."""
    a, b, c, d, e, f, g, h = s
    d, h = _round(a, b, c, d, e, f, g, h, np.uint32(w[0] + k[0]))
    c, g = _round(h, a, b, c, d, e, f, g, np.uint32(w[1] + k[1]))
    b, f = _round(g, h, a, b, c, d, e, f, np.uint32(w[2] + k[2]))
    a, e = _round(f, g, h, a, b, c, d, e, np.uint32(w[3] + k[3]))
    h, d = _round(e, f, g, h, a, b, c, d, np.uint32(w[4] + k[4]))
    g, c = _round(d, e, f, g, h, a, b, c, np.uint32(w[5] + k[5]))
    f, b = _round(c, d, e, f, g, h, a, b, np.uint32(w[6] + k[6]))
    e, a = _round(b, c, d, e, f, g, h, a, np.uint32(w[7] + k[7]))
    return a, b, c, d, e, f, g, h


@njit(cache=True, forceinline=True)
def _word(far, near, middle, late):
    low = np.uint32(_turn(near, 7) ^ _turn(near, 18) ^ np.uint32(near >> np.uint32(3)))
    high = np.uint32(_turn(late, 17) ^ _turn(late, 19) ^ np.uint32(late >> np.uint32(10)))
    return np.uint32(far + low + middle + high)


@njit(cache=True, forceinline=True)
def _schedule(w):
    """The next sixteen words of the message schedule."""
    a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q = w
    a = _word(a, b, j, p)
    b = _word(b, c, k, q)
    c = _word(c, d, m, a)
    d = _word(d, e, n, b)
    e = _word(e, f, o, c)
    f = _word(f, g, p, d)
    g = _word(g, h, q, e)
    h = _word(h, i, a, f)
    i = _word(i, j, b, g)
    j = _word(j, k, c, h)
    k = _word(k, m, d, i)
    m = _word(m, n, e, j)
    n = _word(n, o, f, k)
    o = _word(o, p, g, m)
    p = _word(p, q, h, n)
    q = _word(q, a, i, o)
    return a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q


@njit(cache=True, nogil=True)
def _compress(v):
    """One block for each lane. v: for each lane the state, which is changed, the same after the first eight rounds, and the
    words of the block; in one array, so that the compiler sees that they don't overlap."""
    for x in range(LANES):
        now = (
            v[8 * LANES + x], v[9 * LANES + x], v[10 * LANES + x], v[11 * LANES + x],
            v[12 * LANES + x], v[13 * LANES + x], v[14 * LANES + x], v[15 * LANES + x],
        )  # fmt: skip
        words = (
            v[16 * LANES + x], v[17 * LANES + x], v[18 * LANES + x], v[19 * LANES + x],
            v[20 * LANES + x], v[21 * LANES + x], v[22 * LANES + x], v[23 * LANES + x],
            v[24 * LANES + x], v[25 * LANES + x], v[26 * LANES + x], v[27 * LANES + x],
            v[28 * LANES + x], v[29 * LANES + x], v[30 * LANES + x], v[31 * LANES + x],
        )  # fmt: skip
        now = _eight(now, words[8:], _K1)
        words = _schedule(words)
        now = _eight(now, words[:8], _K2)
        now = _eight(now, words[8:], _K3)
        words = _schedule(words)
        now = _eight(now, words[:8], _K4)
        now = _eight(now, words[8:], _K5)
        words = _schedule(words)
        now = _eight(now, words[:8], _K6)
        now = _eight(now, words[8:], _K7)
        v[x] = np.uint32(v[x] + now[0])
        v[LANES + x] = np.uint32(v[LANES + x] + now[1])
        v[2 * LANES + x] = np.uint32(v[2 * LANES + x] + now[2])
        v[3 * LANES + x] = np.uint32(v[3 * LANES + x] + now[3])
        v[4 * LANES + x] = np.uint32(v[4 * LANES + x] + now[4])
        v[5 * LANES + x] = np.uint32(v[5 * LANES + x] + now[5])
        v[6 * LANES + x] = np.uint32(v[6 * LANES + x] + now[6])
        v[7 * LANES + x] = np.uint32(v[7 * LANES + x] + now[7])


@njit(cache=True, nogil=True)
def _begin(v):
    """The first eight rounds for each lane."""
    for x in range(LANES):
        state = (
            v[x], v[LANES + x], v[2 * LANES + x], v[3 * LANES + x],
            v[4 * LANES + x], v[5 * LANES + x], v[6 * LANES + x], v[7 * LANES + x],
        )  # fmt: skip
        words = (
            v[16 * LANES + x], v[17 * LANES + x], v[18 * LANES + x], v[19 * LANES + x],
            v[20 * LANES + x], v[21 * LANES + x], v[22 * LANES + x], v[23 * LANES + x],
        )  # fmt: skip
        now = _eight(state, words, _K0)
        for t in range(8):
            v[(8 + t) * LANES + x] = now[t]


@njit(cache=True, nogil=True)
def digests(key, words, twice, out, begin):
    """SHA-256 of key ‖ message for each message.

    key: (8,) uint32. words, twice: from `messages`, m of them. out: (8, ≥ begin + m) uint32, of which the columns from
    `begin` on are filled with the digests.
    """
    v = np.empty(32 * LANES, np.uint32)
    m = words.shape[1]
    fresh = False  # the first eight words are the key: what they do is the same for all
    for first in range(0, m, LANES):
        lanes = min(LANES, m - first)
        more = 0
        for x in range(lanes):
            more |= twice[first + x]
        for t in range(8):
            for x in range(LANES):
                v[t * LANES + x] = _START[t]
                v[(16 + t) * LANES + x] = key[t]
            for x in range(lanes):
                v[(24 + t) * LANES + x] = words[t, first + x]
        for block in range(1 + more):
            if block:
                for t in range(BLOCK_WORDS):
                    for x in range(lanes):
                        v[(16 + t) * LANES + x] = words[8 + t, first + x]
            if block or not fresh:
                _begin(v)
                fresh = block == 0
            _compress(v)
            for x in range(lanes):
                if block and not twice[first + x]:
                    for t in range(8):
                        v[t * LANES + x] = out[t, begin + first + x]
            for t in range(8):
                for x in range(lanes):
                    out[t, begin + first + x] = v[t * LANES + x]
