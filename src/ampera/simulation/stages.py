"""The stages of a round, in order. Each is a function of the town and of the stage that counts its steps."""

from __future__ import annotations

from ampera.simulation import doubling, learning, proving, registering, seating
from ampera.simulation.town import Town

STAGES = (
    ("prepare", registering.prepare),
    ("lock", registering.lock),
    ("register", registering.register),
    ("double", doubling.double),
    ("identify", registering.identify),
    ("judge", doubling.judge),
    ("nominate", registering.nominate),
    ("drill", proving.drill),
    ("object", registering.object_),
    ("freeze", seating.freeze),
    ("draw", seating.draw),
    ("call", seating.call),
    ("fill", seating.fill),
    ("teach", learning.teach),
    ("examine", learning.examine),
    ("certify", learning.certify),
    ("endline", proving.endline),
    ("report", proving.report),
)

__all__ = ["STAGES", "Town"]
