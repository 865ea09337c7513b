"""`make test`: the whole suite on SQLite, then all that touches a database once more on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import machine, postgres

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FIRST = [
    "tests/journeys",
    "tests/apps",
    "tests/cores",
]  # so that no worker is left with a journey at the end
WALKED_TWICE = "tests/journeys/test_front_door.py"  # on PostgreSQL too


def pytest(*arguments: str, **environment: str) -> int:
    workers = str((os.cpu_count() or 1) + 1)  # while one waits for a browser or a process, another works
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadscope", "--no-loadscope-reorder"]
    command += arguments
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}).returncode


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="ampera-test-") as var:
        clean = {name: "" for name in os.environ if name.startswith("AMPERA_")}
        for name in clean:
            del os.environ[name]
        os.environ |= {"AMPERA_VAR": var, "CHROMIUM": machine.chromium()}
        print("— on SQLite: everything", flush=True)
        folders = sorted(
            f"tests/{p.name}" for p in (ROOT / "tests").iterdir() if p.name[0] not in "_." and p.is_dir()
        )
        failed = pytest(*dict.fromkeys([*LONGEST_FIRST, *folders]), *arguments)
        with postgres.server() as address:
            print("— on PostgreSQL: all that touches a database", flush=True)
            failed |= pytest(WALKED_TWICE, "tests/apps", *arguments, AMPERA_DATABASE=address)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
