"""The quick path gives the bytes that the full path gives, for any name."""

import json
import unicodedata
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ampera.cores.credentials import document, form, proof, schema, template
from ampera.cores.credentials.canonical import canonicalise
from ampera.cores.credentials.faults import Fault
from ampera.cores.credentials.form import Result, StatusEntry

from .city import ENDS, ID, ISSUED, LISTS, SUBJECT, City

NASTY = [
    "~slot:id~",
    "%(id)s",
    "%s%%",
    '"',
    "\\",
    '\\"',
    "\\n",
    "😀",
    "👩‍👩‍👧",
    "_:c14n0",
    "<urn:x>",
    '" .',
    "é",
    "e\u0301",
    "ا",
    "'",
]
letters = st.characters(
    exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"], exclude_characters=sorted(form._BIDI)
)
names = st.lists(st.one_of(st.sampled_from(NASTY), st.text(letters, max_size=6)), min_size=1, max_size=6).map(
    "".join
)
names = names.filter(lambda name: 0 < len(unicodedata.normalize("NFC", name).strip()) <= form.MAX_NAME)
urns = st.uuids().map(lambda found: f"urn:uuid:{UUID(int=found.int)}")
results = st.builds(Result, st.integers(1, 8), st.floats(-9, 9), st.floats(0, 9))
CITY = City()
TEMPLATE = CITY.template()


@settings(max_examples=60, deadline=None)
@given(urns, urns, names, results, st.integers(0, 131_071), st.integers(0, 131_071))
@example(ID, SUBJECT, 'Siti "Ana" \\ ~slot:id~ %(id)s %s 😀', Result(2, 0.0, 0.0), 0, 0)
@example(ID, SUBJECT, "A", Result(2, -0.004, 0.0), 0, 0)
def test_the_template_signs_the_bytes_that_full_canonicalisation_signs(
    id, subject, name, result, first, second
):
    quick = TEMPLATE.issue(
        id=id, subject_id=subject, holder_name=name, result=result, indices=(first, second)
    )
    entries = [
        StatusEntry(url, at, purpose) for (url, purpose), at in zip(LISTS, (first, second), strict=True)
    ]
    said = CITY.credential(id=id, subject_id=subject, holder_name=name, result=result, status=entries)
    text = form.values(id=id, subject_id=subject, holder_name=name, result=result, indices=(first, second))

    assert TEMPLATE.lines.canonical(text) == canonicalise(said).encode()
    assert TEMPLATE.agrees(text)
    slow = proof.sign(said, signer=CITY.signer, created=ISSUED)
    assert quick == document.to_bytes(slow | {"proof": [slow["proof"]]})
    schema.check(json.loads(quick))
    config = proof.options(method=CITY.signer.method, created=ISSUED)
    assert template.message(said, config) == proof.message(said, config)
    holder = json.loads(quick)["credentialSubject"]["identifier"][0]["identityHash"]
    assert holder == unicodedata.normalize("NFC", name).strip()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject", "identifier", 0, "hashed"), 0),
        (("credentialSubject", "identifier", 0, "identityHash"), "Ana\rBudi"),
        (("credentialSubject", "identifier", 0, "identityHash"), " Ana"),
        (("credentialSubject", "identifier", 0, "identityHash"), "~slot:id~\n"),
        (("credentialSubject", "result", 0, "value"), "02"),
        (("credentialSubject", "result", 1, "value"), "nan"),
        (("credentialStatus", 0, "statusListIndex"), "07"),
        (("credentialStatus", 0, "statusListIndex"), "٧"),
        (("credentialSubject", "achievement", "description"), "~slot:holder_name~"),
        (("credentialSubject", "achievement", "name"), "Lain"),
        (("honours",), "cum laude"),
        (("id",), "urn:uuid:1"),
    ],
)
def test_what_is_not_to_the_letter_ours_is_left_to_full_canonicalisation(path, value):
    document = CITY.credential()
    at = document
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    assert template.message(document, proof.options(method=CITY.signer.method, created=ISSUED)) is None


@given(st.characters(categories=["Cc", "Cs", "Co", "Zl", "Zp"]))
def test_a_name_with_an_invisible_or_breaking_character_is_refused(letter):
    with pytest.raises(ValueError, match=r"can't hold U\+"):
        form.clean_name(f"Ana{letter}Budi")


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "Ana\u202eidub"])
def test_a_name_that_is_empty_endless_or_turned_round_is_refused(name):
    with pytest.raises(ValueError, match="a name"):
        form.clean_name(name)


def test_one_person_has_one_spelling():
    assert form.clean_name("Andre\u0301") == form.clean_name("André ")


def test_a_text_of_the_city_that_looks_like_a_slot_is_refused():
    with pytest.raises(ValueError, match="looks like a slot"):
        CITY.template(evidence=(form.Evidence("Ujian", "~slot:id~"),))


def test_a_template_signed_by_somebody_else_is_refused():
    with pytest.raises(ValueError, match="another issuer"):
        template.prepare(CITY.frame(), signer=CITY.key.signer("did:web:other.example"), created=ISSUED)


def test_an_issuer_that_is_no_reference_is_refused_when_the_template_is_made():
    achievement = form.Achievement("capaian", "a", "b", "c", 1, CITY.achievement.outcomes)
    with pytest.raises(Fault, match="absolute"):
        CITY.template(achievement=achievement)


def test_a_wrong_number_of_status_indices_is_refused():
    with pytest.raises(ValueError, match="one status index"):
        TEMPLATE.issue(id=ID, subject_id=SUBJECT, holder_name="A", result=Result(1, 0, 0), indices=(1,))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "urn:uuid:1"},
        {"id": "https://kota.example/1"},
        {"subject_id": "urn:uuid:0B6F1C9E-6D0F-4A53-9C26-2F2F2D1C7A01"},
        {"result": Result(9, 0, 0)},
        {"result": Result(1, float("nan"), 0)},
        {"result": Result(1, 0, -1)},
        {"status": []},
        {"status": [StatusEntry(LISTS[0][0], 1), StatusEntry(LISTS[0][0], 2, "suspension")]},
        {"valid_until": ISSUED},
        {"issued": ISSUED.replace(tzinfo=None), "valid_until": ENDS.replace(tzinfo=None)},
        {"sample": True},
        {"evidence": (form.Evidence("Ujian", "a\x07b"),)},
    ],
)
def test_a_certificate_that_would_say_nonsense_is_not_made(changes):
    with pytest.raises(ValueError):
        CITY.credential(**changes)


def test_a_certificate_says_what_open_badges_readers_look_for():
    said = CITY.credential()
    assert said["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    subject = said["credentialSubject"]
    assert subject["identifier"][0]["identityType"] == "name" and subject["identifier"][0]["hashed"] is False
    described = {item["id"]: item["resultType"] for item in subject["achievement"]["resultDescription"]}
    assert {described[item["resultDescription"]]: item["value"] for item in subject["result"]} == {
        "PerformanceLevel": "2",
        "ScaledScore": "0.42",
        "ext:StandardError": "0.31",
    }
    assert [item["targetCode"] for item in subject["achievement"]["alignment"]] == ["LO1.1.01", "LO1.1.02"]


def test_a_sample_says_so_in_its_names():
    demo = City(did="did:web:kota.example:contoh")
    said = demo.credential(sample=True)
    assert said["name"].startswith("CONTOH") and said["credentialSubject"]["achievement"]["name"].startswith(
        "CONTOH"
    )
    with pytest.raises(ValueError, match="demo issuer"):
        demo.credential(sample=False)
