"""What the tests need of a machine: Chromium, and PostgreSQL's programs. Found, else installed where that may be done,
else one sentence saying what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"


class Missing(SystemExit):
    """Something must be installed by hand; the message says what."""


def chromium() -> str:
    """Path of a Chromium that can be driven; best the one without a window's own pages, which costs half as much."""
    for name in (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path and works(path):
            return path
    for package in (SHELL, "chromium"):
        install(package)
        path = shutil.which(package)
        if path and works(path):
            return path
    raise Missing(
        "The journeys need Chromium: install it (Debian, Ubuntu: `apt install chromium`) and run `make test` again."
    )


def works(path: str) -> bool:
    """Whether it is a browser and not a stub that asks for a snap."""
    return subprocess.run([path, "--version"], capture_output=True).returncode == 0


def postgresql() -> Path:
    """Folder with PostgreSQL's initdb and pg_ctl, version 15 or newer."""
    found = find_postgresql()
    if not found:
        install("postgresql")
        found = find_postgresql()
    if not found:
        raise Missing(
            "The tests need PostgreSQL 15 or newer: install it (Debian, Ubuntu: `apt install postgresql`) and run `make test` again."
        )
    return found


def find_postgresql() -> Path | None:
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            version = subprocess.run(
                [folder / "initdb", "--version"], capture_output=True, text=True
            ).stdout.split()
            if version and int(next(w for w in version if w[0].isdigit()).split(".")[0]) >= 15:
                return folder
    return None


def install(package: str) -> None:
    """Try Debian's package manager, as root or with a sudo that asks nothing. Failing is not fatal: the caller looks again."""
    if not shutil.which("apt-get"):
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and (
        not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode
    ):
        return
    print(f"installing {package} …", file=sys.stderr, flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run([*sudo, "apt-get", "-qq", "update"], **quiet)
    subprocess.run([*sudo, "apt-get", "-qq", "install", "-y", "--no-install-recommends", package], **quiet)
