"""The public bundle: a problem, its beacon and everything the draw made of them, as one zip.

Entries are stored, not compressed, with a fixed date: the same draw gives the same bytes on every machine
(compressors differ), so the file's hash can be published too.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ampera import __version__
from ampera.cores.allocation import beacons
from ampera.cores.allocation.drawing import Cutoff, Outcome
from ampera.cores.allocation.problem import APPLICANTS, BLOCKS, PRIORITIES
from ampera.cores.allocation.refusals import BadProblem, Fault
from ampera.cores.allocation.rule import FILE as RULE
from ampera.cores.allocation.rule import Rule
from ampera.cores.allocation.tables import problem_files, write

FORMAT = "ampera-draw/1"
ASSIGNMENTS, TICKETS, CALLS, CUTOFFS = "assignments.csv", "tickets.csv", "calls.csv", "cutoffs.csv"
MANIFEST = "manifest.json"
INPUTS = (RULE, BLOCKS, PRIORITIES, APPLICANTS, beacons.FILE)
LARGEST = 1 << 30  # bytes in all that `unpack` opens unless told otherwise


def bundle(outcome: Outcome) -> bytes:
    """The zip of a finished draw. The same problem (rows in any order) and beacon give the same bytes."""
    given = problem_files(outcome.problem)
    if outcome.problem.rule.beacon:
        given[beacons.FILE] = beacons.write(outcome.beacon)
    made = given | outcome_files(outcome)
    return pack(made | {MANIFEST: manifest(facts(outcome), made)})


def outcome_files(outcome: Outcome) -> dict[str, bytes]:
    """The files that the draw makes: assignments, cutoffs, calls, and tickets if they are per class."""
    files = {
        ASSIGNMENTS: write(
            ("receipt", "class", "block", "rank", "ticket"),
            [(r, a.klass, a.block, a.rank, a.ticket) for r, a in sorted(outcome.assignments.items())],
        ),
        CALLS: write(
            ("receipt", "class", "order"), [(call.receipt, call.klass, call.order) for call in outcome.calls]
        ),
        CUTOFFS: cutoffs_file(outcome.cutoffs),
    }
    if outcome.problem.rule.tie_break == "per-class":
        ordered = sorted(outcome.tickets.items())
        files[TICKETS] = write(("receipt", "class", "ticket"), [(r, c, t) for (r, c), t in ordered])
    return files


def cutoffs_file(cutoffs: Sequence[Cutoff]) -> bytes:
    """`cutoffs.csv`."""
    columns = ("class", "block", "for", "tier", "ticket", "filled", "seats")
    return write(columns, [(c.klass, c.block, c.kind, c.tier, c.ticket, c.filled, c.seats) for c in cutoffs])


@dataclass(frozen=True, slots=True)
class Facts:
    """What a manifest says of a draw. applicants, seated, inside: how many."""

    rule: Rule
    root: str
    beacon: str
    applicants: int
    seated: int
    inside: int


def facts(outcome: Outcome) -> Facts:
    """The facts of a finished draw."""
    return Facts(
        rule=outcome.problem.rule,
        root=outcome.root,
        beacon=outcome.beacon,
        applicants=len(outcome.assignments),
        seated=sum(a.klass is not None for a in outcome.assignments.values()),
        inside=len(outcome.inside),
    )


def manifest(facts: Facts, files: Mapping[str, bytes]) -> bytes:
    """`manifest.json` over the other files of a bundle."""
    rule = facts.rule
    table = {
        "format": FORMAT,
        "ampera": __version__,
        "root": facts.root,
        "beacon": {"kind": rule.beacon.kind if rule.beacon else "seed", "value": facts.beacon},
        "rule": {"tie_break": rule.tie_break, "reversion": rule.reversion, "horizon": rule.horizon},
        "counts": {"applicants": facts.applicants, "seated": facts.seated, "inside": facts.inside},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return (json.dumps(table, indent=1, sort_keys=True) + "\n").encode("ascii")


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of files, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def unpack(data: bytes, *, largest: int = LARGEST) -> dict[str, bytes]:
    """The files of a bundle by name. largest: bytes in all.

    Raises BadProblem if it is no zip, is damaged or too large, or holds a name twice.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > largest:
                raise BadProblem([_broken(f"it holds more than {largest} bytes")])
            if len({entry.filename for entry in entries}) < len(entries):
                raise BadProblem([_broken("it holds two files of one name")])
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadProblem([_broken(str(error))]) from error


def _broken(why: str) -> Fault:
    return Fault("the bundle", "", f"can't be opened: {why}.", "Fetch it again from where it was published.")
