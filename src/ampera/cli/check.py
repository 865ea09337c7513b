"""`ampera check`: settings and database, what is wrong, how to mend it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def add_parser(commands: argparse._SubParsersAction) -> None:
    commands.add_parser(
        "check", help="look at settings and database; say what is wrong and how to mend it"
    ).set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    wrong = 0
    for name, fault in looks():
        print(f"{'ok   ' if not fault else 'WRONG'}  {name}" + (f": {fault}" if fault else ""))
        wrong += bool(fault)
    return 1 if wrong else 0


def looks() -> Iterator[tuple[str, str]]:
    """(what was looked at, what is wrong or "")."""
    from ampera import environment

    try:
        values = environment.read(os.environ)
    except environment.BadEnvironment as error:
        yield "settings", str(error)
        return
    yield f"settings ({values['MODE']})", ""
    yield from database_looks()
    if values["TSA_URL"]:
        yield "time-stamp authority", authority_fault(values["TSA_CERTIFICATE"])
    yield (
        "analysis extra",
        ""
        if importlib.util.find_spec("numpy") and importlib.util.find_spec("numba")
        else "effects can't be estimated here, and large draws are slow; `pip install 'ampera[analysis]'`",
    )
    yield (
        f"Python {sys.version_info.major}.{sys.version_info.minor}",
        "" if sys.version_info >= (3, 11) else "needs 3.11 or newer",
    )


def authority_fault(certificate: str) -> str:
    """What is wrong with the file that AMPERA_TSA_CERTIFICATE names, or ""."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        load_pem_x509_certificates(Path(certificate).read_bytes())
    except OSError as error:
        return f"{certificate} can't be read ({error.strerror}); correct AMPERA_TSA_CERTIFICATE"
    except ValueError:
        return f"{certificate} holds no certificate in PEM; put the authority's root certificate there"
    return ""


def database_looks() -> Iterator[tuple[str, str]]:
    from ampera.cli.django import reach, wake

    try:
        wake()
        from django.conf import settings

        settings.VAR.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        yield f"folder {error.filename}", f"can't be made ({error.strerror}); make it, or set AMPERA_VAR"
        return
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    if not os.access(settings.VAR, os.W_OK):
        yield f"folder {settings.VAR}", "can't be written; give this user the right to, or set AMPERA_VAR"
        return
    try:
        reach()
        connection.ensure_connection()
    except DatabaseError as error:
        yield (
            f"database ({connection.vendor})",
            f"{str(error).strip().splitlines()[0]}; check AMPERA_DATABASE",
        )
        return
    version = connection.pg_version if connection.vendor == "postgresql" else 0  # type: ignore[attr-defined]  # only psycopg's connection has it
    yield (
        f"database ({connection.vendor})",
        "" if not version or version >= 150000 else "needs PostgreSQL 15 or newer",
    )
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield (
        "tables",
        f"{len(waiting)} migrations wait; `ampera load` and `ampera run` apply them" if waiting else "",
    )
