"""The public file of a draw, the draw replayed from it, and what its opaque codes stand for here."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache

from ampera.apps.programme import api as programme
from ampera.cores import allocation
from ampera.cores.allocation.bundling import CUTOFFS, unpack

from .labels import Labels
from .listing import block_code
from .models import Draw
from .office_refusals import NotDrawn


def places_of(round_id: int, labels: Labels) -> dict[tuple[str, str], tuple[int, int]]:
    """(class id, block id) by the public codes of class and block."""
    return {
        (labels.klass[c.code], block_code(b.order)): (c.id, b.id)
        for c in programme.classes(round_id)
        for b in c.blocks
    }


def bundle(round_id: int) -> bytes:
    """The public file, as `ampera draw verify` takes it. Raises NotDrawn."""
    data = Draw.objects.filter(freeze__round=round_id).values_list("bundle", flat=True).first()
    if data is None:
        raise NotDrawn()
    return bytes(data)


def replayed(round_id: int) -> allocation.Outcome:
    """The draw, drawn again from its bundle; the last ones are kept in memory. Raises NotDrawn."""
    digest = Draw.objects.filter(freeze__round=round_id).values_list("bundle_hash", flat=True).first()
    if digest is None:
        raise NotDrawn()
    return outcome_of(digest)


@lru_cache(maxsize=2)
def outcome_of(bundle_hash: str) -> allocation.Outcome:
    """By content, so that what is remembered can't be stale."""
    data = Draw.objects.filter(bundle_hash=bundle_hash).values_list("bundle", flat=True)[0]
    return allocation.reopen(bytes(data)).outcome


@dataclass(frozen=True)
class Cutoff:
    """The last one into a block, as published: opaque class, block, kind (group, other or capped)."""

    klass: str
    block: str
    kind: str
    ticket: str
    filled: int
    seats: int


@lru_cache(maxsize=4)
def cutoffs(bundle_hash: str) -> tuple[Cutoff, ...]:
    """The bundle's `cutoffs.csv`, read once: no draw is repeated for a page."""
    data = Draw.objects.filter(bundle_hash=bundle_hash).values_list("bundle", flat=True)[0]
    rows = csv.DictReader(io.StringIO(unpack(bytes(data))[CUTOFFS].decode("ascii")))
    return tuple(
        Cutoff(r["class"], r["block"], r["for"], r["ticket"], int(r["filled"]), int(r["seats"])) for r in rows
    )
