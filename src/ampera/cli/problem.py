"""What the draw's commands share: a problem's folder read, a file written whole, progress shown, refusals said.

Exit codes: 0 done and sound; 1 a bundle differs, or an answer or receipt does not fit; 2 a malformed problem, of which
every error is listed and for which nothing is written.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from ampera.cores import allocation
from ampera.cores.allocation.beacons import FILE as BEACON
from ampera.cores.allocation.beacons import read as read_beacon
from ampera.cores.allocation.problem import APPLICANTS, BLOCKS, PRIORITIES, Problem
from ampera.cores.allocation.rule import FILE as RULE
from ampera.refusal import Refusal

DIFFERS, MALFORMED = 1, 2


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a problem's folder that are there, by name. Raises OSError."""
    names = (RULE, APPLICANTS, BLOCKS, PRIORITIES, BEACON)
    files = {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is not a folder", str(folder))
    return files


def beacon_in(files: Mapping[str, bytes]) -> str:
    """The beacon's value, empty if it isn't there yet. Raises BadBeacon."""
    return read_beacon(files[BEACON]) if BEACON in files else ""


def read(folder: Path) -> tuple[Problem, str]:
    """The problem in a folder and its beacon's value, empty if it isn't there yet. Raises BadProblem, OSError."""
    files = files_of(folder)
    return allocation.read_problem(files), beacon_in(files)


def told(work: Callable[[], int]) -> int:
    """Run a command and say what went wrong in sentences."""
    try:
        return work()
    except allocation.BadProblem as bad:
        for fault in bad.faults:
            print(fault, file=sys.stderr)
        print(f"{len(bad.faults)} error(s); nothing was written.", file=sys.stderr)
        return MALFORMED
    except allocation.BadAnswers as bad:
        for fault in bad.faults:
            print(fault, file=sys.stderr)
        return DIFFERS
    except (allocation.BadBeacon, allocation.BeaconMissing) as bad:
        print(f"{BEACON}: {bad}", file=sys.stderr)
        return MALFORMED
    except allocation.BadVariant as bad:
        print(bad, file=sys.stderr)
        return MALFORMED
    except Refusal as bad:
        print(bad, file=sys.stderr)
        return DIFFERS
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror or error}. Check the path and the permissions.", file=sys.stderr)
        return MALFORMED


def check_writable(path: Path) -> None:
    """Refuse early what couldn't be written after a long draw. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "its folder is not there", str(path))
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError that names it."""
    check_writable(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def progress() -> Callable[[int, int], None]:
    """A bar on a terminal, a line at every tenth elsewhere; both on stderr."""
    bar = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        tenth = done * 10 // total
        if not bar and tenth > (done - 1) * 10 // total:
            print(f"{done} of {total} replays", file=sys.stderr)
        if bar:
            end = "\n" if done == total else ""
            print(f"\r[{'#' * tenth * 3:<30}] {done}/{total}", end=end, file=sys.stderr, flush=True)

    return show


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number of at least 1 is needed")
    return int(text)
