"""Published vectors: W3C vc-di-eddsa byte for byte; 1EdTech's Open Badges 3.0 fixtures, good and bad."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ampera.cores.credentials import keys, proof
from ampera.cores.credentials.canonical import canonicalise
from ampera.cores.credentials.verdict import verify

VECTORS = Path(__file__).parent / "vectors"
W3C = VECTORS / "w3c-eddsa-rdfc-2022"
ONE_EDTECH = VECTORS / "1edtech-ob30"

# The W3C examples context is this vocabulary. Of citizenship v4rc1, which is no longer served, only the terms
# that the vector uses are written out; its published canonical form is what they are judged by.
_C, _S, _DATE = (
    "https://w3id.org/citizenship#",
    "https://schema.org/",
    "http://www.w3.org/2001/XMLSchema#dateTime",
)
CONTEXTS = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    },
    "https://w3id.org/citizenship/v4rc1": {
        "@context": {
            **{name: _C + name for name in ("EmployablePerson", "EmploymentAuthorizationDocument")},
            **{name: _C + name for name in ("EmploymentAuthorizationDocumentCredential", "birthCountry")},
            **{name: _C + name for name in ("lprCategory", "lprNumber", "employmentAuthorizationDocument")},
            **{name: _S + name for name in ("Person", "givenName", "additionalName", "familyName", "gender")},
            "identifier": _S + "identifier",
            "image": {"@id": _S + "image", "@type": "@id"},
            "birthDate": {"@id": _S + "birthDate", "@type": _DATE},
            "residentSince": {"@id": _C + "residentSince", "@type": _DATE},
        }
    },
}
PAIR = json.loads((W3C / "keyPair.json").read_text())
# multicodec ed25519-priv is two bytes long
KEY = keys.Key(keys.unbase58(PAIR["privateKeyMultibase"][1:])[2:])


def read(path):
    return json.loads(path.read_text())


def test_the_w3c_key_pair_is_rebuilt_from_its_private_half():
    assert KEY.multikey == PAIR["publicKeyMultibase"]
    assert keys.from_multikey(PAIR["publicKeyMultibase"]) == KEY.public


@pytest.mark.parametrize("folder", [W3C, W3C / "employ"], ids=["alumni", "employment"])
def test_w3c_vectors_come_out_byte_for_byte(folder):
    signed = read(folder / "signedDataInt.json")
    document = {name: value for name, value in signed.items() if name != "proof"}
    config = read(folder / "proofConfigDataInt.json")
    text = {
        name: (folder / f"{name}DataInt.txt").read_text() for name in ("canonDoc", "proofCanon", "docHash")
    }
    text |= {
        name: (folder / f"{name}DataInt.txt").read_text()
        for name in ("proofHash", "combinedHash", "sigBTC58")
    }

    assert canonicalise(document, contexts=CONTEXTS) == text["canonDoc"]
    assert canonicalise(config, contexts=CONTEXTS) == text["proofCanon"]
    assert proof.document_hash(document, contexts=CONTEXTS).hex() == text["docHash"]
    assert proof.config_hash(config, contexts=CONTEXTS).hex() == text["proofHash"]
    assert proof.message(document, config, contexts=CONTEXTS).hex() == text["combinedHash"]

    created = datetime.fromisoformat(config["created"])
    again = proof.sign(document, signer=KEY.signer(KEY.did_key), created=created, contexts=CONTEXTS)
    assert again["proof"]["proofValue"] == text["sigBTC58"]
    assert again == signed
    assert proof.take_apart(signed, contexts=CONTEXTS).holds(KEY.public)


def judged(name, **changes):
    """A 1EdTech fixture's verdict, the issuer's document being the one that the fixture's key belongs in.

    The fixtures name their key in the method's fragment; their issuers' documents are on no server any more.
    """
    credential = read(ONE_EDTECH / name)
    issuer = credential.get("issuer", {}).get("id", "https://example.com/issuers/876543")
    fragment = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
    for value in credential.get("proof", []):
        if isinstance(value, dict) and "#z6Mk" in value["verificationMethod"]:
            fragment = value["verificationMethod"].partition("#")[2]
    document = keys.did_document(issuer, [keys.PublishedKey(keys.from_multikey(fragment))])
    at_hand = {
        "now": datetime(2026, 6, 1, tzinfo=UTC),
        "issuers": {issuer: document},
        "trusted": frozenset({issuer}),
    }
    return verify(credential, **at_hand | changes)


GOOD = [
    "simple.json",
    "simple-context-version.json",
    "endorsement-valid.json",
    "bit-string-list/credential-status-revoked.json",
    "bit-string-list/credential-status-revoked-blank-nodes.json",
]


@pytest.mark.parametrize("name", GOOD)
def test_1edtech_fixtures_that_are_good_are_sound(name):
    assert judged(name, trusted=frozenset()).verdict == "foreign"
    assert "signature" in judged(name).checked
    assert judged(name).verdict == "undetermined", "without a status list it can't be valid"


def test_the_1edtech_fixture_signed_by_a_did_key_that_is_not_its_issuer_is_sound_but_undetermined():
    credential = read(ONE_EDTECH / "simple-did-key-method.json")
    method = credential["proof"][0]["verificationMethod"]
    assert proof.take_apart(credential).holds(keys.from_multikey(method.removeprefix("did:key:")))
    assert verify(credential, now=datetime(2026, 6, 1, tzinfo=UTC)).code == "issuer_unresolved"


BAD = {
    "simple-err-context.json": "not_a_credential",
    "simple-err-credential-subject-identifier-type.json": "undefined_term",
    "simple-err-credential-subject-profile-type.json": "undefined_term",
    "simple-err-credential-subject-type.json": "undefined_term",
    "simple-err-evidence-type.json": "undefined_term",
    "simple-err-issued.json": "not_yet",
    "simple-err-issuer-otheridentifier-type.json": "undefined_term",
    "simple-err-issuer-type.json": "undefined_term",
    "simple-err-issuer.json": "no_issuer",
    "simple-err-proof-method-unknown-did-method.json": "wrong_controller",
    "simple-err-proof-method-unknown-scheme.json": "wrong_controller",
    "simple-err-proof-value.json": "bad_signature",
    "simple-err-type.json": "undefined_term",
    "simple-noproof.json": "no_proof",
}


@pytest.mark.parametrize(("name", "code"), BAD.items())
def test_1edtech_fixtures_that_are_bad_are_refused_for_the_reason_they_were_made(name, code):
    for trusted in (frozenset(), frozenset({"https://example.com/issuers/876543"})):
        found = judged(name, trusted=trusted)
        assert found.code == code
        assert found.verdict in ("altered", "undetermined")


@pytest.mark.parametrize(
    "name",
    [
        "simple-eddsa-2022.json",
        "complete_v1.json",
        "credential-status-revoked.json",
        "sd/derivedcredential.json",
    ],
)
def test_kinds_of_signature_that_we_do_not_check_are_undetermined(name):
    assert judged(name).code == "unknown_proof"
