"""An empty database with all its tables, migrated once a run: whoever needs a database of their own begins with a copy.

Migrating takes seconds, a copy takes milliseconds. That the migrations themselves lead there from nothing is seen each
time the one is made.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = "PYTEST_MIGRATED"  # the run's folder, the same in every worker


def begin() -> None:
    os.environ[HERE] = tempfile.mkdtemp(prefix="ampera-migrated-")


def end() -> None:
    folder = Path(os.environ.pop(HERE))
    if (folder / "made-postgresql").exists():
        admin(f'DROP DATABASE "{_name()}"')
    shutil.rmtree(folder)


def to_file(path: Path) -> None:
    """Lay an embedded database there."""
    with (
        closing(sqlite3.connect(_original() / "ampera.sqlite3")) as one,
        closing(sqlite3.connect(path)) as copy,
    ):
        one.backup(copy)


def to_name(name: str) -> str:
    """Make a database of this name on the suite's server; its address."""
    _original()
    with _alone("copying"):
        admin(f'CREATE DATABASE "{name}" TEMPLATE "{_name()}"')
    return address(name)


@contextmanager
def in_place_of_the_default() -> Iterator[None]:
    """Django's default connection leads to a copy, in memory or on the server."""
    from django.db import connection

    name = connection.creation._get_test_db_name()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(_original() / "ampera.sqlite3")) as one:
            one.backup(connection.connection)
    else:
        admin(f'DROP DATABASE IF EXISTS "{name}"')
        to_name(name)
    yield
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
        admin(f'DROP DATABASE "{name}"')
    connection.settings_dict["NAME"] = before


def admin(statement: str) -> None:
    """Tell the suite's server to make or drop a database."""
    import psycopg

    with psycopg.connect(os.environ["AMPERA_DATABASE"], autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def _original() -> Path:
    """The folder in which the one lies, or is remembered; made by whoever comes first."""
    folder, server = Path(os.environ[HERE]), os.environ.get("AMPERA_DATABASE")
    made = folder / ("made-postgresql" if server else "made-sqlite")
    with _alone("making"):
        if not made.exists():
            environment = {k: v for k, v in os.environ.items() if not k.startswith("AMPERA_")}
            environment |= {"AMPERA_VAR": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
            if server:
                admin(f'CREATE DATABASE "{_name()}"')
                environment["AMPERA_DATABASE"] = address(_name())
            command = [sys.executable, "manage.py", "migrate", "-v0"]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
            made.touch()
    return folder


def _name() -> str:
    return "migrated_" + Path(os.environ[HERE]).name.rsplit("-", 1)[1]


def address(name: str) -> str:
    """Of a database on the suite's server."""
    return os.environ["AMPERA_DATABASE"].rsplit("/", 1)[0] + "/" + name


@contextmanager
def _alone(purpose: str) -> Iterator[None]:
    with (Path(os.environ[HERE]) / f"{purpose}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
