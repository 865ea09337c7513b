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
_K0, _K1, _K2, _K3 = _K[:16], _K[16:32], _K[32:48], _K[48:]
_START = tuple(np.uint32(_root(p << 64, 2) & _MASK) for p in _PRIMES[:8])


def messages(codes: Bytes, letter: bytes) -> tuple[Words, Flags]:
    """What follows the key in `key ‖ letter ‖ code`, padded as SHA-256 wants it.

    codes: (n,) bytes of at most 64. Returns (words, twice): words (n, 8) or (n, 24), big-endian, the second block
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
    return np.ascontiguousarray(data[:, :size]).view(">u4").astype(np.uint32), twice


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
def _rounds(s, w, k):
    """Sixteen rounds."""
    a, b, c, d, e, f, g, h = s
    d, h = _round(a, b, c, d, e, f, g, h, np.uint32(w[0] + k[0]))
    c, g = _round(h, a, b, c, d, e, f, g, np.uint32(w[1] + k[1]))
    b, f = _round(g, h, a, b, c, d, e, f, np.uint32(w[2] + k[2]))
    a, e = _round(f, g, h, a, b, c, d, e, np.uint32(w[3] + k[3]))
    h, d = _round(e, f, g, h, a, b, c, d, np.uint32(w[4] + k[4]))
    g, c = _round(d, e, f, g, h, a, b, c, np.uint32(w[5] + k[5]))
    f, b = _round(c, d, e, f, g, h, a, b, np.uint32(w[6] + k[6]))
    e, a = _round(b, c, d, e, f, g, h, a, np.uint32(w[7] + k[7]))
    d, h = _round(a, b, c, d, e, f, g, h, np.uint32(w[8] + k[8]))
    c, g = _round(h, a, b, c, d, e, f, g, np.uint32(w[9] + k[9]))
    b, f = _round(g, h, a, b, c, d, e, f, np.uint32(w[10] + k[10]))
    a, e = _round(f, g, h, a, b, c, d, e, np.uint32(w[11] + k[11]))
    h, d = _round(e, f, g, h, a, b, c, d, np.uint32(w[12] + k[12]))
    g, c = _round(d, e, f, g, h, a, b, c, np.uint32(w[13] + k[13]))
    f, b = _round(c, d, e, f, g, h, a, b, np.uint32(w[14] + k[14]))
    e, a = _round(b, c, d, e, f, g, h, a, np.uint32(w[15] + k[15]))
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
def _compress(s, w):
    """One block for each lane. s: (8 × LANES) states, changed in place; w: (16 × LANES) words."""
    for x in range(LANES):
        state = (
            s[x], s[LANES + x], s[2 * LANES + x], s[3 * LANES + x],
            s[4 * LANES + x], s[5 * LANES + x], s[6 * LANES + x], s[7 * LANES + x],
        )  # fmt: skip
        words = (
            w[x], w[LANES + x], w[2 * LANES + x], w[3 * LANES + x],
            w[4 * LANES + x], w[5 * LANES + x], w[6 * LANES + x], w[7 * LANES + x],
            w[8 * LANES + x], w[9 * LANES + x], w[10 * LANES + x], w[11 * LANES + x],
            w[12 * LANES + x], w[13 * LANES + x], w[14 * LANES + x], w[15 * LANES + x],
        )  # fmt: skip
        now = _rounds(state, words, _K0)
        words = _schedule(words)
        now = _rounds(now, words, _K1)
        words = _schedule(words)
        now = _rounds(now, words, _K2)
        words = _schedule(words)
        now = _rounds(now, words, _K3)
        s[x] = np.uint32(state[0] + now[0])
        s[LANES + x] = np.uint32(state[1] + now[1])
        s[2 * LANES + x] = np.uint32(state[2] + now[2])
        s[3 * LANES + x] = np.uint32(state[3] + now[3])
        s[4 * LANES + x] = np.uint32(state[4] + now[4])
        s[5 * LANES + x] = np.uint32(state[5] + now[5])
        s[6 * LANES + x] = np.uint32(state[6] + now[6])
        s[7 * LANES + x] = np.uint32(state[7] + now[7])


@njit(cache=True, nogil=True)
def digests(key, words, twice, who, out):
    """SHA-256 of key ‖ message for the messages numbered `who`.

    key: (8,) uint32. words, twice: from `messages`. who: (m,) int32. out: (m, 8) uint32, filled with the digests.
    """
    s = np.empty(8 * LANES, np.uint32)
    w = np.empty(BLOCK_WORDS * LANES, np.uint32)
    m = len(who)
    for first in range(0, m, LANES):
        lanes = min(LANES, m - first)
        for t in range(8):
            for x in range(LANES):
                s[t * LANES + x] = _START[t]
                w[t * LANES + x] = key[t]
        for x in range(lanes):
            for t in range(8):
                w[(8 + t) * LANES + x] = words[who[first + x], t]
        _compress(s, w)
        more = False
        for x in range(lanes):
            more |= twice[who[first + x]] == 1
            for t in range(8):
                out[first + x, t] = s[t * LANES + x]
        if more:
            for x in range(lanes):
                for t in range(BLOCK_WORDS):
                    w[t * LANES + x] = words[who[first + x], 8 + t]
            _compress(s, w)
            for x in range(lanes):
                if twice[who[first + x]] == 1:
                    for t in range(8):
                        out[first + x, t] = s[t * LANES + x]
