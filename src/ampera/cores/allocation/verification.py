"""Check a bundle by drawing again from its own problem. Nothing in it is believed; what could not be checked is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ampera.cores.allocation import beacons, quicknet
from ampera.cores.allocation.bundling import INPUTS, MANIFEST, Facts, facts, manifest, outcome_files, unpack
from ampera.cores.allocation.drawing import Outcome, draw
from ampera.cores.allocation.refusals import BadProblem, BlsMissing
from ampera.cores.allocation.rule import Rule
from ampera.cores.allocation.tables import read_problem
from ampera.refusal import Refusal

DIGITS = 64  # of a root
SHORT = 16  # of them a newspaper prints; with fewer nothing is compared

_PUBLISHED = "whether the beacon had this value: give the value as it was published"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found. difference: the first one, empty if none. checked, unchecked: one sentence each.
    root, beacon: as recomputed, empty if it did not come so far."""

    difference: str
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]
    root: str = ""
    beacon: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything that was checked agrees."""
        return not self.difference


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle whose problem was drawn again."""

    files: Mapping[str, bytes]
    outcome: Outcome


def reopen(data: bytes) -> Opened:
    """Read a bundle's problem and draw it again. Raises BadProblem, BadBeacon, BeaconMissing."""
    files = unpack(data)
    problem = read_problem(files)
    value = beacons.read(files[beacons.FILE]) if beacons.FILE in files else ""
    return Opened(files, draw(problem, beacon=value))


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A bundle drawn again. files: as found in it. made: what the draw makes of its problem. pairs: tried for
    stability. outcome: the draw itself, as the engine has it."""

    files: Mapping[str, bytes]
    made: Mapping[str, bytes]
    facts: Facts
    pairs: int
    outcome: Any


def recompute(data: bytes) -> Recomputed:
    """Draw a bundle's problem again. Raises BadProblem, BadBeacon, BeaconMissing."""
    opened = reopen(data)
    outcome = opened.outcome
    return Recomputed(opened.files, outcome_files(outcome), facts(outcome), outcome.stability.pairs, outcome)


def verify(
    data: bytes,
    *,
    root: str | None = None,
    beacon: str | None = None,
    recompute: Callable[[bytes], Recomputed] = recompute,
) -> Verification:
    """Recompute a whole bundle. root: as published at the freeze, 64 hexadecimal digits or the first 16 or more of
    them; beacon: its value as published. recompute: the engine.

    A bundle altered throughout and hashed again agrees with itself: only the published root and beacon give it away,
    so without them the result says that they were not checked. Raises nothing.
    """
    try:
        again = recompute(data)
    except BadProblem as bad:
        return Verification(str(bad.faults[0]), (), ("everything else",))
    except Refusal as bad:
        return Verification(f"{beacons.FILE}: {bad}", (), ("everything else",))
    checked, unchecked = list[str](), list[str]()
    if root is not None:
        root = "".join(root.split()).lower()  # newspapers print it in groups
    _not_checked(again.facts.rule, root, beacon, unchecked)
    difference = next(_differences(again, root, beacon, checked, unchecked), "")
    return Verification(difference, tuple(checked), tuple(unchecked), again.facts.root, again.facts.beacon)


def _differences(
    again: Recomputed, root: str | None, beacon: str | None, checked: list[str], unchecked: list[str]
) -> Iterator[str]:
    """Differences in the order of looking; `checked` grows by what agreed, `unchecked` by what can't be looked at."""
    facts, made = again.facts, again.made
    if root is not None:
        if not facts.root.startswith(root) or len(root) < SHORT:
            yield f"root: {root} was published, the frozen list and rule give {facts.root}"
        checked.append("the frozen list and the rule are those under the published root")
    if beacon is not None:
        if not _same_beacon(facts.rule, beacon, facts.beacon):
            yield f"beacon: {beacon.strip()} was published, the bundle was drawn with {facts.beacon}"
        checked.append("the beacon's value is the published one")
    yield from _different_round(facts, beacon, checked, unchecked)
    for name, expected in made.items():
        yield from _different_file(name, again.files.get(name), expected)
    checked.append("tickets, assignments, cutoffs and calls, recomputed from the frozen list")
    checked.append(f"stability: {again.pairs} pairs of applicant and better class")
    known = {*INPUTS, *made, MANIFEST}
    if not facts.rule.beacon:
        known.remove(beacons.FILE)
    for name in sorted(again.files.keys() - known):
        yield f"{name}: does not belong into the bundle"
    inputs = {n: d for n, d in again.files.items() if n in INPUTS}
    expected = manifest(facts, {**inputs, **made})
    yield from _different_manifest(again.files.get(MANIFEST), expected)
    checked.append("the manifest: root, beacon, rule, counts and the hash of every file")


def _not_checked(rule: Rule, root: str | None, beacon: str | None, unchecked: list[str]) -> None:
    if root is None:
        unchecked.append("whether this is the list that was frozen: give the root published at the freeze")
    elif SHORT <= len(root) < DIGITS:
        unchecked.append(f"the root beyond the {len(root)} digits that were given: give all {DIGITS}")
    if rule.beacon is None:
        unchecked.append("chance itself: the seed was known before the freeze (tests and simulation only)")
        return
    if beacon is None and rule.beacon.kind != "drand":  # a drand round's value is proved by its signature
        unchecked.append(_PUBLISHED)


def _different_round(
    facts: Facts, published: str | None, checked: list[str], unchecked: list[str]
) -> Iterator[str]:
    """Whether a drand beacon's value is the league's signature of the very round that the rule fixed."""
    named = facts.rule.beacon
    if named is None or named.kind != "drand":
        return
    try:
        genuine = quicknet.signed(named.round, facts.beacon)
    except BlsMissing:
        if published is None:
            unchecked.append(_PUBLISHED)
        unchecked.append(
            f"the BLS signature of quicknet round {named.round}: install {quicknet.EXTRA} to check it here"
        )
        return
    if not genuine:
        yield f"beacon: {facts.beacon} is not quicknet's signature of round {named.round}"
    checked.append(f"the BLS signature of quicknet round {named.round}, by the key pinned in this program")


def _same_beacon(rule: Rule, published: str, used: str) -> bool:
    try:
        return beacons.canonical(rule, published) == used
    except Refusal:
        return False


def _different_file(name: str, found: bytes | None, expected: bytes) -> Iterator[str]:
    if found is None:
        yield f"{name}: is missing"
    elif found != expected:
        have, want = found.split(b"\n"), expected.split(b"\n")
        pairs = zip(have + [b""] * len(want), want + [b""] * len(have), strict=True)
        row, (a, b) = next((n, pair) for n, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
        yield f"{name}, row {row}: the bundle says {_show(a)}, recomputed {_show(b)}"


def _different_manifest(found: bytes | None, expected: bytes) -> Iterator[str]:
    """Every fact but the version of the software that made the bundle."""
    try:
        have = _flat(json.loads(found)) if found is not None else None
    except (ValueError, RecursionError):
        have = None
    if have is None:
        yield f"{MANIFEST}: is missing or not JSON"
        return
    want = _flat(json.loads(expected))
    for fact in sorted((have.keys() | want.keys()) - {"ampera"}):
        if have.get(fact) != want.get(fact):
            yield f"{MANIFEST}, {fact}: the bundle says {have.get(fact)!r}, recomputed {want.get(fact)!r}"


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {name: value}
    return {k: v for key, inner in value.items() for k, v in _flat(inner, f"{name} {key}".strip()).items()}


def _show(line: bytes) -> str:
    return repr(line.decode("utf-8", "replace")) if line else "nothing"
