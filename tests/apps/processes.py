"""Run the real commands in processes of their own, on a database of their own, on whichever database the suite runs on."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

from tests import migrated

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(var: Path, *, bare: bool = False) -> dict[str, str]:
    """A fresh database: a file under var, or a new one on the suite's PostgreSQL server; bare: without any table."""
    var.mkdir(parents=True, exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AMPERA_", "DJANGO_"))}
    mine = {"AMPERA_VAR": str(var), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    name = f"process_{uuid.uuid4().hex[:12]}"
    if not os.environ.get("AMPERA_DATABASE"):
        if not bare:
            migrated.to_file(var / "ampera.sqlite3")
    elif bare:
        migrated.admin(f'CREATE DATABASE "{name}"')
        mine["AMPERA_DATABASE"] = migrated.address(name)
    else:
        mine["AMPERA_DATABASE"] = migrated.to_name(name)
    return kept | mine


def ampera(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ampera", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def end_state(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1].removeprefix("end state ")
