"""A PostgreSQL server for one command, thrown away afterwards.

    python -m scripts.postgres COMMAND …      runs COMMAND with AMPERA_DATABASE set

`initdb` refuses root, so as root the server belongs to an unprivileged user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import machine


def unprivileged() -> list[str]:
    """How to run a command as somebody who may run a server."""
    if os.geteuid():
        return []
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return ["runuser", "-u", name, "--"]
    raise machine.Missing(
        "PostgreSQL refuses root and there is no other user; run `make test` as an ordinary user."
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty database on a server of its own, on loopback."""
    bin_, port = machine.postgresql(), free_port()
    home = Path(tempfile.mkdtemp(prefix="ampera-postgres-"))
    as_user = unprivileged()
    if as_user:
        shutil.chown(home, as_user[2])
    data, log = home / "data", home / "log"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=100"
    try:
        subprocess.run(
            [
                *as_user,
                bin_ / "initdb",
                "-D",
                data,
                "-A",
                "trust",
                "-U",
                "ampera",
                "-E",
                "UTF8",
                "--no-locale",
            ],
            **quiet,
        )
        subprocess.run(
            [*as_user, bin_ / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], **quiet
        )
        try:
            yield f"postgresql://ampera@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(
                [*as_user, bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
                **{**quiet, "check": False},
            )
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with server() as address:
        code = subprocess.run(sys.argv[1:], env={**os.environ, "AMPERA_DATABASE": address}).returncode
    sys.exit(code)
