#!/usr/bin/env python3
"""Check a draw of seats by drawing it again. One file, Python 3.11 or newer, nothing to install.

    python3 ampera_verify.py BUNDLE.zip [--root HEX] [--beacon VALUE]

BUNDLE.zip is what the city published. HEX is the root as it was published when the list was frozen, VALUE the beacon
(dice, drand signature …) as it was published afterwards: take both from a newspaper or a photograph, not from the
bundle. Without them this program can only say that the bundle agrees with itself, and says so.

Exit code 0: everything agrees. 1: something differs, and the first difference is named. 2: not a bundle.

Written from docs/methods/allocation.md of Ampera, section by section, sharing no code with the program
that draws: who believes neither can read both. The way through is `main`, at the bottom.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import re
import sys
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
UNLISTED = 10**9  # the tier of a pair that priorities.csv doesn't list: after every other
INPUTS = {"rule.toml", "blocks.csv", "priorities.csv", "applicants.csv", "beacon.toml"}


class NoBundle(Exception):
    """The file can't be opened as a bundle: exit code 2."""


class Differs(Exception):
    """The first thing that is not as it should be: exit code 1."""


def demand(holds: object, otherwise: str) -> None:
    """Stop with a difference unless something holds."""
    if not holds:
        raise Differs(otherwise)


# --- The problem: who applies, which seats there are, by which rule ---------------------------------------------------


@dataclass(frozen=True)
class Applicant:
    """A row of applicants.csv. ranking: classes, best first."""

    receipt: str
    groups: tuple[str, ...]
    ranking: tuple[str, ...]
    household: str


@dataclass(frozen=True)
class Block:
    """A row of blocks.csv. group empty: open to everybody. cap None: no cap."""

    name: str
    seats: int
    group: str
    order: int
    cap_group: str
    cap: int | None

    def has(self, a: Applicant) -> bool:
        """Whether the block's seats are first of all for this applicant."""
        return not self.group or self.group in a.groups

    def counts(self, a: Applicant) -> bool:
        """Whether the block's cap counts this applicant."""
        return self.cap is not None and self.cap_group in a.groups


@dataclass(frozen=True)
class Problem:
    """applicants: by receipt. blocks: by class, in the order of filling. tiers: by class and receipt."""

    rule: Mapping[str, Any]
    applicants: Mapping[str, Applicant]
    blocks: Mapping[str, Sequence[Block]]
    tiers: Mapping[tuple[str, str], int]
    leaves: Sequence[bytes]  # what the root is made of


def read_zip(path: str) -> dict[str, bytes]:
    """The files of the bundle."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(set(names)) < len(names):
                raise NoBundle("it holds two files of one name")
            return {name: archive.read(name) for name in names}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise NoBundle(str(error)) from error


def read_table(files: Mapping[str, bytes], name: str, must: str, may: str = "") -> list[dict[str, str]]:
    """The rows of a CSV file, by column. must, may: names of columns."""
    demand(name in files, f"{name}: is missing")
    try:
        text = io.StringIO(files[name].decode("utf-8-sig"), newline="")
        head, *rows = list(csv.reader(text, strict=True)) or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Differs(f"{name}: is not CSV in UTF-8 ({error})") from error
    required, allowed = set(must.split()), {*must.split(), *may.split()}
    demand(required <= set(head) <= allowed and len(set(head)) == len(head), f"{name}, row 1: {head}")
    for number, row in enumerate(rows, start=2):
        demand(len(row) == len(head), f"{name}, row {number}: has {len(row)} fields, the header {len(head)}")
    return [dict.fromkeys(allowed, "") | dict(zip(head, row, strict=True)) for row in rows]


def code(file: str, row: int, text: str) -> str:
    """A receipt, class, block, group or household as the format allows it."""
    demand(CODE.fullmatch(text), f"{file}, row {row}: {text!r} is not a code")
    return text


def codes(file: str, row: int, text: str) -> tuple[str, ...]:
    """A list of codes, separated by semicolons, none of them twice."""
    found = tuple(code(file, row, part) for part in text.split(";")) if text else ()
    demand(len(set(found)) == len(found), f"{file}, row {row}: {text!r} names a code twice")
    return found


def whole(file: str, row: int, text: str, least: int = 0) -> int:
    """A whole number below 10⁹."""
    demand(NUMBER.fullmatch(text) and int(text) >= least, f"{file}, row {row}: {text!r} is no such number")
    return int(text)


def read_problem(files: Mapping[str, bytes]) -> Problem:
    """Everything that decides the draw, except the beacon's value."""
    rule = read_rule(files)
    leaves = {"block": [], "priority": [], "applicant": []}  # type: dict[str, list[bytes]]

    def leaf(kind: str, *fields: object) -> None:
        leaves[kind].append(",".join([kind, *map(str, fields)]).encode("ascii"))

    blocks: dict[str, list[Block]] = defaultdict(list)
    file = "blocks.csv"
    for n, row in enumerate(read_table(files, file, "class block seats group order", "cap_group cap"), 2):
        klass, name = code(file, n, row["class"]), code(file, n, row["block"])
        group, cap_group = (row[c] and code(file, n, row[c]) for c in ("group", "cap_group"))
        cap = whole(file, n, row["cap"]) if row["cap"] else None
        seats, order = whole(file, n, row["seats"]), whole(file, n, row["order"], 1)
        demand(bool(cap_group) == (cap is not None), f"{file}, row {n}: cap and cap_group go together")
        for b in blocks[klass]:
            demand(b.name != name and b.order != order, f"{file}, row {n}: block or order stands there twice")
        blocks[klass].append(Block(name, seats, group, order, cap_group, cap))
        leaf("block", klass, name, seats, group, order, cap_group, row["cap"])

    applicants: dict[str, Applicant] = {}
    file = "applicants.csv"
    for n, row in enumerate(read_table(files, file, "receipt groups ranking", "household"), 2):
        receipt, household = (
            code(file, n, row["receipt"]),
            row["household"] and code(file, n, row["household"]),
        )
        demand(receipt not in applicants, f"{file}, row {n}: receipt {receipt} stands there twice")
        groups, ranking = codes(file, n, row["groups"]), codes(file, n, row["ranking"])
        demand(blocks.keys() >= set(ranking), f"{file}, row {n}: ranks a class that has no block")
        applicants[receipt] = Applicant(receipt, groups, ranking, household)
        leaf("applicant", receipt, ";".join(sorted(groups)), ";".join(ranking), household)

    tiers: dict[tuple[str, str], int] = {}
    file = "priorities.csv"
    for n, row in enumerate(read_table(files, file, "class receipt tier") if file in files else (), 2):
        klass, receipt, tier = row["class"], row["receipt"], whole(file, n, row["tier"], 1)
        demand(klass in blocks and receipt in applicants, f"{file}, row {n}: no such class or receipt")
        demand((klass, receipt) not in tiers, f"{file}, row {n}: the pair stands there twice")
        tiers[klass, receipt] = tier
        leaf("priority", klass, receipt, tier)

    in_order = {klass: sorted(blocks[klass], key=lambda b: b.order) for klass in sorted(blocks)}
    under = [files["rule.toml"], *(x for kind in leaves for x in sorted(leaves[kind]))]
    return Problem(rule, applicants, in_order, tiers, under)


def read_toml(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """A TOML file of the bundle."""
    demand(name in files, f"{name}: is missing")
    try:
        return tomllib.loads(files[name].decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Differs(f"{name}: is not TOML ({error})") from error


def read_rule(files: Mapping[str, bytes]) -> dict[str, Any]:
    """rule.toml, as the format allows it."""
    rule = read_toml(files, "rule.toml")

    def asked(key: str, holds: object) -> None:
        demand(holds, f"rule.toml: {key} is not as the format asks")

    def names(value: object, least: int) -> bool:
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            return False
        return len(set(value)) == len(value) >= least

    def count(value: object, least: int) -> bool:
        return type(value) is int and least <= value < 2**53

    asked("tie_break", rule.get("tie_break") in ("single", "per-class"))
    asked("reversion", rule.get("reversion") in ("open", "none"))
    asked("horizon", re.fullmatch(r"[1-9][0-9]{0,3}(\.[0-9]{1,6})?", str(rule.get("horizon"))))
    asked("horizon", isinstance(rule["horizon"], str))
    asked("beacon or seed", ("beacon" in rule) != ("seed" in rule))
    asked("every key", rule.keys() <= {"tie_break", "reversion", "horizon", "beacon", "seed", "about"})
    if "seed" in rule:
        asked("seed", isinstance(rule["seed"], str) and re.fullmatch("[0-9a-f]{64}", rule["seed"]))
        return rule
    beacon = rule["beacon"] if isinstance(rule["beacon"], dict) else {}
    fields = {"dice": {"dice", "witnesses"}, "drand": {"round"}, "rfc3797": {"sources"}}
    asked("beacon.kind", beacon.get("kind") in fields)
    asked("every key of beacon", beacon.keys() <= {"kind", "outage", "when", *fields[beacon["kind"]]})
    asked("beacon.outage", isinstance(beacon.get("outage"), str) and beacon["outage"].strip())
    asked("beacon.when", isinstance(beacon.get("when", ""), str))
    if beacon["kind"] == "dice":
        asked("beacon.dice", count(beacon.get("dice"), 10))
        asked("beacon.witnesses", names(beacon.get("witnesses"), 2))
    asked("beacon.round", beacon["kind"] != "drand" or count(beacon.get("round"), 1))
    asked("beacon.sources", beacon["kind"] != "rfc3797" or names(beacon.get("sources"), 1))
    return rule


# --- The root: a fingerprint of rule and list, published before anybody knows the beacon ------------------------------


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1: leaves are paired from the left; whoever is left over goes up alone."""
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        above = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = above + level[2 * len(above) :]
    return level[0]


# --- The beacon and the tickets ---------------------------------------------------------------------------------------


def canonical(rule: Mapping[str, Any], value: str) -> str:
    """The one spelling of a beacon's value; Differs if it can't be one of the beacon that the rule names."""
    if "seed" in rule:
        demand(value in ("", rule["seed"]), "beacon: the rule has a seed, and another value was given")
        return str(rule["seed"])
    beacon = rule["beacon"]
    if beacon["kind"] == "dice":
        faces = re.sub(r"[\s,-]", "", value)
        demand(
            re.fullmatch(f"[1-6]{{{beacon['dice']}}}", faces),
            f"beacon: {value!r} is not {beacon['dice']} dice",
        )
        return faces
    if beacon["kind"] == "drand":
        signature = value.strip().lower()
        demand(
            re.fullmatch("[0-9a-f]{96}", signature), "beacon: a quicknet signature has 96 hexadecimal digits"
        )
        return signature
    text = value.strip()
    demand(re.fullmatch(r"(([0-9]+\.)+/)+", text), f"beacon: {value!r} is not a key string of RFC 3797")
    sources = [sorted(int(n) for n in source.split(".")[:-1]) for source in text.split("/")[:-1]]
    demand(len(sources) == len(beacon["sources"]), "beacon: the rule names another number of sources")
    return "".join("".join(f"{n}." for n in source) + "/" for source in sources)


def randomness(signature: str) -> str:
    """What drand publishes as a round's randomness: SHA-256 of its signature."""
    return sha256(bytes.fromhex(signature)).hexdigest()


Ticket = Callable[[str, str], bytes]  # of a receipt, at a class


def tickets(problem: Problem, root: bytes, value: str) -> Ticket:
    """The ticket of a receipt at a class: 32 bytes, the smaller one goes first."""
    drand = problem.rule.get("beacon", {}).get("kind") == "drand"
    material = randomness(value) if drand else value
    key = sha256(b"ampera-draw-1\x00" + root + material.encode("ascii")).digest()

    def under(key: bytes, a: Applicant) -> bytes:
        own = sha256(key + b"r" + a.receipt.encode("ascii")).digest()
        if not a.household:
            return own
        return sha256(key + b"h" + a.household.encode("ascii")).digest()[:16] + own[16:]

    everybody = problem.applicants.values()
    if problem.rule["tie_break"] == "single":
        single = {a.receipt: under(key, a) for a in everybody}
        return lambda receipt, klass: single[receipt]
    keys = {klass: sha256(key + b"c" + klass.encode("ascii")).digest() for klass in problem.blocks}
    each = {(a.receipt, klass): under(keys[klass], a) for a in everybody for klass in a.ranking}
    return lambda receipt, klass: each[receipt, klass]


# --- Matching: deferred acceptance, as the textbooks have it ----------------------------------------------------------


@dataclass(frozen=True)
class Seated:
    """Class and block that an applicant got, and which choice it was (1 = the first)."""

    klass: str
    block: str
    rank: int


class Drawing:
    """A problem with its tickets."""

    def __init__(self, problem: Problem, ticket: Ticket) -> None:
        self.problem, self.ticket = problem, ticket
        self.open = problem.rule["reversion"] == "open"

    def place(self, klass: str, receipt: str) -> tuple[int, bytes]:
        """Where an applicant stands at a class: by tier, then by ticket; the smaller comes first."""
        return self.problem.tiers.get((klass, receipt), UNLISTED), self.ticket(receipt, klass)

    def choose(self, klass: str, asking: Iterable[str], stretch: Fraction) -> dict[str, str]:
        """Whom a class takes out of those who ask, and into which block.

        The blocks choose one after the other. Each goes through its members, then (reversion open) through the rest,
        and takes whom it can until its seats are gone, passing over members of cap_group once `cap` of them are in.
        """
        left = [self.problem.applicants[r] for r in sorted(asking, key=lambda r: self.place(klass, r))]
        taken: dict[str, str] = {}
        for block in self.problem.blocks[klass]:
            free, cap = math.ceil(block.seats * stretch), math.ceil((block.cap or 0) * stretch)
            queue = [a for a in left if block.has(a)]
            if self.open:
                queue += [a for a in left if not block.has(a)]
            for a in queue:
                if not free:
                    break
                if block.counts(a):
                    if not cap:
                        continue
                    cap -= 1
                free -= 1
                taken[a.receipt] = block.name
            left = [a for a in left if a.receipt not in taken]
        return taken

    def match(self, stretch: Fraction = Fraction(1)) -> dict[str, Seated]:
        """Deferred acceptance, round by round (Gale & Shapley 1962; Kominers & Sönmez 2016).

        Whoever has no seat asks at the next class of their own list. Each class keeps the best of those whom it holds
        and those who ask, and turns the others away, who go on. It ends when nobody asks. stretch: seats and caps
        times this, rounded up.
        """
        tried = dict.fromkeys(self.problem.applicants, 0)
        held: dict[str, dict[str, str]] = defaultdict(dict)
        turned_away: list[str] = list(tried)
        while turned_away:
            asking: dict[str, list[str]] = defaultdict(list)
            for receipt in turned_away:
                ranking = self.problem.applicants[receipt].ranking
                if tried[receipt] < len(ranking):
                    asking[ranking[tried[receipt]]].append(receipt)
                    tried[receipt] += 1
            turned_away = []
            for klass, new in asking.items():
                before = [*held[klass], *new]
                held[klass] = self.choose(klass, before, stretch)
                turned_away += [r for r in before if r not in held[klass]]
        return {r: Seated(klass, block, tried[r]) for klass in held for r, block in held[klass].items()}


# --- What the draw must have written ----------------------------------------------------------------------------------


def lines(header: str, rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file as the format has it."""
    return "".join(f"{row}\n" for row in (header, *(",".join(map(str, r)) for r in rows))).encode("ascii")


def assignments(d: Drawing, found: Mapping[str, Seated]) -> bytes:
    """assignments.csv: everybody, with or without a seat."""
    single = d.problem.rule["tie_break"] == "single"
    rows = []
    for receipt in sorted(d.problem.applicants):
        got = found.get(receipt)
        ticket = d.ticket(receipt, "").hex() if single else ""
        rows.append(
            (receipt, got.klass, got.block, got.rank, ticket) if got else (receipt, "", "", "", ticket)
        )
    return lines("receipt,class,block,rank,ticket", rows)


def per_class_tickets(d: Drawing) -> bytes:
    """tickets.csv: the ticket of every applicant at every class they rank."""
    pairs = sorted((a.receipt, klass) for a in d.problem.applicants.values() for klass in a.ranking)
    return lines("receipt,class,ticket", [(r, klass, d.ticket(r, klass).hex()) for r, klass in pairs])


def calls(d: Drawing, inside: Iterable[str]) -> bytes:
    """calls.csv: everybody inside the horizon, at every class they rank, by tier and ticket."""
    queues: dict[str, list[str]] = defaultdict(list)
    for receipt in inside:
        for klass in d.problem.applicants[receipt].ranking:
            queues[klass].append(receipt)
    rows = []
    for klass in sorted(queues):
        ordered = sorted(queues[klass], key=lambda r: d.place(klass, r))
        rows += [(receipt, klass, order) for order, receipt in enumerate(ordered, start=1)]
    return lines("receipt,class,order", rows)


def cutoffs(d: Drawing, found: Mapping[str, Seated]) -> bytes:
    """cutoffs.csv: the last one into each block, separately for those whom it is for, for others, and under its cap."""
    holders: dict[tuple[str, str], list[Applicant]] = defaultdict(list)
    for receipt, got in found.items():
        holders[got.klass, got.block].append(d.problem.applicants[receipt])
    everybody = d.problem.applicants.values()
    outsiders = {
        group: any(group not in a.groups for a in everybody)
        for group in {b.group for blocks in d.problem.blocks.values() for b in blocks}
    }
    rows: list[Sequence[object]] = []

    def row(klass: str, block: Block, kind: str, those: Sequence[Applicant], seats: int) -> None:
        tier, ticket = "", ""
        if len(those) == seats > 0:  # the last one in: members before others, then by tier, then by ticket
            last = max(those, key=lambda a: (not block.has(a), d.place(klass, a.receipt)))
            number, own = d.place(klass, last.receipt)
            tier, ticket = "" if number == UNLISTED else str(number), own.hex()
        rows.append((klass, block.name, kind, tier, ticket, len(those), seats))

    for klass, blocks in d.problem.blocks.items():
        for block in blocks:
            holding = holders[klass, block.name]
            members = [a for a in holding if block.has(a)]
            row(klass, block, "group", members, block.seats)
            if block.group and d.open and outsiders[block.group]:
                others = [a for a in holding if not block.has(a)]
                row(klass, block, "other", others, block.seats - len(members))
            if block.cap is not None:
                row(
                    klass,
                    block,
                    "capped",
                    [a for a in holding if block.counts(a)],
                    min(block.cap, block.seats),
                )
    return lines("class,block,for,tier,ticket,filled,seats", rows)


# --- Comparing --------------------------------------------------------------------------------------------------------


def compare_file(name: str, found: bytes | None, expected: bytes) -> None:
    """Differs at the first row that is not as recomputed."""
    demand(found is not None, f"{name}: is missing")
    if found == expected or found is None:
        return
    have, want = found.split(b"\n"), expected.split(b"\n")
    row = next(
        (i for i, (a, b) in enumerate(zip(have, want, strict=False)) if a != b), min(len(have), len(want))
    )
    says, right = (
        x[row].decode("utf-8", "replace") if row < len(x) and x[row] else "nothing" for x in (have, want)
    )
    raise Differs(f"{name}, row {row + 1}: the bundle says {says!r}, recomputed {right!r}")


def compare_manifest(found: bytes | None, expected: Mapping[str, Any]) -> None:
    """Differs at the first fact of manifest.json that is not as recomputed; the program's version is nobody's matter."""
    try:
        facts = json.loads(found or b"")
    except (ValueError, RecursionError) as error:
        raise Differs("manifest.json: is missing or not JSON") from error
    demand(isinstance(facts, dict), "manifest.json: is not a table")

    def compare(where: str, have: object, want: object) -> None:
        if isinstance(want, dict) and isinstance(have, dict):
            for key in sorted({*have, *want}):
                compare(f"{where} {key}".strip(), have.get(key), want.get(key))
        else:
            says = f"the bundle says {have!r}, recomputed {want!r}"
            demand(have == want and type(have) is type(want), f"manifest.json, {where}: {says}")

    compare("", {k: v for k, v in facts.items() if k != "ampera"}, expected)


def checked_beacon(
    files: Mapping[str, bytes], rule: Mapping[str, Any], beacon: str | None, told: list[str]
) -> str:
    """The beacon's value in its one spelling. `told` as in check. Raises Differs."""
    value = ""
    if "beacon.toml" in files and "beacon" in rule:
        table = read_toml(files, "beacon.toml")
        demand(
            set(table) == {"value"} and isinstance(table["value"], str),
            "beacon.toml: needs a value, and only that",
        )
        value = table["value"]
    demand("seed" in rule or "beacon.toml" in files, "beacon.toml: is missing")
    value = canonical(rule, value)
    if beacon is not None:
        demand(
            canonical(rule, beacon) == value,
            f"beacon: {beacon} was published, the bundle was drawn with {value}",
        )
        told.append("checked      the beacon's value is the published one")
    elif "beacon" in rule:
        told.append("not checked  whether the beacon had this value: give the published one with --beacon")
    if "seed" in rule:
        told.append(
            "not checked  chance itself: the seed was known before the list was frozen (only for tests)"
        )
    elif rule["beacon"]["kind"] == "drand":
        told.append(f"drand        quicknet round {rule['beacon']['round']}, randomness {randomness(value)}")
        told.append("not checked  the BLS signature: compare round and randomness with what drand publishes")
    return value


def check(files: Mapping[str, bytes], root: str | None, beacon: str | None, told: list[str]) -> None:
    """Recompute everything. `told` grows by what was checked and what was not. Raises Differs at the first difference."""
    problem = read_problem(files)
    rule = problem.rule
    top = merkle_root(problem.leaves)
    told.append(f"root         {top.hex()}")
    if root is None:
        told.append(
            "not checked  whether this is the list that was frozen: give the published root with --root"
        )
    else:
        published = "".join(root.split()).lower()
        begins = len(published) >= 16 and top.hex().startswith(published)  # newspapers print 16 digits
        demand(begins, f"root: {published} was published, the list and rule give {top.hex()}")
        told.append("checked      list and rule are those under the published root")
        if len(published) < 64:
            told.append(
                f"not checked  the root beyond the {len(published)} digits that were given: give all 64"
            )

    value = checked_beacon(files, rule, beacon, told)
    d = Drawing(problem, tickets(problem, top, value))
    found = d.match()
    inside = d.match(Fraction(rule["horizon"]))
    made = {
        "assignments.csv": assignments(d, found),
        "calls.csv": calls(d, inside),
        "cutoffs.csv": cutoffs(d, found),
    }
    if rule["tie_break"] == "per-class":
        made["tickets.csv"] = per_class_tickets(d)
    for name, expected in made.items():
        compare_file(name, files.get(name), expected)
    told.append("checked      tickets, assignments, horizon, calls and cutoffs: drawn again, and the same")

    known = {*INPUTS, *made, "manifest.json"} - ({"beacon.toml"} if "seed" in rule else set())
    for name in sorted(files.keys() - known):
        raise Differs(f"{name}: does not belong into the bundle")
    hashes = {name: sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
    expected_facts = {
        "format": "ampera-draw/1",
        "root": top.hex(),
        "beacon": {"kind": rule["beacon"]["kind"] if "beacon" in rule else "seed", "value": value},
        "rule": {key: rule[key] for key in ("tie_break", "reversion", "horizon")},
        "counts": {"applicants": len(problem.applicants), "seated": len(found), "inside": len(inside)},
        "files": hashes,
    }
    compare_manifest(files.get("manifest.json"), expected_facts)
    told.append("checked      the manifest: root, beacon, rule, counts, and the hash of every file")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Check a draw of seats by drawing it again.")
    parser.add_argument("bundle", metavar="BUNDLE.zip")
    parser.add_argument("--root", metavar="HEX", help="the root as published when the list was frozen")
    parser.add_argument("--beacon", metavar="VALUE", help="the beacon's value as published")
    args = parser.parse_args(arguments)
    told: list[str] = []
    try:
        check(read_zip(args.bundle), args.root, args.beacon, told)
    except NoBundle as error:
        print(f"verdict      this is not a bundle: {error}")
        return 2
    except Differs as difference:
        print(*told, f"verdict      DIFFERS: {difference}", sep="\n")
        return 1
    print(*told, "verdict      everything agrees", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
