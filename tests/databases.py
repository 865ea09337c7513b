"""Databases made once a run, of which whoever needs one of their own takes a copy.

Migrating and playing take seconds, a copy takes milliseconds. Each is made from an earlier one, by the first who asks.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = "PYTEST_DATABASES"  # the run's folder, the same in every worker
FILE = "ampera.sqlite3"

#: name: what it is made from, and how. A city of 80 citizens is played stage by stage; `played` is its whole round.
STAGES = ("prepare", "lock", "nominate", "draw", "fill", "teach", "certify", "played")
MODELS: dict[str, tuple[str, list[str]]] = {
    "empty": ("", []),
    "migrated": ("empty", ["manage.py", "migrate", "-v0"]),
} | {
    stage: (earlier, ["-m", "tests.journeys.server", "play", *([stage] if stage != "played" else [])])
    for earlier, stage in zip(("migrated", *STAGES), STAGES, strict=False)
}
PLAYED = ("play", "--citizens", "80", "--seed", "7")  # what `ampera` would have to be told for the same


def begin() -> None:
    os.environ[HERE] = tempfile.mkdtemp(prefix="ampera-databases-")


def end() -> None:
    folder = Path(os.environ.pop(HERE))
    for made in folder.glob("*/made-postgresql"):
        admin(f'DROP DATABASE IF EXISTS "{made.read_text()}"')
    shutil.rmtree(folder)


def copy(model: str, var: Path) -> dict[str, str]:
    """A database of one's own: a file under var, or a new one on the suite's server. The environment that leads to it."""
    mine = {"AMPERA_VAR": str(var), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    if server():
        name = f"copy_{uuid.uuid4().hex[:12]}"
        _to_name(model, name)
        mine["AMPERA_DATABASE"] = address(name)
    elif model != "empty":
        _to_file(model, var / FILE)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AMPERA_", "DJANGO_"))}
    return kept | mine


@contextmanager
def in_place_of_the_default() -> Iterator[None]:
    """Django's default connection leads to a migrated copy, in memory or on the server."""
    from django.db import connection

    name = connection.creation._get_test_db_name()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(_made("migrated") / FILE)) as one:
            one.backup(connection.connection)
    else:
        admin(f'DROP DATABASE IF EXISTS "{name}"')
        _to_name("migrated", name)
    yield
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
        admin(f'DROP DATABASE "{name}"')
    connection.settings_dict["NAME"] = before


def server() -> str:
    """The suite's PostgreSQL, or nothing."""
    return os.environ.get("AMPERA_DATABASE", "")


def address(name: str) -> str:
    """Of a database on the suite's server."""
    return server().rsplit("/", 1)[0] + "/" + name


def admin(statement: str) -> None:
    """Tell the suite's server to make or drop a database."""
    import psycopg

    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def _to_file(model: str, path: Path) -> None:
    with closing(sqlite3.connect(_made(model) / FILE)) as one, closing(sqlite3.connect(path)) as mine:
        one.backup(mine)


def _to_name(model: str, name: str) -> None:
    if model == "empty":
        admin(f'CREATE DATABASE "{name}"')
        return
    original = (_made(model) / "made-postgresql").read_text()
    with _alone(Path(os.environ[HERE]) / "copying.lock"):
        admin(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')


def _made(model: str) -> Path:
    """The folder of this model; made by whoever comes first."""
    folder = Path(os.environ[HERE]) / model
    folder.mkdir(exist_ok=True)
    made = folder / ("made-postgresql" if server() else "made-sqlite")
    with _alone(folder / "lock"):
        if not made.exists():
            earlier, command = MODELS[model]
            environment = copy(earlier, folder)
            done = subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            made.write_text(environment.get("AMPERA_DATABASE", "").rsplit("/", 1)[-1])
    return folder


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
