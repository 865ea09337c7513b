"""Bytes to JSON and back, strictly: one reading only, so that two programs can't see two certificates in one file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from ampera.cores.credentials.faults import Altered, Undetermined

MAX_BYTES = 1_048_576
MAX_DEPTH = 64

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)

Json = dict[str, Any]


def parse(data: bytes | Mapping[str, Any]) -> Json:
    """A JSON object from bytes, or a plain deep copy of a mapping.

    Raises Undetermined if this is no JSON object of at most 1 MiB; Altered if a name occurs twice in an object
    (readers differ on which one counts).
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else json.dumps(data, allow_nan=False)
        if len(text) > MAX_BYTES:
            raise Undetermined("too_large", "The file is larger than 1 MiB, which no certificate needs.")
        document = json.loads(text, object_pairs_hook=_no_name_twice, parse_constant=_no_such_number)
        if "\\ud" in text or "\\uD" in text:
            to_bytes(document)  # lone surrogates can be written in JSON, but not in UTF-8
        deep = _deeper_than(document, MAX_DEPTH)
    except (ValueError, TypeError, RecursionError):
        raise Undetermined("not_json", "This is not a JSON document.") from None
    if deep or not isinstance(document, dict):
        raise Undetermined("not_a_credential", "This JSON document is not a credential.")
    return document


def to_bytes(document: Any) -> bytes:
    """The one way we write JSON: UTF-8, no spaces, names in the order given."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def as_list(value: Any) -> list[Any]:
    """JSON-LD's sets: nothing, one value, or an array of values."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def id_of(value: Any) -> str | None:
    """The id of a node that is given as a string or as an object."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else None


def moment(value: Any, name: str) -> datetime:
    """An xsd:dateTimeStamp (with its time zone) as an aware datetime. Raises Altered, naming the field."""
    if isinstance(value, str) and _STAMP.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise Altered("bad_date", f"{name} is not a date and time with a time zone.")


def stamp(when: datetime) -> str:
    """An aware datetime in UTC as XML Schema writes it, to the second. Raises ValueError if it is naive."""
    if when.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    offset = when.utcoffset()
    assert offset is not None
    return (when.replace(tzinfo=None, microsecond=0) - offset).isoformat() + "Z"


def _no_name_twice(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Altered("name_twice", "A name occurs twice in one object, so readers can see different things.")
    return found


def _no_such_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        objects = [item for item in level if isinstance(item, dict)]
        level = [item for found in level if isinstance(found, list) for item in found]
        level += [item for found in objects for item in found.values()]
        if not level:
            return False
    return True
