"""Reading a TOML file of content so that its author is told of every mistake at once.

A `Table` hands out typed values by key. A wrong one is noted as "file: [table] key: what is wrong; remedy"
and a stand-in of the right type is returned, so that reading goes on; `Faults.stop` then raises with the whole
list, before anybody sees a stand-in. A key that nobody asked for is a mistake too: it is usually a misspelling.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any


class BadContent(ValueError):
    """A content file can't be used; `errors` lists everything wrong in it, one sentence each."""

    def __init__(self, errors: Collection[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


@dataclass(frozen=True)
class Words:
    """One text in Indonesian and English."""

    id: str
    en: str


class Faults:
    """What is wrong in one file."""

    def __init__(self, file: str, error: type[BadContent]) -> None:
        self.file, self.error = file, error
        self.found: list[str] = []

    def note(self, where: str, key: str, wrong: str, remedy: str) -> None:
        self.found.append(f"{self.file}: [{where or 'top level'}] {key}: {wrong}; {remedy}")

    def stop(self) -> None:
        """Raise the file's error if anything was noted so far."""
        if self.found:
            raise self.error(self.found)


class Table:
    """One table of a TOML file, read key by key."""

    def __init__(self, data: dict[str, Any], where: str, faults: Faults) -> None:
        self.data, self.where, self.faults = data, where, faults
        self.asked: set[str] = set()

    def note(self, key: str, wrong: str, remedy: str) -> None:
        self.faults.note(self.where, key, wrong, remedy)

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return key in self.data

    def _get(self, key: str, kind: type | tuple[type, ...], said: str, stand_in: Any) -> tuple[Any, bool]:
        """The value and whether it may be checked further."""
        if not self.has(key):
            self.note(key, "is missing", f"add {said}")
            return stand_in, False
        value = self.data[key]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        # bool is an int, and datetime a date, to isinstance; not to somebody who fills in a file
        if type(value) not in kinds:
            self.note(key, f"is {value!r}", f"write {said}")
            return stand_in, False
        return value, True

    def text(self, key: str, *, among: Collection[str] = (), pattern: str = "", said: str = "a text") -> str:
        value, good = self._get(key, str, said, "")
        if good and not value.strip():
            self.note(key, "is empty", f"write {said}")
        elif good and among and value not in among:
            self.note(key, f"is {value!r}", f"use one of {', '.join(sorted(among))}")
        elif good and pattern and not re.fullmatch(pattern, value):
            self.note(key, f"is {value!r}", f"write {said}")
        return str(value)

    def code(self, key: str = "code") -> str:
        return self.text(key, pattern=r"[A-Za-z0-9-]+", said="a short code of letters, digits and hyphens")

    def optional(self, key: str) -> str | None:
        return self.code(key) if self.has(key) else None

    def number(self, key: str, *, least: int, most: int = 10**9) -> int:
        value, good = self._get(key, int, "a whole number", least)
        if good and not least <= value <= most:
            self.note(key, f"is {value}", f"write a whole number from {least} to {most}")
        return int(value)

    def share(self, key: str, *, most: str = "1") -> Decimal:
        """A decimal above 0 and up to `most`."""
        value, good = self._get(key, (Decimal, int), "a decimal such as 0.20", Decimal(1))
        # TOML knows nan, which compares with nothing
        if good and not (Decimal(value).is_finite() and 0 < value <= Decimal(most)):
            self.note(key, f"is {value}", f"write a decimal above 0 and up to {most}")
        return Decimal(value) if Decimal(value).is_finite() else Decimal(1)

    def yes_no(self, key: str) -> bool:
        return bool(self._get(key, bool, "true or false", False)[0])

    def date(self, key: str) -> dt.date:
        value, _ = self._get(key, dt.date, "a date such as 2021-12-20, without quotation marks", dt.date.min)
        assert isinstance(value, dt.date)
        return value

    def time(self, key: str) -> dt.time:
        said = 'a time such as "09:00"'
        value = self.text(key, pattern=r"([01]\d|2[0-3]):[0-5]\d", said=said)
        return clock(value) if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) else dt.time()

    def texts(
        self, key: str, *, least: int = 1, pattern: str = r"(?s).*\S.*", said: str = "a text"
    ) -> tuple[str, ...]:
        value, good = self._get(key, list, f"a list of {said}", [])
        if not good:
            return ()
        if len(value) < least:
            self.note(key, f"has {len(value)} entries", f"write at least {least}")
        for entry in value:
            if not isinstance(entry, str) or not re.fullmatch(pattern, entry):
                self.note(key, f"has {entry!r}", f"write each entry as {said}")
                return ()
        return tuple(value)

    def words(self, key: str) -> Words:
        """`key = { id = "…", en = "…" }`: both languages, always."""
        inner = self.table(key)
        both = Words(inner.text("id"), inner.text("en"))
        inner.end()
        return both

    def table(self, key: str) -> Table:
        value, _ = self._get(key, dict, f"a table [{self._path(key)}]", {})
        return Table(value, self._path(key), self.faults)

    def tables(self, key: str, *, least: int = 1) -> list[Table]:
        """`[[key]]`; each is named in errors by its code, or by its place in the file."""
        if not least and not self.has(key):
            return []
        value, good = self._get(key, list, f"tables [[{self._path(key)}]]", [])
        if good and len(value) < least:
            self.note(key, f"has {len(value)} entries", f"write at least {least}")
        found = []
        for number, entry in enumerate(value, 1):
            if not isinstance(entry, dict):
                self.note(key, f"has {entry!r}", f"write it as a table [[{self._path(key)}]]")
                continue
            found.append(Table(entry, f"{self._path(key)} {entry.get('code', number)}", self.faults))
        return found

    def end(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.data.keys() - self.asked:
            known = ", ".join(sorted(self.asked))
            self.note(key, "is not a key of this table", f"remove it or use one of {known}")

    def _path(self, key: str) -> str:
        return key if not self.where else f"{self.where}.{key}"


def clock(text: str) -> dt.time:
    """ "09:00" as a time of day."""
    hour, minute = text.split(":")
    return dt.time(int(hour), int(minute))


def open_table(path: Path, error: type[BadContent]) -> Table:
    """The file as its top table; decimals stay decimals. Raises `error` if it is missing or not TOML."""
    faults = Faults(path.name, error)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise error([f"{path.name}: [top level] file: does not exist; correct its name or path"]) from None
    except OSError as wrong:
        raise error([f"{path.name}: [top level] file: can't be read ({wrong.strerror}); mend that"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise error(
            [f"{path.name}: [top level] file: is not TOML in UTF-8 ({wrong}); mend that line"]
        ) from None
    return Table(data, "", faults)
