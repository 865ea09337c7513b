"""The beacon's value: public randomness that nobody could know when the list was frozen.

Each kind has one canonical spelling, so that two people who copy the same dice hash the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence

from ampera.cores.allocation.refusals import BadBeacon, BadProblem, BeaconMissing, Fault
from ampera.cores.allocation.rule import Beacon, Rule

FILE = "beacon.toml"
_SIGNATURE = re.compile(r"[0-9a-f]{96}")
_RFC3797 = re.compile(r"(([0-9]+\.)+/)+")


def canonical(rule: Rule, value: str) -> str:
    """The one spelling of a beacon's value under a rule.

    dice: the faces 1-6 in the order thrown; spaces, commas and hyphens between them are dropped.
    drand: the round's signature, 96 hexadecimal digits, lower case. rfc3797: the key string of RFC 3797 §4.
    A rule with a seed takes the seed, or an empty value for it.
    Raises BeaconMissing if there is no value, BadBeacon if it is not one of the named beacon.
    """
    beacon = rule.beacon
    if beacon is None:
        if value not in ("", rule.seed):
            raise BadBeacon(kind="seed", reason="the rule carries another seed")
        return rule.seed
    if not value.strip():
        raise BeaconMissing(kind=beacon.kind)
    return {"dice": _dice, "drand": _drand, "rfc3797": _rfc3797}[beacon.kind](beacon, value)


def material(rule: Rule, value: str) -> bytes:
    """The bytes that go into the ticket key: the canonical value, or for drand its randomness
    (SHA-256 of the signature, in lower-case hexadecimal digits). Raises what `canonical` raises."""
    text = canonical(rule, value)
    if rule.beacon and rule.beacon.kind == "drand":
        text = hashlib.sha256(bytes.fromhex(text)).hexdigest()
    return text.encode("ascii")


def rfc3797_key(sources: Sequence[Sequence[int]]) -> str:
    """The key string of RFC 3797 §4 for sources of whole numbers: sorted within a source, `.` after each number,
    `/` after each source."""
    return "".join("".join(f"{n}." for n in sorted(source)) + "/" for source in sources)


def read(data: bytes) -> str:
    """The value in a `beacon.toml`. Raises BadProblem."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadProblem([Fault(FILE, "", f"not TOML: {error}.", "Correct the file.")]) from error
    if set(table) != {"value"} or not isinstance(table["value"], str):
        raise BadProblem([Fault(FILE, "key value", "must be there, alone.", 'Write value = "…".')])
    return table["value"]


def write(value: str) -> bytes:
    """The bytes of a `beacon.toml` with a canonical value."""
    return f'value = "{value}"\n'.encode("ascii")


def _dice(beacon: Beacon, value: str) -> str:
    faces = re.sub(r"[\s,-]", "", value)
    if not re.fullmatch("[1-6]+", faces):
        raise BadBeacon(kind="dice", reason="dice show 1 to 6")
    if len(faces) != beacon.dice:
        raise BadBeacon(kind="dice", reason=f"{beacon.dice} dice were promised, {len(faces)} are given")
    return faces


def _drand(beacon: Beacon, value: str) -> str:
    text = value.strip().lower()
    if not _SIGNATURE.fullmatch(text):
        raise BadBeacon(
            kind="drand",
            reason=f"the signature of quicknet round {beacon.round} has 96 hexadecimal digits",
        )
    return text


def _rfc3797(beacon: Beacon, value: str) -> str:
    text = value.strip()
    if not _RFC3797.fullmatch(text):
        raise BadBeacon(kind="rfc3797", reason='it looks like "9319./2.5.8.10.12./"')
    sources = [[int(n) for n in source.split(".")[:-1]] for source in text.split("/")[:-1]]
    if len(sources) != len(beacon.sources):
        raise BadBeacon(
            kind="rfc3797",
            reason=f"{len(beacon.sources)} sources were promised, {len(sources)} are given",
        )
    return rfc3797_key(sources)
