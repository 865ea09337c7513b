"""The rule of a draw: `rule.toml`, whose exact bytes are the first leaf under the root.

There is one source of truth, the bytes; `Rule.parse` reads them and `Rule.write` makes them.
"""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ampera.cores.allocation.refusals import BadProblem, Fault

FILE = "rule.toml"
TIE_BREAKS = ("single", "per-class")
REVERSIONS = ("open", "none")
LEAST_DICE = 10  # 6^10 = 60 million outcomes: a list can't be prepared that suits most of them
HORIZON = re.compile(r"[1-9][0-9]{0,3}(\.[0-9]{1,6})?")
_SEED = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Beacon:
    """Public randomness named before the freeze. when: where and when it comes; outage: what happens if it doesn't.

    kind dice: `dice` (how many, read in the order thrown) and `witnesses`. drand: `round` of quicknet.
    rfc3797: `sources`, one description each, in the order of the values.
    """

    kind: str
    outage: str
    when: str = ""
    dice: int = 0
    witnesses: tuple[str, ...] = ()
    round: int = 0
    sources: tuple[str, ...] = ()


_FIELDS = {"dice": ("dice", "witnesses"), "drand": ("round",), "rfc3797": ("sources",)}


@dataclass(frozen=True, slots=True)
class Rule:
    """A read rule. horizon: decimal text ≥ 1. Exactly one of beacon and seed (64 hex digits, simulation only)."""

    tie_break: str
    reversion: str
    horizon: str
    beacon: Beacon | None
    seed: str
    source: bytes = field(repr=False)

    @classmethod
    def parse(cls, source: bytes) -> Rule:
        """Read `rule.toml`. Raises BadProblem with every error."""
        if source.startswith(
            codecs.BOM_UTF8
        ):  # its bytes are hashed, and other languages' readers stumble over it
            mend = "Save it as UTF-8 without that mark."
            raise BadProblem([Fault(FILE, "", "begins with a byte-order mark.", mend)])
        try:
            table = tomllib.loads(source.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise BadProblem([Fault(FILE, "", f"not TOML: {error}.", "Correct the file.")]) from error
        faults = list(_faults(table))
        if faults:
            raise BadProblem(faults)
        named = table.get("beacon")
        return cls(
            tie_break=table["tie_break"],
            reversion=table["reversion"],
            horizon=table["horizon"],
            beacon=_beacon(named) if named else None,
            seed=table.get("seed", ""),
            source=source,
        )

    @classmethod
    def write(
        cls,
        *,
        tie_break: str = "single",
        reversion: str = "open",
        horizon: str = "1.0",
        beacon: Beacon | None = None,
        seed: str = "",
        about: Mapping[str, str] | None = None,
    ) -> Rule:
        """Make the bytes of a rule and read them back. about: free facts to commit (round, hash of the plan).

        Raises BadProblem.
        """
        keys = {"tie_break": tie_break, "reversion": reversion, "horizon": horizon} | (
            {"seed": seed} if seed else {}
        )
        lines = [f"{key} = {_toml(value)}" for key, value in keys.items()]
        if beacon:
            lines += ["", "[beacon]", f"kind = {_toml(beacon.kind)}"]
            names = ("when", *_FIELDS.get(beacon.kind, ()), "outage")
            lines += [f"{n} = {_toml(v)}" for n in names if (v := getattr(beacon, n)) or n != "when"]
        if about:
            lines += ["", "[about]", *(f"{_toml(k)} = {_toml(v)}" for k, v in sorted(about.items()))]
        return cls.parse(("\n".join(lines) + "\n").encode("utf-8"))


def _beacon(table: Mapping[str, Any]) -> Beacon:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return Beacon(**fields)


def _toml(value: str | int | tuple[str, ...]) -> str:
    """A TOML value; JSON strings are TOML basic strings once DEL is escaped too."""
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _fault(key: str, says: str, mend: str) -> Fault:
    return Fault(FILE, f"key {key}", says, mend)


def _faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    for key, allowed in (("tie_break", TIE_BREAKS), ("reversion", REVERSIONS)):
        if table.get(key) not in allowed:
            yield _fault(
                key, f"is {table.get(key)!r}.", "Write " + " or ".join(f'"{a}"' for a in allowed) + "."
            )
    horizon = table.get("horizon")
    if not isinstance(horizon, str) or not HORIZON.fullmatch(horizon):
        yield _fault(
            "horizon",
            f"is {horizon!r}.",
            'Write a decimal of at least 1 between quotes, like "1.25" (six decimals at most).',
        )
    for key in sorted(table.keys() - {"tie_break", "reversion", "horizon", "beacon", "seed", "about"}):
        yield _fault(key, "is unknown.", "Delete it, or move what is only information under [about].")
    if ("beacon" in table) == ("seed" in table):
        yield _fault(
            "beacon", "and seed: exactly one is needed.", "Name a [beacon]; a seed is for simulation."
        )
    if "seed" in table and not (isinstance(table["seed"], str) and _SEED.fullmatch(table["seed"])):
        yield _fault("seed", "is not 64 hexadecimal digits in lower case.", "Write 64 digits 0-9 a-f.")
    if "beacon" in table:
        yield from _beacon_faults(table["beacon"])


def _beacon_faults(table: Any) -> Iterator[Fault]:
    if not isinstance(table, dict) or table.get("kind") not in _FIELDS:
        yield _fault("beacon.kind", "is missing or unknown.", "Write " + ", ".join(_FIELDS) + ".")
        return
    kind = table["kind"]
    for key in sorted(table.keys() - {"kind", "outage", "when", *_FIELDS[kind]}):
        yield _fault(f"beacon.{key}", f"does not belong to a {kind} beacon.", "Delete it.")
    if not isinstance(table.get("outage"), str) or not table["outage"].strip():
        yield _fault(
            "beacon.outage", "is missing.", "Say what happens if the beacon fails, before it can fail."
        )
    if not isinstance(table.get("when", ""), str):
        yield _fault("beacon.when", "is not text.", "Write it between quotes.")
    if kind == "dice":
        if not _count(table.get("dice"), LEAST_DICE):
            yield _fault("beacon.dice", "is too small or missing.", f"Throw at least {LEAST_DICE} dice.")
        if not _names(table.get("witnesses"), 2):
            yield _fault("beacon.witnesses", "are missing.", "Name at least two witnesses.")
    if kind == "drand" and not _count(table.get("round"), 1):
        yield _fault("beacon.round", "is missing.", "Write the number of the quicknet round.")
    if kind == "rfc3797" and not _names(table.get("sources"), 1):
        yield _fault("beacon.sources", "are missing.", "Describe each source of numbers.")


def _count(value: Any, least: int) -> bool:
    return type(value) is int and least <= value < 2**53


def _names(value: Any, least: int) -> bool:
    texts = isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)
    return texts and len(set(value)) == len(value) >= least
