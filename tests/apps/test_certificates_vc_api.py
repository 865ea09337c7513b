"""The VC-API endpoint: off unless asked for, never in production, and never with the city's key."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ampera import environment
from ampera.apps.certificates import api as certificates
from ampera.apps.certificates import issuers, vc_api
from ampera.cores.credentials import keys, proof, status

from .taught_class import FIRST, SECOND, key, taught

NOW = datetime(2027, 7, 1, 3, tzinfo=UTC)
VC2 = "https://www.w3.org/ns/credentials/v2"
ADDRESSES = ("credentials/issue", "credentials/verify", "presentations/verify")
HOLDER = keys.Key(bytes(32))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on(monkeypatch, settings):
    settings.VC_API = True
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def post(address, **body):
    answer = Client().post(f"/api/{address}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def issued(**options):
    claim = {"id": "did:example:siti", "name": "Siti"}
    credential = {
        "@context": [VC2, "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential"],
        "issuer": vc_api.signer().did,
        "credentialSubject": claim,
    }
    code, said = post("credentials/issue", credential=credential, options=options)
    assert code == 201
    return said["verifiableCredential"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_the_setting_the_endpoint_does_not_exist(address, settings):
    settings.VC_API = False
    assert Client().post(f"/api/{address}", "{}", content_type="application/json").status_code == 404
    assert Client().get(f"/{vc_api.LIST}").status_code == 404


def test_production_refuses_to_start_with_it():
    with pytest.raises(environment.BadEnvironment, match="AMPERA_VC_API: signs whatever it is handed"):
        environment.read({"AMPERA_MODE": "production", "AMPERA_VC_API": "on"})


def test_what_it_signed_it_verifies_and_what_was_touched_it_refuses_with_a_reason():
    made = issued()
    assert post("credentials/verify", verifiableCredential=made)[0] == 200
    for path, value in (
        (("credentialSubject", "name"), "Budi"),
        (("type",), ["VerifiableCredential", "Degree"]),
    ):
        touched = copy.deepcopy(made)
        at = touched[path[0]] if len(path) > 1 else touched
        at[path[-1]] = value
        code, said = post("credentials/verify", verifiableCredential=touched)
        assert (code, said["verified"], said["errors"][0]["type"]) == (400, False, "bad_signature")
    assert post("credentials/verify", verifiableCredential="eyJ")[1]["errors"][0]["type"] == "bad_request"


def test_it_signs_with_a_key_that_is_nobodys():
    issuers.ensure_keys(by=FIRST, now=NOW)
    ours = json.dumps([issuers.did_document(demo) for demo in (True, False)])
    assert issued()["issuer"].removeprefix("did:key:") not in ours
    credential = {key: value for key, value in issued().items() if key != "proof"}
    for issuer in (issuers.issuer(True), issuers.issuer(False)):
        code, said = post("credentials/issue", credential=credential | {"issuer": issuer})
        assert (code, said["errors"][0]["type"]) == (400, "other_issuer")


def test_a_place_on_its_status_list_can_be_had(client):
    entry = issued(credentialStatus={"type": "BitstringStatusListEntry"})["credentialStatus"]
    listed = client.get(entry["statusListCredential"].removeprefix("http://127.0.0.1:8000")).json()
    bits = status.decode(listed["credentialSubject"]["encodedList"])
    assert not status.is_marked(bits, int(entry["statusListIndex"]))
    assert post("credentials/verify", verifiableCredential=listed)[0] == 200


def test_a_certificate_of_the_city_verifies_until_it_is_revoked():
    klass, _persons = taught(1)
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)
    certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    certificate = certificates.of_person(min(certificates.certified(klass.round_id)))[0]
    document = json.loads(certificate.json)
    assert post("credentials/verify", verifiableCredential=document)[0] == 200
    certificates.revoke(certificate.id, reason="salah orang", key=key(), by=FIRST, now=NOW)
    assert post("credentials/verify", verifiableCredential=document)[1]["errors"][0]["type"] == "revoked"


def presented(credential, *, challenge="once", domain="kota.example"):
    document = {
        "@context": [VC2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.did_key,
        "verifiableCredential": [credential],
    }
    signer = HOLDER.signer(HOLDER.did_key)
    config = proof.options(method=signer.method, created=NOW - timedelta(minutes=1)) | {
        "proofPurpose": "authentication", "challenge": challenge, "domain": domain,
    }  # fmt: skip
    value = proof.proof_value(
        signer.sign(proof.message(document, config, foreign=True, contexts=vc_api.PEERS_CONTEXTS))
    )
    return document | {"proof": config | {"proofValue": value}}


def test_a_presentation_counts_for_its_occasion_and_only_with_sound_credentials_in_it():
    made = issued()

    def judged(presentation, **options):
        return post("presentations/verify", verifiablePresentation=presentation, options=options)[0]

    assert judged(presented(made), challenge="once", domain="kota.example") == 200
    assert judged(presented(made), challenge="twice") == 400
    assert judged(presented(made), domain="lain.example") == 400
    assert judged(presented(made | {"validUntil": "2020-01-01T00:00:00Z"})) == 400
    assert judged(presented(made) | {"holder": "did:example:budi"}) == 400
    assert judged({name: value for name, value in presented(made).items() if name != "proof"}) == 400
