"""Many certificates at once, for an employer: files, a zip of files, or a CSV of links."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ampera.cores.credentials.document import MAX_BYTES
from ampera.cores.credentials.verdict import Verdict
from ampera.refusal import Refusal

from . import checking
from .refusals import TooMany, UnreadableZip

MOST = 200  # certificates in one go
_HEADING = re.compile(r"[^\d/]+")


@dataclass(frozen=True)
class Row:
    """One certificate. verdict is None, and `no` says why, if there was nothing to judge. name: of the holder, if sound."""

    source: str
    verdict: Verdict | None
    name: str = ""
    title: str = ""
    no: Refusal | None = None


def check_many(files: Iterable[tuple[str, bytes]], *, now: datetime) -> tuple[Row, ...]:
    """Judge each file (name, bytes); a .zip stands for the files in it, a .csv for the links in one of its columns.

    Raises TooMany, UnreadableZip.
    """
    rows: list[Row] = []
    for source, found in _spread(files):
        if len(rows) == MOST:
            raise TooMany(most=MOST)
        rows.append(_judged(source, found, now) if isinstance(found, bytes) else Row(source, None, no=found))
    return tuple(rows)


def _judged(source: str, data: bytes, now: datetime) -> Row:
    verdict, shown = checking.judged(data, now=now)
    if shown is None:
        return Row(source, verdict)
    return Row(source, verdict, shown.values.holder_name, shown.frame.title)


def _spread(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes | Refusal]]:
    for name, data in files:
        if name.lower().endswith(".zip"):
            yield from _unzipped(data)
        elif name.lower().endswith(".csv"):
            yield from _linked(data)
        else:
            yield name, data


def _unzipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a zip, none read beyond what a certificate may weigh: a bomb stays small."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            for entry in folder.infolist():
                if not entry.is_dir():
                    with folder.open(entry) as file:
                        yield entry.filename, file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise UnreadableZip() from None


def _linked(data: bytes) -> Iterator[tuple[str, bytes | Refusal]]:
    """The certificates behind the links or numbers of a CSV: those of the column that holds most of them, or the first.

    Commas or semicolons. A first row that can be no link there, having neither digit nor slash, is a heading.
    """
    text = data.decode("utf-8-sig", "replace")
    first = text.partition("\n")[0]
    comma = ";" if first.count(";") > first.count(",") else ","
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=comma)]
    links = Counter(n for row in rows for n, cell in enumerate(row) if checking.is_link(cell))
    column = links.most_common(1)[0][0] if links else 0
    for n, row in enumerate(rows):
        link = row[column] if column < len(row) else ""
        if not any(row) or (n == 0 and _HEADING.fullmatch(link)):
            continue
        source = link or ", ".join(filter(None, row))
        try:
            yield source, checking.by_link(link)
        except Refusal as no:
            yield source, no
