"""The learning outcomes of DigComp 3.0, read from the file the Joint Research Centre publishes.

Source: European Commission, Joint Research Centre (2025), DigComp 3.0, CC BY 4.0 (`digcomp-3.0.jsonld`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

# The four names DigComp gives to its eight levels, two levels each.
BANDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"Basic": (1, 2), "Intermediate": (3, 4), "Advanced": (5, 6), "Highly advanced": (7, 8)}
)


@dataclass(frozen=True)
class Outcome:
    """One learning outcome. id: `LearningOutcome/LO1.1.02`; competence: `1.1`; area: 1–5; level_name: in BANDS."""

    id: str
    text: str
    competence: str
    area: int
    level_name: str


@cache
def outcomes() -> Mapping[str, Outcome]:
    """All 523 learning outcomes by id, read once; the mapping can't be changed."""
    source = files("ampera.content").joinpath("digcomp-3.0.jsonld").read_text(encoding="utf-8")
    graph = json.loads(source)["@graph"]
    found = (_outcome(node) for node in graph if node["@type"] == "LearningOutcome")
    return MappingProxyType({outcome.id: outcome for outcome in found})


def _outcome(node: dict[str, str]) -> Outcome:
    return Outcome(
        id=node["@id"],
        text=node["description"],
        competence=node["competence_id"].removeprefix("Competence/"),
        area=int(node["competence_area_id"].removeprefix("CompetenceArea/")),
        level_name=node["four_levels_proficiency_name"].removeprefix("ProficiencyLevel/"),
    )
