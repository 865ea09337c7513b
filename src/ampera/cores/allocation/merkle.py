"""RFC 6962 Merkle trees over SHA-256: one root for a list, a short proof for each of its rows.

Pairing from the left and carrying an odd last node up unchanged gives the tree that RFC 6962 §2.1 defines by
splitting at the largest power of two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(row: bytes) -> bytes:
    """SHA-256(0x00 ‖ row)."""
    return hashlib.sha256(b"\x00" + row).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The whole tree over rows, kept level by level, so that proofs for every row cost one pass."""

    def __init__(self, rows: Sequence[bytes]) -> None:
        self._levels = [[leaf_hash(row) for row in rows]]
        while len(level := self._levels[-1]) > 1:
            pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            self._levels.append(pairs + level[len(pairs) * 2 :])

    @property
    def size(self) -> int:
        """How many rows."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """32 bytes; SHA-256 of nothing for an empty list."""
        return self._levels[-1][0] if self.size else hashlib.sha256(b"").digest()

    def path(self, index: int) -> tuple[bytes, ...]:
        """The audit path of row `index` (0-based), from the leaf up. Raises IndexError."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        steps = []
        for level in self._levels[:-1]:
            if (sibling := index ^ 1) < len(level):
                steps.append(level[sibling])
            index >>= 1
        return tuple(steps)


def inclusion(rows: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of one row. For many rows of one list, keep a Tree. Raises IndexError."""
    return Tree(rows).path(index)


def verify_inclusion(*, root: bytes, row: bytes, index: int, size: int, path: Sequence[bytes]) -> bool:
    """Whether `row` is number `index` (0-based) of the `size` rows under `root`. Source: RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    last, here, steps = size - 1, leaf_hash(row), list(path)
    while last:
        if index & 1:
            if not steps:
                return False
            here = node_hash(steps.pop(0), here)
        elif index < last:
            if not steps:
                return False
            here = node_hash(here, steps.pop(0))
        index >>= 1
        last >>= 1
    return not steps and here == root
