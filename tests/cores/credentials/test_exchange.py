"""Other people's credentials: what the Data Model asks, proofs in sets and chains, contexts of their own."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from ampera.cores.credentials import datamodel, exchange, keys, proof
from ampera.cores.credentials.contexts import DI2, VC1, VC2, context_bytes
from ampera.cores.credentials.faults import Altered, Fault

from .city import NOW

ALICE, BOB = (keys.Key(bytes([n]) * 32) for n in (1, 2))
PEERS = exchange.Peers()
HOUR = timedelta(hours=1)


def said(**changes):
    found = {
        "@context": [VC2, {"@vocab": "https://words.example/"}],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "issuer": ALICE.did_key,
        "credentialSubject": {"id": "did:example:siti", "alumniOf": "Sekolah"},
    }
    return {name: value for name, value in (found | changes).items() if value is not None}


def proved(document, key, *, proofs=(), **more):
    """The document with one proof more, over those in `proofs`. more: of the proof's options."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    signer = key.signer(key.did_key)
    config = proof.options(method=signer.method, created=NOW - HOUR) | more
    signed = bare | {"proof": list(proofs)} if proofs else bare
    value = proof.proof_value(signer.sign(proof.message(signed, config, foreign=True)))
    return document | {"proof": [*document.get("proof", []), config | {"proofValue": value}]}


def found(document):
    try:
        exchange.examine(document, now=NOW, peers=PEERS)
    except Fault as fault:
        return fault.code
    return "sound"


def test_what_is_secured_is_sound_and_covers_every_word():
    made = exchange.secure(said(), signer=ALICE.signer(ALICE.did_key), created=NOW - HOUR, peers=PEERS)
    assert found(made) == "sound"
    made["credentialSubject"]["alumniOf"] = "Universitas"
    assert found(made) == "bad_signature"


def test_the_direction_of_a_text_is_signed():
    name = {"@value": "شهادة", "@language": "ar", "@direction": "rtl"}
    made = proved(said(name=name), ALICE)
    assert found(made) == "sound"
    made["name"] = name | {"@direction": "ltr"}
    assert found(made) == "bad_signature"


def test_what_the_contexts_would_drop_is_refused_however_they_do_it():
    for drop in ({"alumniOf": None}, {"@vocab": None}):
        document = said(**{"@context": [VC2, {"@vocab": "https://words.example/"}, drop]})
        with pytest.raises(Altered, match="not signed"):
            proved(document, ALICE)


def test_a_set_of_proofs_holds_if_each_does_and_one_is_the_issuers():
    both = proved(proved(said(), BOB), ALICE)
    assert found(both) == "sound"
    assert found(proved(said(), BOB)) == "wrong_controller"
    both["proof"][0]["proofValue"] = both["proof"][1]["proofValue"]
    assert found(both) == "bad_signature"


def test_a_chain_holds_only_with_the_proofs_that_it_names():
    first = proved(said(), BOB, id="urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544")
    chain = proved(first, ALICE, proofs=first["proof"], previousProof=first["proof"][0]["id"])
    assert found(chain) == "sound"
    assert found(chain | {"proof": chain["proof"][1:]}) == "no_previous_proof"
    other = proved(said(), BOB, id=first["proof"][0]["id"], created="2026-05-31T00:00:00Z")
    assert found(chain | {"proof": [other["proof"][0], chain["proof"][1]]}) == "bad_signature"


def test_dates_of_the_credential_and_of_its_proof_are_kept():
    assert found(proved(said(validUntil="2026-05-01T00:00:00Z"), ALICE)) == "not_now"
    assert found(proved(said(validFrom="2026-07-01T00:00:00Z"), ALICE)) == "not_now"
    assert found(proved(said(), ALICE, expires="2026-05-31T00:00:00Z")) == "not_now"
    assert found(proved(said(), ALICE, created="2026-07-31T00:00:00Z")) == "not_now"


def test_a_credential_of_the_older_model_gets_the_words_for_its_proof():
    older = said(**{"@context": [VC1]}, credentialSubject={"id": "did:example:siti"})
    older |= {"issuanceDate": "2026-01-01T00:00:00Z"}
    made = exchange.secure(older, signer=ALICE.signer(ALICE.did_key), created=NOW - HOUR, peers=PEERS)
    assert made["@context"] == [VC1, DI2] and found(made) == "sound"


RESOURCE = {"id": VC2, "digestSRI": "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"issuer": {"id": ALICE.did_key, "name": "Kota"}},
        {"credentialSubject": [{"id": "did:example:a"}, {"alumniOf": "b"}]},
        {"evidence": {"type": "https://words.example/Exam"}},
        {"name": ["Ijazah", {"@value": "Degree", "@language": "en"}]},
        {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"},
        {"relatedResource": RESOURCE},
        {"relatedResource": [{"id": VC2, "digestMultibase": "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"}]},
        {"relatedResource": {"id": "https://a.example/x", "digestSRI": "sha256-unknown"}},
    ],
)
def test_what_the_data_model_allows(changes):
    datamodel.check_credential(said(**changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"@context": [DI2, VC2]}, "@context"),
        ({"@context": [VC2, 7]}, "@context"),
        ({"@context": None}, "@context"),
        ({"type": ["Degree"]}, "type"),
        ({"id": ["urn:a:1", "urn:a:2"]}, "id"),
        ({"id": "https ://a.example"}, "id"),
        ({"issuer": None}, "issuer"),
        ({"issuer": {"name": "Kota"}}, "issuer"),
        ({"issuer": "kota"}, "issuer"),
        ({"credentialSubject": None}, "credentialSubject"),
        ({"credentialSubject": [{"id": "did:example:a"}, {}]}, "no claim"),
        ({"credentialSubject": {"id": "siti"}}, "credentialSubject.id"),
        ({"termsOfUse": {"id": "urn:a:1"}}, "termsOfUse has no type"),
        ({"evidence": [{}]}, "evidence has no type"),
        ({"credentialSchema": {"type": "JsonSchema"}}, "credentialSchema has no id"),
        ({"credentialStatus": {"type": "A", "id": "x y"}}, "credentialStatus.id"),
        ({"name": {"@value": "a", "url": "b"}}, "name"),
        ({"issuer": {"id": "urn:a:1", "description": 7}}, "issuer.description"),
        ({"validFrom": "besok"}, "validFrom"),
        ({"validFrom": "2026-01-02T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"}, "before"),
        ({"relatedResource": [VC2]}, "relatedResource"),
        ({"relatedResource": [RESOURCE, RESOURCE]}, "once"),
        ({"relatedResource": {"id": VC2}}, "digest"),
        ({"relatedResource": RESOURCE | {"digestSRI": "sha384-AAAA"}}, "not what it was"),
        ({"relatedResource": {"id": VC2, "digestMultibase": "uAAAA"}}, "not what it was"),
    ],
)
def test_what_the_data_model_forbids(changes, says):
    with pytest.raises(Altered, match=says):
        datamodel.check_credential(said(**changes))


def test_a_presentation_has_a_holder_that_can_be_named_and_credentials_that_are_objects():
    good = {"@context": [VC2], "type": ["VerifiablePresentation"], "holder": {"id": BOB.did_key}}
    datamodel.check_presentation(good)
    for changes in ({"holder": {"name": "Siti"}}, {"verifiableCredential": ["eyJ"]}, {"type": []}):
        with pytest.raises(Altered):
            datamodel.check_presentation(copy.deepcopy(good) | changes)


def test_the_context_for_proofs_is_the_recommendations():
    assert b"previousProof" in context_bytes(DI2)
