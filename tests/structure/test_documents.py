"""Documents that can drift are held against the code."""

from __future__ import annotations

import re
from pathlib import Path

from ampera.cli.main import parser
from tests.peers import acceptance

ROOT = Path(__file__).resolve().parent.parent.parent


def commands() -> dict[str, str]:
    """Name → help of every command."""
    group = next(a for a in parser()._actions if a.dest == "==SUPPRESS==" and getattr(a, "choices", None))
    return {action.dest: action.help for action in group._choices_actions}


def test_the_manual_lists_every_command_with_its_help():
    manual = (ROOT / "docs/operating.md").read_text("utf-8")
    for name, says in commands().items():
        assert f"| `ampera {name}` | {says} |" in manual, (
            f"docs/operating.md lacks: | `ampera {name}` | {says} |"
        )


def test_every_word_of_the_glossary_is_used():
    used = "\n".join(
        p.read_text("utf-8").lower()
        for p in (ROOT / "src").rglob("*")
        if p.suffix in {".py", ".html", ".toml"}
    )
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M
    )[2:]
    assert len(rows) > 40
    for words, _indonesian in rows:
        for word in re.split(r", | \(|\)", words):
            if word:
                stem = re.sub(r"[^\w]", ".?", word.lower())
                assert re.search(stem, used) or re.search(stem.replace("d′", "d_prime"), used), (
                    f"nobody says {word!r}"
                )


def test_the_readme_names_only_what_exists():
    text = (ROOT / "README.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), f"README.md points at {target}"


def test_the_tour_names_only_what_exists():
    for path in re.findall(
        r"`((?:src|docs|tests)/[\w/.-]+|\.importlinter)`", (ROOT / "docs/tour.md").read_text("utf-8")
    ):
        assert (ROOT / path).exists(), f"docs/tour.md names {path}"


def test_the_table_of_who_accepts_our_certificates_is_the_one_that_is_proved():
    assert acceptance.as_markdown() in (ROOT / "docs/methods/credentials.md").read_text("utf-8")
