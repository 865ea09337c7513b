"""`pip install .` in an empty environment gives a working program."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", out, ROOT],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_holds_all_that_is_not_code(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for kind in ("templates", "static", "migrations", "content"):
        for path in (ROOT / "src/ampera").rglob(f"{kind}/**/*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT / "src")) in names
    catalogues = [n for n in names if n.endswith("django.mo")]
    assert len(catalogues) == len([*(ROOT / "src/ampera").rglob("django.po")])


def test_the_installed_program_works_outside_the_repository(wheel, tmp_path):
    """Installed over this environment's libraries, but not over its sources."""
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    site = next((home / "lib").glob("python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    libraries = next(p for p in map(Path, sys.path) if p.name == "site-packages")
    (site / "libraries.pth").write_text(f"{libraries}\n")
    environment = {"PATH": os.environ["PATH"], "AMPERA_VAR": str(tmp_path / "var")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [home / "bin/python", "-m", "ampera", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert "COMMAND" in run("--help").stdout
    played = run("play", "--citizens", "60", "--seed", "1")
    assert played.returncode == 0, played.stderr
    assert "end state" in played.stdout
    code = (
        "from ampera.cli.django import wake; wake()\n"
        "import ampera; from django.test import Client; from django.utils.translation import gettext, activate\n"
        "activate('id'); page = Client(SERVER_NAME='localhost').get('/')\n"
        "print(ampera.__file__); print(page.status_code, gettext('Sign in'))"
    )
    seen = subprocess.run(
        [home / "bin/python", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert str(site) in seen.stdout and "200 Masuk" in seen.stdout, seen.stdout + seen.stderr
