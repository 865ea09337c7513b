"""`ampera backup FILE` and `ampera restore FILE`: the whole database in one file, and back into an empty one."""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    save = commands.add_parser("backup", help="write the whole database to one file, while the site runs")
    save.add_argument("file", type=Path)
    save.set_defaults(func=backup)
    back = commands.add_parser("restore", help="fill an empty database from such a file")
    back.add_argument("file", type=Path)
    back.set_defaults(func=restore)


def backup(arguments: argparse.Namespace) -> int:
    """A consistent copy. The keys are not in it: keep the environment's secrets elsewhere."""
    from ampera.cli.django import wake
    from ampera.cli.main import Fault

    wake()
    from django.db import connection

    if arguments.file.exists():
        raise Fault(f"{arguments.file} is there already; choose another name")
    if not arguments.file.absolute().parent.is_dir():
        raise Fault(f"there is no folder {arguments.file.absolute().parent}; make it first")
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(arguments.file)) as copy:
            connection.connection.backup(copy)
    else:
        postgres("pg_dump", "--format=custom", "--no-owner", f"--file={arguments.file}")
    print(f"{arguments.file}: {arguments.file.stat().st_size:,} bytes")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Refuses a database that holds anything."""
    from ampera.cli.django import wake
    from ampera.cli.main import Fault

    if not arguments.file.is_file():
        raise Fault(f"there is no file {arguments.file}")
    wake()
    from django.db import connection

    if connection.introspection.table_names():
        raise Fault("the database isn't empty; restore into a new one")
    if connection.vendor == "sqlite":
        with arguments.file.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise Fault(
                    f"{arguments.file} is no back-up of an embedded database; one of PostgreSQL needs AMPERA_DATABASE"
                )
        connection.close()
        name = Path(connection.settings_dict["NAME"])
        for old in name.parent.glob(name.name + "*"):
            old.unlink()
        shutil.copy(arguments.file, name)
    else:
        postgres(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--dbname=" + connection.settings_dict["NAME"],
            str(arguments.file),
        )
    print("restored")
    return 0


def postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs with our connection's settings. Raises Fault with its last line if it fails."""
    from django.db import connection

    from ampera.cli.main import Fault

    if not shutil.which(program):
        raise Fault(
            f"{program} is missing; install PostgreSQL's client programs (Debian: apt install postgresql-client)"
        )
    it = connection.settings_dict
    environment = os.environ | {
        "PGHOST": it["HOST"],
        "PGPORT": str(it["PORT"]),
        "PGUSER": it["USER"],
        "PGPASSWORD": it["PASSWORD"],
        "PGDATABASE": it["NAME"],
    }
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Fault(f"{program} failed: {done.stderr.strip().splitlines()[-1]}")
