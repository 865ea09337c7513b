"""Mutated files: the verifier never falls over, and never calls valid what does not say what was signed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from ampera.cores.credentials.document import to_bytes
from ampera.cores.credentials.proof import document_hash

from .city import City

CITY = City()
SIGNED = CITY.signed()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every single value."""
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if items is None:
        yield path
        return
    for name, item in items:
        yield from leaves(item, (*path, name))


def changed(path: tuple[Any, ...], to: Any) -> bytes:
    """The certificate with one value replaced by what `to` makes of it."""
    document = copy.deepcopy(SIGNED)
    at: Any = document
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = to(at[path[-1]])
    return to_bytes(document)


def mutants(seed: int, n: int) -> Iterator[bytes]:
    """Files with bytes changed, cut, doubled; a third of them stay JSON and change one value only."""
    dice = random.Random(seed)
    text, paths = to_bytes(SIGNED), list(leaves(SIGNED))
    for _ in range(n):
        if dice.random() < 0.33:
            path, kind = dice.choice(paths), dice.randrange(6)
            yield changed(path, lambda v, k=kind: [str(v)[::-1], f"{v} ", None, 0, str(v).upper(), [v]][k])
            continue
        data = bytearray(text)
        for _cut in range(dice.randint(1, 3)):
            at = dice.randrange(len(data))
            to = min(len(data), at + dice.randint(1, 40))
            match dice.randrange(4):
                case 0:
                    data[at] = dice.randrange(256)
                case 1:
                    del data[at:to]
                case 2:
                    data[at:at] = data[at:to]
                case _:
                    data[at] = ord(dice.choice('{}[]":,\\0aA'))
        yield bytes(data)


def none_is_falsely_valid(seed: int, n: int) -> None:
    at_hand = {"status_lists": CITY.status_lists(), "issuers": CITY.documents()}
    meaning = document_hash({name: item for name, item in SIGNED.items() if name != "proof"})
    for mutant in mutants(seed, n):
        if CITY.judge(mutant, **at_hand).verdict == "valid":
            said = {name: item for name, item in json.loads(mutant).items() if name != "proof"}
            assert document_hash(said) == meaning, mutant


def test_a_slice_of_the_mutants():
    none_is_falsely_valid(5, 400)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_thousand_mutants(seed):
    none_is_falsely_valid(1_000 + seed, 10_000)
