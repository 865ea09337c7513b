"""Other people's software, installed on demand, in a folder of its own: it needs node and npm, and once the network."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def npm() -> Path:
    """The folder in which the locked npm packages are installed. Fails, rather than skips, without node."""
    assert shutil.which("node") and shutil.which("npm"), (
        "the proof with npm's verifiers needs node 20 or newer"
    )
    lock, done = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True, timeout=600)
        done.touch()
    return HERE


@pytest.fixture(scope="session")
def ask(npm: Path) -> Callable[..., dict[str, Any]]:
    """Run one of the scripts here with a JSON object on its input; the JSON that it answers."""

    def run(script: str, **asked: Any) -> dict[str, Any]:
        done = subprocess.run(
            ["node", npm / script],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run
