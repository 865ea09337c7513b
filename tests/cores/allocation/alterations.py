"""Sound bundles, and every way of altering one: what a forger, a slip of the pen or a damaged disk may do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from ampera.cores.allocation import Beacon, Outcome, Priority, Rule, bundle, draw, read_problem
from ampera.cores.allocation.bundling import unpack

EXAMPLE = {f.name: f.read_bytes() for f in (Path(__file__).parent / "data" / "example").iterdir()}
DICE = "36142536251446"
PROBLEM = read_problem(EXAMPLE)
DRAND = Rule.write(
    tie_break="per-class",
    horizon="1.5",
    beacon=Beacon("drand", "The next round.", when="Saturday", round=12_345_678),
)
SIGNATURE = "8d" * 48  # a signature's shape: who checks BLS too would say no to it
SEEDED = Rule.write(seed="5e" * 32, reversion="none")
TIERS = (Priority("K01", "R05", 1), Priority("K01", "R09", 2), Priority("K02", "R06", 1))

# By name: the example as it is (dice, one ticket), with drand, tickets per class and tiers, and with a seed.
OUTCOMES: Mapping[str, Outcome] = {
    "dice": draw(PROBLEM, beacon=DICE),
    "drand": draw(replace(PROBLEM, rule=DRAND, priorities=TIERS), beacon=SIGNATURE),
    "seed": draw(replace(PROBLEM, rule=SEEDED), beacon=""),
}
SOUND = {name: bundle(outcome) for name, outcome in OUTCOMES.items()}

Files = dict[str, bytes]
Lines = list[bytes]


@dataclass(frozen=True)
class Alteration:
    """alter: what is done to a bundle's files. deep: list, rule or beacon are changed in a way that can be drawn, so
    that a forger can draw anew and the bundle agrees with itself. of: which sound bundle it is done to."""

    alter: Callable[[Files], Files]
    deep: bool = False
    of: str = "dice"

    def altered(self) -> Files:
        """The files after it."""
        return self.alter(unpack(SOUND[self.of]))


def lines(name: str, change: Callable[[Lines], Lines]) -> Callable[[Files], Files]:
    """Change the lines of a file."""

    def alter(files: Files) -> Files:
        before = files[name].splitlines(keepends=True)
        changed = change(before)
        assert changed != before
        return files | {name: b"".join(changed)}

    return alter


def swap(old: bytes, new: bytes, name: str) -> Callable[[Files], Files]:
    """Put `new` in the place of the first `old`."""

    def alter(files: Files) -> Files:
        assert old in files[name]
        return files | {name: files[name].replace(old, new, 1)}

    return alter


def first(pattern: bytes, new: bytes, name: str) -> Callable[[Files], Files]:
    """Put `new` in the place of the first match."""

    def alter(files: Files) -> Files:
        changed = re.sub(pattern, new, files[name], count=1)
        assert changed != files[name]
        return files | {name: changed}

    return alter


def without(name: str) -> Callable[[Files], Files]:
    """Leave a file out."""
    return lambda files: {n: d for n, d in files.items() if n != name}


def _seats_swapped(before: Lines) -> Lines:
    """The class, block and rank of the first one seated go to the first one who is not, and back."""
    rows = [line.rstrip(b"\n").split(b",") for line in before[1:]]
    winner = next(row for row in rows if row[1] == b"K01")
    loser = next(row for row in rows if not row[1])
    winner[1:4], loser[1:4] = loser[1:4], winner[1:4]
    return [before[0], *(b",".join(row) + b"\n" for row in rows)]


def _seed_for_dice(files: Files) -> Files:
    rule = files["rule.toml"].split(b"[beacon]")[0] + b'seed = "' + b"1" * 64 + b'"\n'
    return without("beacon.toml")(files) | {"rule.toml": rule}


TICKET = rb"[0-9a-f]{64}"
ALTERATIONS: Mapping[str, Alteration] = {
    "two seats swapped": Alteration(lines("assignments.csv", _seats_swapped)),
    "an assignment dropped": Alteration(lines("assignments.csv", lambda x: x[:-1])),
    "an assignment doubled": Alteration(lines("assignments.csv", lambda x: [*x, x[-1]])),
    "a ticket changed": Alteration(first(TICKET, b"0" * 64, "assignments.csv")),
    "a ticket of a class changed": Alteration(first(TICKET, b"0" * 64, "tickets.csv"), of="drand"),
    "a cutoff changed": Alteration(first(TICKET, b"f" * 64, "cutoffs.csv")),
    "a cutoff's tier changed": Alteration(swap(b",group,2,", b",group,1,", "cutoffs.csv"), of="drand"),
    "two calls in another order": Alteration(lines("calls.csv", lambda x: [x[0], x[2], x[1], *x[3:]])),
    "a call dropped": Alteration(lines("calls.csv", lambda x: x[:-1])),
    "assignments missing": Alteration(without("assignments.csv")),
    "a foreign file": Alteration(lambda files: files | {"extra.csv": b"receipt\n"}),
    "an applicant dropped": Alteration(lines("applicants.csv", lambda x: x[:1] + x[2:]), deep=True),
    "an applicant added": Alteration(lines("applicants.csv", lambda x: [*x, b"R99,W,K01,\n"]), deep=True),
    "an applicant doubled": Alteration(lines("applicants.csv", lambda x: [*x, x[-1]])),
    "an applicant put in another's place": Alteration(
        lines("applicants.csv", lambda x: [*x[:-1], b"R99,,K02,\n"]), deep=True
    ),
    "a receipt changed": Alteration(swap(b"R09,", b"R99,", "applicants.csv"), deep=True),
    "a ranking changed": Alteration(swap(b"R06,,K02;K01", b"R06,,K01;K02", "applicants.csv"), deep=True),
    "a group changed": Alteration(swap(b"R09,,", b"R09,W,", "applicants.csv"), deep=True),
    "a household changed": Alteration(swap(b"K01,H1", b"K01,H2", "applicants.csv"), deep=True),
    "a tier changed": Alteration(swap(b"K01,R09,2", b"K01,R09,1", "priorities.csv"), deep=True, of="drand"),
    "seats added": Alteration(swap(b"women,1", b"women,2", "blocks.csv"), deep=True),
    "blocks in another order": Alteration(swap(b"W,1,", b"W,3,", "blocks.csv"), deep=True),
    "a cap lifted": Alteration(swap(b"P,1", b"P,2", "blocks.csv"), deep=True),
    "another horizon": Alteration(swap(b'"1.5"', b'"2.0"', "rule.toml"), deep=True),
    "another reversion": Alteration(swap(b'"open"', b'"none"', "rule.toml"), deep=True),
    "another witness": Alteration(swap(b"Inspektorat", b"Panitia", "rule.toml"), deep=True),
    "another die": Alteration(swap(b"3614", b"3615", "beacon.toml"), deep=True),
    "a beacon of another round": Alteration(
        swap(b"12345678", b"12345679", "rule.toml"), deep=True, of="drand"
    ),
    "another signature of the round": Alteration(
        swap(b"8d8d", b"8e8d", "beacon.toml"), deep=True, of="drand"
    ),
    "another seed": Alteration(swap(b"5e5e", b"5e5f", "rule.toml"), deep=True, of="seed"),
    "a seed in the beacon's place": Alteration(_seed_for_dice, deep=True),
}


def hashed_again(files: Files) -> Files:
    """What a careful forger does: the manifest's hashes made to fit."""
    facts = json.loads(files["manifest.json"])
    facts["files"] = {n: sha256(d).hexdigest() for n, d in sorted(files.items()) if n != "manifest.json"}
    return files | {"manifest.json": (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode()}


def drawn_anew(files: Files) -> bytes:
    """What the most careful forger does: the whole draw once more on the altered list, so that all of it fits."""
    value = files["beacon.toml"].split(b'"')[1].decode() if "beacon.toml" in files else ""
    return bundle(draw(read_problem(files), beacon=value))
