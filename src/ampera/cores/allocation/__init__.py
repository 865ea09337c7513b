"""Who gets a seat: a draw that anybody can replay. Byte by byte in docs/methods/allocation.md.

Standard library only, so that pages may use it. The way through: `Problem` → `root` (freeze) → `draw` (beacon) →
`reasons`, `next_wave`, `rectify`, `bundle` → `verify`. Before the lock: `chances`, `what_if`.
"""

from ampera.cores.allocation.beacons import rfc3797_key
from ampera.cores.allocation.bundling import bundle
from ampera.cores.allocation.drawing import Assignment, Call, Cutoff, Outcome, draw
from ampera.cores.allocation.explanation import SAYS, Miss, Reason, reasons
from ampera.cores.allocation.horizon import Pool, pool, stretch
from ampera.cores.allocation.large_market import propensities
from ampera.cores.allocation.merkle import inclusion, verify_inclusion
from ampera.cores.allocation.problem import Applicant, Block, Priority, Problem, check
from ampera.cores.allocation.quotas import Shortfall, shortfalls
from ampera.cores.allocation.rectifying import Added, rectify
from ampera.cores.allocation.refusals import (
    BadAnswers,
    BadBeacon,
    BadProblem,
    BadVariant,
    BeaconMissing,
    BlsMissing,
    Fault,
    ReservesHere,
    UnknownReceipt,
)
from ampera.cores.allocation.replays import Chance, chances, insides
from ampera.cores.allocation.rule import Beacon, Rule
from ampera.cores.allocation.tables import problem_files, read_answers, read_problem
from ampera.cores.allocation.tickets import Membership, memberships, root, rows
from ampera.cores.allocation.variants import Variant
from ampera.cores.allocation.verification import Opened, Recomputed, Verification, recompute, reopen, verify
from ampera.cores.allocation.waves import Answer, Offer, next_wave
from ampera.cores.allocation.what_if import Experiment, Finding, Gain, what_if

__all__ = [
    "SAYS",
    "Added",
    "Answer",
    "Applicant",
    "Assignment",
    "BadAnswers",
    "BadBeacon",
    "BadProblem",
    "BadVariant",
    "Beacon",
    "BeaconMissing",
    "Block",
    "BlsMissing",
    "Call",
    "Chance",
    "Cutoff",
    "Experiment",
    "Fault",
    "Finding",
    "Gain",
    "Membership",
    "Miss",
    "Offer",
    "Opened",
    "Outcome",
    "Pool",
    "Priority",
    "Problem",
    "Reason",
    "Recomputed",
    "ReservesHere",
    "Rule",
    "Shortfall",
    "UnknownReceipt",
    "Variant",
    "Verification",
    "bundle",
    "chances",
    "check",
    "draw",
    "inclusion",
    "insides",
    "memberships",
    "next_wave",
    "pool",
    "problem_files",
    "propensities",
    "read_answers",
    "read_problem",
    "reasons",
    "recompute",
    "rectify",
    "reopen",
    "rfc3797_key",
    "root",
    "rows",
    "shortfalls",
    "stretch",
    "verify",
    "verify_inclusion",
    "what_if",
]
