"""Root and tickets, specified byte by byte in docs/methods/allocation.md.

    root   = RFC 6962 root over: bytes of rule.toml, then the sorted canonical rows of blocks, priorities, applicants
    key    = SHA-256("ampera-draw-1" 0x00 ‖ root ‖ beacon material)
    ticket = SHA-256(key ‖ "r" ‖ receipt)                    the smaller ticket goes first

Per-class tickets use SHA-256(key ‖ "c" ‖ class) for the key. A member of a household takes the first 16 bytes from
SHA-256(key ‖ "h" ‖ household) and the last 16 from the own hash: housemates stand together, in a settled order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ampera.cores.allocation import beacons, merkle
from ampera.cores.allocation.problem import Applicant, Block, Priority, Problem
from ampera.cores.allocation.refusals import UnknownReceipt
from ampera.cores.allocation.rule import Rule

_DOMAIN = b"ampera-draw-1\x00"


def block_row(b: Block) -> bytes:
    """The canonical row of a block."""
    cap = "" if b.cap is None else str(b.cap)
    return f"block,{b.klass},{b.block},{b.seats},{b.group},{b.order},{b.cap_group},{cap}".encode("ascii")


def priority_row(p: Priority) -> bytes:
    """The canonical row of a priority."""
    return f"priority,{p.klass},{p.receipt},{p.tier}".encode("ascii")


def applicant_row(a: Applicant) -> bytes:
    """The canonical row of an applicant: groups sorted, ranking as ranked."""
    groups, ranking = ";".join(sorted(a.groups)), ";".join(a.ranking)
    return f"applicant,{a.receipt},{groups},{ranking},{a.household}".encode("ascii")


def rows(problem: Problem) -> list[bytes]:
    """The leaves under the root, in their order."""
    return [
        problem.rule.source,
        *sorted(map(block_row, problem.blocks)),
        *sorted(map(priority_row, problem.priorities)),
        *sorted(map(applicant_row, problem.applicants)),
    ]


def root(problem: Problem) -> str:
    """The root, 64 hexadecimal digits: what is published at the freeze."""
    return merkle.Tree(rows(problem)).root.hex()


@dataclass(frozen=True, slots=True)
class Membership:
    """Proof that one applicant's row is in the frozen list: checked by `merkle.verify_inclusion`, ~1 KB."""

    row: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes


def memberships(problem: Problem, receipts: Iterable[str] | None = None) -> dict[str, Membership]:
    """Membership proofs for the receipts given (default: everybody). Raises UnknownReceipt."""
    leaves = rows(problem)
    tree = merkle.Tree(leaves)
    first = len(leaves) - len(problem.applicants)
    place = {row: first + i for i, row in enumerate(leaves[first:])}
    row_of = {a.receipt: applicant_row(a) for a in problem.applicants}
    proofs = {}
    for receipt in row_of if receipts is None else receipts:
        if receipt not in row_of:
            raise UnknownReceipt(receipt=receipt)
        index = place[row_of[receipt]]
        proofs[receipt] = Membership(row_of[receipt], index, len(leaves), tree.path(index), tree.root)
    return proofs


def ticket_key(problem: Problem, beacon: str) -> bytes:
    """The 32-byte key that the beacon opens. Raises BeaconMissing, BadBeacon."""
    return open_key(root(problem), problem.rule, beacon)


def open_key(root: str, rule: Rule, beacon: str) -> bytes:
    """The key of a list under its root. Raises BeaconMissing, BadBeacon."""
    return sha256(_DOMAIN + bytes.fromhex(root) + beacons.material(rule, beacon)).digest()


def class_key(key: bytes, klass: str) -> bytes:
    """The key of one class, for per-class tickets."""
    return sha256(key + b"c" + klass.encode("ascii")).digest()


def ticket(key: bytes, receipt: str, household: str = "") -> bytes:
    """One ticket, 32 bytes. Tickets are compared as bytes; the smaller goes first."""
    own = sha256(key + b"r" + receipt.encode("ascii")).digest()
    if not household:
        return own
    return sha256(key + b"h" + household.encode("ascii")).digest()[:16] + own[16:]


def tickets(key: bytes, applicants: Sequence[Applicant]) -> list[bytes]:
    """The ticket of each applicant, in the order given."""
    return [ticket(key, a.receipt, a.household) for a in applicants]
