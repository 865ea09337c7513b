"""The table of alterations on the method's page: in how many of its ways each verifier catches each.

`python -m tests.cores.allocation.alteration_table` tries them all and writes the table into the page; a test holds the
page to what it finds itself.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from unittest.mock import patch

from tests.cores.allocation.alterations import ALTERATIONS, OUTCOMES, drawn_anew, hashed_again
from tests.cores.allocation.verifiers import VERIFIERS, Asked

from ampera.cores.allocation import quicknet
from ampera.cores.allocation.bundling import pack

PAGE = Path(__file__).resolve().parents[3] / "docs/methods/allocation.md"


def ways(name: str) -> list[Asked]:
    """An alteration as it is; with the manifest's hashes made to fit; if it can be drawn, with all drawn anew. The last
    two agree with themselves in part or wholly: what was published gives them away."""
    a = ALTERATIONS[name]
    was, files = OUTCOMES[a.of], a.altered()
    found = [Asked(pack(files)), Asked(pack(hashed_again(files)), was.root, was.beacon)]
    return [*found, Asked(drawn_anew(files), was.root, was.beacon)] if a.deep else found


def caught() -> dict[str, list[str]]:
    """The table's cells: for each alteration, in how many of its ways each verifier caught it."""
    tried = {name: ways(name) for name in ALTERATIONS}
    flat = [asked for name in tried for asked in tried[name]]
    said = [iter(verify(flat)) for verify in VERIFIERS.values()]
    return {
        name: [f"{sum(not next(one).ok for _ in asked)} of {len(asked)}" for one in said]
        for name, asked in tried.items()
    }


def table(cells: dict[str, list[str]]) -> str:
    """As Markdown."""
    rows = [("alteration", *VERIFIERS), ("---",) * (len(VERIFIERS) + 1), *((n, *c) for n, c in cells.items())]
    return "\n".join(
        "|" + "|".join(row) + "|" if row[0] == "---" else f"| {' | '.join(row)} |" for row in rows
    )


def main() -> int:
    # the rounds of drand here are signed by nobody; whether the package checks that is tested with the league's own
    with patch.object(quicknet, "signed", lambda round_, signature, **_more: True):
        made = table(caught())
    page = PAGE.read_text("utf-8")
    new, found = re.subn(r"\| alteration \|.*?\n(?=\n)", lambda _: made + "\n", page, flags=re.DOTALL)
    if found != 1:
        print(f"{PAGE}: there is no table of alterations to put this into", file=sys.stderr)
        return 1
    PAGE.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
