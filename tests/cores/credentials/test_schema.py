"""The Open Badges 3.0 JSON Schema, as 1EdTech publishes it, against what we issue and what we must not."""

import copy
import dataclasses
import json

import pytest

from ampera.cores.credentials import schema
from ampera.cores.credentials.form import Result

from .city import ID, LISTS, SUBJECT, City

CITY = City()


def without(path):
    document = copy.deepcopy(CITY.signed())
    place = document
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return document


def test_a_certificate_with_one_list_or_with_two_is_an_open_badge():
    one = CITY.template(lists=LISTS[:1])
    schema.check(
        json.loads(
            one.issue(id=ID, subject_id=SUBJECT, holder_name="A", result=Result(2, 0, 0), indices=(7,))
        )
    )
    schema.check(CITY.signed())


@pytest.mark.parametrize(
    "path",
    [
        ("id",),
        ("issuer",),
        ("validFrom",),
        ("credentialSubject", "achievement", "criteria"),
        ("credentialSubject", "achievement", "type"),
        ("credentialSubject", "identifier", 0, "hashed"),
        ("credentialSubject", "result", 0, "type"),
        ("credentialStatus", 1, "type"),
        ("proof", 0, "type"),
    ],
)
def test_what_open_badges_asks_for_is_missed(path):
    with pytest.raises(schema.NotOpenBadges, match="credential"):
        schema.check(without(path))


@pytest.mark.parametrize(
    "changes",
    [
        {"validUntil": "besok"},
        {"@context": ["https://www.w3.org/ns/credentials/v2"]},
        {"proof": CITY.signed()["proof"][0]},
        {"type": ["VerifiableCredential"]},
    ],
)
def test_what_open_badges_forbids_is_refused(changes):
    with pytest.raises(schema.NotOpenBadges):
        schema.check(CITY.signed() | changes)


def test_an_achievement_that_the_schema_refuses_gives_no_template():
    """The template path checks once for all persons: nothing is signed for a frame that is no Open Badge."""
    with pytest.raises(schema.NotOpenBadges, match="inLanguage"):
        CITY.template(achievement=dataclasses.replace(CITY.achievement, language="Bahasa Indonesia"))


def test_a_copy_that_was_tampered_with_is_not_used(monkeypatch):
    monkeypatch.setattr(schema, "PIN", "0" * 64)
    with pytest.raises(RuntimeError, match="pinned"):
        schema.schema_bytes()
