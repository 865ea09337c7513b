"""fastjsonschema reads the Open Badges schema as draft 7; jsonschema reads it as what it is, 2019-09. They agree."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ampera.cores.credentials import schema

from . import issued


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value and of every object and array."""
    if path:
        yield path
    for name, item in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(item, (*path, name))


def spoiled(document: Any) -> Iterator[Any]:
    """The document with one thing taken away or made something else."""
    for path in places(document):
        for instead in ("taken away", None, 7, True, [], {}, "x", ["x"]):
            other = copy.deepcopy(document)
            at = other
            for name in path[:-1]:
                at = at[name]
            if instead == "taken away":
                del at[path[-1]]
            else:
                at[path[-1]] = instead
            yield other


@pytest.mark.proof
def test_both_readings_of_the_schema_agree_on_every_way_to_spoil_a_certificate():
    import fastjsonschema
    import jsonschema

    said = json.loads(schema.schema_bytes())
    # dates aside: of formats jsonschema checks only those for which it has another package
    seven, its_own = fastjsonschema.compile(said, use_formats=False), jsonschema.Draft201909Validator(said)

    def holds(document: Any) -> bool:
        try:
            seven(document)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    document = json.loads(issued.by(issued.ISSUERS["did:web"]).certificates["valid"])
    verdicts = []
    for other in [document, *spoiled(document)]:
        verdicts.append(holds(other))
        assert verdicts[-1] == its_own.is_valid(other), other
    assert verdicts[0] and 300 < verdicts.count(False) < len(verdicts)
