"""drand's quicknet: a public beacon that a league of institutions signs every three seconds.

Round r is one number fixed in the lock, `published(r)` is when it comes, and its signature is a BLS signature that only
the league can make: over SHA-256 of r (8 bytes, big-endian), by the scheme `bls-unchained-g1-rfc9380` (signature
on G1, public key on G2, both compressed; messages hashed to G1 as RFC 9380 says). So nobody, the city least of all,
chooses its value, and whoever has the pinned key below checks it without a network.

The curve's arithmetic is `py_ecc` (extra `drand`), imported only when a signature is looked at.
Source: https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/info
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from ampera.cores.allocation.refusals import BlsMissing

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"  # the chain's hash, its name everywhere
PUBLIC_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
GENESIS, PERIOD = 1692803367, 3  # seconds: round 1 came at GENESIS (Unix time)
DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
EXTRA = "ampera[drand]"


def published(round_: int) -> int:
    """When a round (≥ 1) is published, Unix seconds."""
    return GENESIS + (round_ - 1) * PERIOD


def round_after(moment: int) -> int:
    """The first round published at or after a moment (Unix seconds): the one to write into a rule."""
    return max(0, -(-(moment - GENESIS) // PERIOD)) + 1


def signed(round_: int, signature: str, *, public_key: str = PUBLIC_KEY) -> bool:
    """Whether a signature (96 hexadecimal digits) is the league's own of a round.

    public_key: 192 hexadecimal digits, another chain's of the same scheme. About 0.2 s. Raises BlsMissing if `py_ecc` isn't
    installed, ValueError if public_key is no key.
    """
    bls = _bls()
    key = bls.public_key(bytes.fromhex(public_key))
    try:
        point = bls.signature(bytes.fromhex(signature))
    except ValueError:
        return False
    message = hashlib.sha256(round_.to_bytes(8, "big")).digest()
    return bls.holds(key, bls.hash_to_g1(message, DST, hashlib.sha256), point)


def ready() -> None:
    """Raises BlsMissing if signatures can't be checked here: to be asked before a plan that needs them is locked."""
    _bls()


class _Curve:
    """What we need of py_ecc: decode two points, each in its subgroup of prime order, and compare two pairings."""

    def __init__(self, curve: Any, compression: Any, hash_to_g1: Any) -> None:
        self.curve, self.compression, self.hash_to_g1 = curve, compression, hash_to_g1

    def signature(self, data: bytes) -> Any:
        """A point of G1. Raises ValueError."""
        return self._sound(self.compression.decompress_G1(int.from_bytes(data, "big")), len(data) == 48)

    def public_key(self, data: bytes) -> Any:
        """A point of G2. Raises ValueError."""
        halves = int.from_bytes(data[:48], "big"), int.from_bytes(data[48:], "big")
        return self._sound(self.compression.decompress_G2(halves), len(data) == 96)

    def _sound(self, point: Any, whole: bool) -> Any:
        """Neither infinity nor outside the subgroup: such a point could stand for more than one signature."""
        c = self.curve
        if not whole or c.is_inf(point) or not c.is_inf(c.multiply(point, c.curve_order)):
            raise ValueError("no point of the group")
        return point

    def holds(self, key: Any, message: Any, signature: Any) -> bool:
        """e(signature, generator) = e(message, key), as one product of pairings."""
        c = self.curve
        left = c.pairing(c.G2, signature, final_exponentiate=False)
        right = c.pairing(key, c.neg(message), final_exponentiate=False)
        return bool(c.final_exponentiate(left * right) == c.FQ12.one())


def _bls() -> _Curve:
    limit = sys.getrecursionlimit()
    try:
        from py_ecc import optimized_bls12_381
        from py_ecc.bls import point_compression
        from py_ecc.bls.hash_to_curve import hash_to_G1
    except ModuleNotFoundError as error:
        raise BlsMissing(extra=EXTRA) from error
    finally:  # py_ecc lifts it to 100,000 for its other curves: a deep JSON file would then end the process
        sys.setrecursionlimit(limit)
    return _Curve(optimized_bls12_381, point_compression, hash_to_G1)
