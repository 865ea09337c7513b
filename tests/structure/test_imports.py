"""Who may import whom is checked by import-linter and ruff; here one planted violation per rule is seen caught."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
APPS = ["audit", "jobs", "messaging", "programme", "people", "assessment", "drills", "admissions", "classes", "certificates", "results"]  # fmt: skip

#: contract → (file of the copy to append to, the line that breaks it)
VIOLATIONS = {
    "house": ("apps/audit/api.py", "from ampera.site import context"),
    "apps": ("apps/audit/api.py", "from ampera.apps.jobs import api as jobs"),
    "cores": ("cores/detection/__init__.py", "from ampera.cores import measurement"),
    "pure": ("cores/detection/__init__.py", "import django"),
    "compiled": ("cores/allocation/waves.py", "import ampera.cores.allocation.fast"),
    "siblings": ("cores/detection/__init__.py", "import ampera.cores.measurement\n#circle"),
} | {
    app: ("site/views.py" if app == "results" else f"apps/{APPS[APPS.index(app) + 1]}/api.py", f"from ampera.apps.{app} import models as planted")
    for app in APPS
}  # fmt: skip


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache", *chosen], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(
        ROOT / "src",
        folder / "src",
        ignore=shutil.ignore_patterns("*.mo", "__pycache__", "content", "static", "templates"),
    )
    shutil.copytree(
        ROOT / "src/ampera/content",
        folder / "src/ampera/content",
        ignore=shutil.ignore_patterns("*.json*", "*.geojson"),
    )
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def test_every_contract_is_kept():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_planted_violation():
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    contracts = {section.rsplit(":", 1)[1] for section in config.sections() if ":contract:" in section}
    assert contracts == set(VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_is_caught(copy, contract):
    where, line = VIOLATIONS[contract]
    file = copy / "src/ampera" / where
    before = file.read_text()
    circle = copy / "src/ampera/cores/measurement/__init__.py"
    circle_before = circle.read_text()
    try:
        file.write_text(before + "\n" + line + "\n")
        if contract == "siblings":
            circle.write_text(circle_before + "\nimport ampera.cores.detection\n")
        done = lint(copy, contract)
    finally:
        file.write_text(before)
        circle.write_text(circle_before)
    assert done.returncode == 1 and "BROKEN" in done.stdout, done.stdout


@pytest.mark.parametrize(
    "line, place",
    [
        ("from django.db.models.signals import post_save", "src/ampera/apps/audit/planted.py"),
        ("from django.contrib import admin", "src/ampera/apps/audit/planted.py"),
        ("from django.dispatch import receiver", "src/ampera/site/planted.py"),
        ("from django.dispatch import receiver", "src/ampera/cores/planted.py"),
        ("import time", "src/ampera/cores/planted.py"),
        ("import random", "src/ampera/cores/planted.py"),
        ("import secrets", "src/ampera/cores/detection/planted.py"),
        ("from datetime import datetime\n\nnow = datetime.now()", "src/ampera/cores/planted.py"),
        ("from datetime import datetime\n\nnow = datetime.utcnow()", "src/ampera/cores/planted.py"),
        ("from datetime import datetime\n\nnow = datetime.today()", "src/ampera/cores/planted.py"),
        ("from datetime import date\n\nnow = date.today()", "src/ampera/cores/planted.py"),
        ("import os\n\ndice = os.urandom(8)", "src/ampera/cores/planted.py"),
        ("from uuid import uuid4", "src/ampera/cores/planted.py"),
        ("import numpy as np\n\nnp.random.seed(1)", "src/ampera/cores/planted.py"),
        ("import numpy as np\n\ndice = np.random.rand()", "src/ampera/cores/planted.py"),
        ("import numpy as np\n\ndice = np.random.randn()", "src/ampera/cores/planted.py"),
        ("import urllib.request", "src/ampera/cores/planted.py"),
        ("import requests", "src/ampera/cores/planted.py"),
        ("from django.contrib import admin", "src/ampera/cores/planted.py"),
        ("from django.db.models.signals import post_save", "src/ampera/cores/planted.py"),
    ],
)
def test_a_planted_ban_is_caught(tmp_path, line, place):
    for config in ("pyproject.toml", "src/ampera/cores/ruff.toml"):
        (tmp_path / config).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / config, tmp_path / config)
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(line + "\n")
    done = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--select", "TID251", place],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "TID251" in done.stdout, done.stdout + done.stderr


def test_ruff_has_nothing_to_say():
    done = subprocess.run([BIN / "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_code_is_formatted():
    done = subprocess.run([BIN / "ruff", "format", "--check", "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_types_hold():
    done = subprocess.run([BIN / "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_core_rolls_dice_without_a_seed():
    import ast

    for path in (ROOT / "src/ampera/cores").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "default_rng":
                assert node.args or node.keywords, f"{path}:{node.lineno}: default_rng() without a seed"


def test_the_server_loads_no_numeric_library():
    code = "import ampera.wsgi, sys; from django.urls import get_resolver; get_resolver().url_patterns; print([m for m in ('numpy', 'numba', 'polars', 'scipy') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_what_the_server_loads_could_reach_the_compiled_draw_only_by_asking_for_it():
    """Its modules name the choice of engine, and that alone loads nothing."""
    code = "import ampera.cores.allocation.engines, ampera.cli.kernels, sys; print([m for m in sys.modules if m.startswith(('numba', 'numpy', 'ampera.cores.allocation.fast'))])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_checking_a_draw_needs_the_standard_library_alone():
    example = ROOT / "tests/cores/allocation/data/example"
    code = (
        "import sys, pathlib, tempfile; from ampera.cli.main import main\n"
        "bundle = str(pathlib.Path(tempfile.mkdtemp()) / 'b.zip')\n"
        f"assert main(['draw', 'run', {str(example)!r}, '--out', bundle]) == 0\n"
        "assert main(['draw', 'verify', bundle]) == 0\n"
        "print(sorted({m.split('.')[0] for m, it in sys.modules.items() if 'site-packages' in (getattr(it, '__file__', '') or '')}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0 and done.stdout.strip().endswith("[]"), done.stdout + done.stderr
