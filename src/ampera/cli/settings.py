"""`ampera settings`: every variable, its default and its reason, as docs/operating.md shows them."""

from __future__ import annotations

import argparse


def add_parser(commands: argparse._SubParsersAction) -> None:
    commands.add_parser("settings", help="list the settings, as a Markdown table").set_defaults(func=run)


def table() -> str:
    """The settings as a Markdown table."""
    from ampera.environment import VARIABLES

    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for v in VARIABLES:
        default = "(demo key)" if v.name.endswith("_KEY") else f"`{v.default}`" if v.default else "(empty)"
        rows.append(f"| `{v.name}` | {default} | {v.says}{' Secret.' if v.secret else ''} |")
    return "\n".join(rows)


def run(arguments: argparse.Namespace) -> int:
    print(table())
    return 0
