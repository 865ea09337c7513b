"""What is shown is what is written in our form, and nothing else."""

import copy
import json

import pytest

from ampera.cores.credentials import form
from ampera.cores.credentials.faults import Undetermined
from ampera.cores.credentials.reading import read

from .city import City

CITY = City()


@pytest.mark.parametrize(
    "city", [CITY, City(evidence=()), City(did="did:web:kota.example:contoh")], ids=["full", "bare", "sample"]
)
def test_what_was_written_is_read(city):
    sample = city.did.endswith("contoh")
    credential = city.signed(sample=sample)
    text, frame = read(json.loads(json.dumps(credential)))
    assert (text.holder_name, text.level, text.ability, text.error) == ("Siti Aminah", "2", "0.42", "0.31")
    assert text.indices == ("7", "7")
    assert frame == city.frame(sample=sample)
    assert form.assemble(text, frame) == {
        name: value for name, value in credential.items() if name != "proof"
    }


@pytest.mark.parametrize(
    ("path", "rewritten"),
    [
        (("name",), lambda value: [value]),
        (("name",), lambda value: {"@value": value}),
        (("credentialSubject", "identifier"), lambda value: value[0]),
        (("credentialSubject", "identifier", 0, "identityHash"), lambda value: {"@value": value}),
        (("credentialSubject",), lambda value: [value]),
        (("credentialSubject", "result"), lambda value: value[::-1]),
        (("credentialSubject", "result"), lambda value: value[:2]),
        (
            ("credentialSubject", "achievement", "resultDescription", 0, "requiredValue"),
            lambda value: int(value),
        ),
        (("credentialStatus",), lambda value: value[:1]),
        (("evidence",), lambda value: [*value, "urn:x"]),
        (("validUntil",), lambda value: "2029-03-02T08:00:00+07:00"),
        (("issuer",), lambda value: value["id"]),
        (("@context",), lambda value: value[::-1]),
    ],
)
def test_the_same_written_otherwise_is_not_shown(path, rewritten):
    credential = copy.deepcopy(CITY.signed())
    place = credential
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = rewritten(place[path[-1]])
    with pytest.raises(Undetermined, match="not written as"):
        read(credential)
