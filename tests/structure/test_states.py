"""docs/states.md draws the tables of moves as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.certificates import api as certificates
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

PAGE = (Path(__file__).parents[2] / "docs" / "states.md").read_text("utf-8")
DRAWN = [
    (programme.diagram, programme.ROUND_MOVES),
    (admissions.application_diagram, admissions.APPLICATION_MOVES),
    (admissions.call_diagram, admissions.CALL_MOVES),
    (people.pair_diagram, people.PAIR_MOVES),
    (assessment.diagram, assessment.SITTING_MOVES),
    (certificates.diagram, certificates.CERTIFICATE_MOVES),
]


@pytest.mark.parametrize("diagram, moves", DRAWN)
def test_the_docs_draw_each_thing_as_it_moves(diagram, moves):
    assert f"```mermaid\n{diagram()}```" in PAGE
    drawn = {line.strip() for line in diagram().splitlines() if "-->" in line and "[*]" not in line}
    assert drawn == {f"{state} --> {to}: {verb}" for (state, verb), to in moves.items()}


def test_the_docs_draw_nothing_else():
    assert PAGE.count("```mermaid") == len(DRAWN)
