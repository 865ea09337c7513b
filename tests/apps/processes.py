"""Run the real commands in processes of their own, on a database of their own, on whichever database the suite runs on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import databases

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(var: Path, *, model: str = "migrated") -> dict[str, str]:
    """A database of one's own (see tests/databases.py), with tables and nothing else unless another model is named."""
    var.mkdir(parents=True, exist_ok=True)
    return databases.copy(model, var)


def ampera(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ampera", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def end_state(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1].removeprefix("end state ")
