"""What a certificate is worth: each word, what makes it, and that nothing false is ever valid."""

import copy
import json
import random
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampera.cores.credentials import keys, proof
from ampera.cores.credentials.document import to_bytes
from ampera.cores.credentials.form import StatusEntry
from ampera.cores.credentials.verdict import verify

from .city import DAY, ENDS, ID, ISSUED, LISTS, NOW, City

CITY = City()
SIGNED = CITY.signed()
LISTS_NOW = CITY.status_lists()
REVOCATION, SUSPENSION = (url for url, _ in LISTS)
STRANGER = City(did="did:web:elsewhere.example", key=keys.Key(b"\7" * 32))


def judge(data, **changes):
    return CITY.judge(data, **{"status_lists": LISTS_NOW, **changes})


def test_a_certificate_that_stands_is_valid_as_of_its_status_lists_date():
    found = judge(to_bytes(SIGNED))
    assert found.verdict == "valid" and found.as_of == NOW - DAY
    assert found.checked == ("form", "proof", "key", "signature", "status", "dates", "issuer")
    assert set(found.as_json()) == {"verdict", "as_of", "checked", "reason"}
    assert found.as_json()["as_of"] == "2026-05-31T03:00:00Z"


def test_bytes_and_dict_are_judged_alike():
    assert judge(SIGNED) == judge(to_bytes(SIGNED)) == judge(json.dumps(SIGNED, indent=1).encode())


@pytest.mark.parametrize("word", ["revocation", "suspension"])
def test_a_marked_certificate_is_revoked_or_suspended(word):
    found = judge(SIGNED, status_lists=CITY.status_lists(**{word: {7}}))
    assert found.verdict == {"revocation": "revoked", "suspension": "suspended"}[word]
    assert found.as_of == NOW - DAY
    assert judge(SIGNED, status_lists=CITY.status_lists(**{word: {6, 8}})).verdict == "valid"


def test_a_list_of_suspensions_stands_beside_that_of_revocations_which_is_named():
    named = CITY.signed(status=[StatusEntry(LISTS[0][0], 7)])
    beside = CITY.status_lists(suspension={7})
    assert CITY.judge(named, status_lists=beside).verdict == "suspended"
    assert CITY.judge(named, status_lists=CITY.status_lists(suspension={6, 8})).verdict == "valid"
    forged = City(key=keys.Key(bytes(32))).status_lists(suspension={7})
    wrong = CITY.status_lists() | {LISTS[1][0]: forged[LISTS[1][0]]}
    assert CITY.judge(named, status_lists=wrong).verdict == "undetermined"


def test_revoked_outweighs_suspended_expired_and_a_missing_list():
    lists = CITY.status_lists(revocation={7}, suspension={7})
    assert judge(SIGNED, status_lists=lists).verdict == "revoked"
    del lists[SUSPENSION]
    assert judge(SIGNED, status_lists=lists).verdict == "revoked"
    late = CITY.status_lists(revocation={7}, issued=ENDS)
    assert judge(SIGNED, status_lists=late, now=ENDS + DAY).verdict == "revoked"


def test_a_certificate_is_expired_from_the_very_moment_that_it_ends():
    lists = CITY.status_lists(issued=ENDS - DAY)
    assert judge(SIGNED, status_lists=lists, now=ENDS).verdict == "expired"
    assert judge(SIGNED, status_lists=lists, now=ENDS - DAY / 24).verdict == "valid"


@pytest.mark.parametrize("missing", [[REVOCATION], [SUSPENSION], [REVOCATION, SUSPENSION]])
def test_without_every_status_list_nothing_is_valid(missing):
    lists = {url: found for url, found in LISTS_NOW.items() if url not in missing}
    found = judge(SIGNED, status_lists=lists)
    assert (found.verdict, found.code) == ("undetermined", "status_list_missing")


def test_a_certificate_that_names_no_status_list_is_never_valid():
    bare = {name: value for name, value in CITY.credential().items() if name != "credentialStatus"}
    found = judge(proof.sign(bare, signer=CITY.signer, created=ISSUED))
    assert (found.verdict, found.code, found.as_of) == ("undetermined", "no_status", None)


def lists_but(change):
    changed = copy.deepcopy(LISTS_NOW)
    changed[REVOCATION] = change(changed[REVOCATION])
    return changed


def resigned(document, city=CITY):
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    return proof.sign(unsigned, signer=city.signer, created=NOW - DAY)


@pytest.mark.parametrize(
    ("lists", "code"),
    [
        (lists_but(lambda found: {**found, "validUntil": "2039-01-01T00:00:00Z"}), "bad_signature"),
        (lists_but(lambda found: found | {"proof": None}), "no_proof"),
        (lists_but(lambda found: resigned(found | {"issuer": STRANGER.did}, STRANGER)), "issuer_unresolved"),
        (lists_but(lambda _: LISTS_NOW[SUSPENSION]), "wrong_status_list"),
        (lists_but(lambda _: SIGNED), "wrong_status_list"),
        (lists_but(lambda _: 7), "not_a_credential"),
        (CITY.status_lists(issued=NOW - 8 * DAY), "stale_status_list"),
        (CITY.status_lists(issued=NOW + DAY), "not_yet"),
    ],
)
def test_a_status_list_that_is_forged_swapped_or_stale_settles_nothing(lists, code):
    found = judge(SIGNED, status_lists=lists)
    assert (found.verdict, found.code) == ("undetermined", code)


def test_a_status_list_of_another_known_issuer_does_not_count():
    lists = lists_but(lambda found: resigned(found | {"issuer": STRANGER.did}, STRANGER))
    documents = CITY.documents() | STRANGER.documents()
    found = judge(SIGNED, status_lists=lists, issuers=documents, trusted=frozenset(documents))
    assert (found.verdict, found.code) == ("undetermined", "wrong_status_list")


def test_a_sound_certificate_of_an_issuer_that_we_do_not_know_is_foreign():
    lists, documents = STRANGER.status_lists(), STRANGER.documents()
    found = judge(STRANGER.signed(), issuers=documents, status_lists=lists)
    assert (found.verdict, found.code) == ("foreign", "issuer_unknown")
    assert (
        judge(STRANGER.signed(), issuers=documents, status_lists=lists, trusted=frozenset(documents)).verdict
        == "valid"
    )
    assert judge(STRANGER.signed()).code == "issuer_unresolved"


def test_a_did_key_issuer_needs_no_document():
    own = City(did=CITY.key.did_key)
    assert judge(own.signed(), issuers={}).verdict == "foreign"
    lists = own.status_lists()
    assert (
        judge(own.signed(), issuers={}, status_lists=lists, trusted=frozenset({own.did})).verdict == "valid"
    )


def test_a_sample_is_foreign_even_to_who_knows_its_issuer_unless_samples_are_asked_for():
    demo = City(did="did:web:kota.example:contoh")
    at_hand = {
        "issuers": demo.documents(),
        "trusted": frozenset({demo.did}),
        "status_lists": demo.status_lists(),
    }
    assert judge(demo.signed(sample=True), **at_hand).code == "sample"
    assert judge(demo.signed(sample=True), **at_hand).verdict == "foreign"
    assert judge(demo.signed(sample=True), **at_hand, allow_samples=True).verdict == "valid"
    named = resigned(CITY.credential() | {"name": "CONTOH – Dasar"})
    assert judge(named).verdict == "foreign"


def test_a_key_of_somebody_else_is_no_key_of_the_issuer():
    other = keys.Key(b"\5" * 32)
    for signer in (
        other.signer(CITY.did),
        keys.Signer(f"{other.did_key}#{other.multikey}", other.signer("x").sign),
    ):
        forged = proof.sign(CITY.credential(), signer=signer, created=ISSUED)
        assert (judge(forged).verdict, judge(forged).code) == ("altered", "wrong_controller")


def test_a_key_that_is_not_for_asserting_or_has_another_controller_is_refused():
    for change in ({"assertionMethod": []}, {"verificationMethod": []}):
        assert (
            judge(SIGNED, issuers={CITY.did: CITY.documents()[CITY.did] | change}).code == "wrong_controller"
        )
    document = CITY.documents()[CITY.did]
    document["verificationMethod"][0]["controller"] = STRANGER.did
    assert judge(SIGNED, issuers={CITY.did: document}).code == "wrong_controller"


@pytest.mark.parametrize("end", ["expires", "revoked"])
def test_a_retired_key_still_vouches_for_what_it_signed_before_its_end(end):
    before, after = CITY.documents(**{end: ISSUED}), CITY.documents(**{end: ISSUED + DAY})
    newer = keys.Key(b"\6" * 32)
    assert judge(SIGNED, issuers=before).code == "key_ended"
    renewed = keys.did_document(CITY.did, [keys.PublishedKey(newer.public)])
    for part in ("verificationMethod", "assertionMethod"):
        renewed[part] += after[CITY.did][part]
    lists = replace(CITY, key=newer).status_lists()
    assert judge(SIGNED, issuers={CITY.did: renewed}, status_lists=lists).verdict == "valid"


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        [],
        {},
        {"id": CITY.did},
        {"id": "did:web:x"},
        {"id": CITY.did, "verificationMethod": [7, {}, "x"]},
    ],
)
def test_a_did_document_that_makes_no_sense_never_makes_valid(document):
    assert judge(SIGNED, issuers={CITY.did: document}).verdict in ("altered", "undetermined")


def altered(path, value):
    document = copy.deepcopy(SIGNED)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("credentialSubject", "identifier", 0, "identityHash"), "Siti Aminah ", "bad_signature"),
        (("credentialSubject", "result", 0, "value"), "8", "bad_signature"),
        (("validUntil",), "2039-03-02T01:00:00Z", "bad_signature"),
        (("credentialStatus", 0, "statusListIndex"), "8", "bad_signature"),
        (("proof", 0, "created"), "2026-03-02T01:00:01Z", "bad_signature"),
        (("gelar",), "Doktor", "undefined_term"),
        (("validUntil",), "besok", "bad_date"),
        (("validUntil",), "2029-03-02", "bad_date"),
        (("validUntil",), "2029-02-30T00:00:00Z", "bad_date"),
        (("validUntil",), "2026-01-01T00:00:00Z", "bad_date"),
        (("issuer",), STRANGER.did, "issuer_unresolved"),
        (("credentialSubject",), [], "no_subject"),
        (("type",), ["OpenBadgeCredential"], "not_a_credential"),
        (("proof", 0, "cryptosuite"), "eddsa-jcs-2022", "unknown_proof"),
        (("proof", 0, "type"), "Ed25519Signature2020", "unknown_proof"),
        (("proof", 0, "proofPurpose"), "authentication", "wrong_purpose"),
        (("proof", 0, "proofValue"), "z", "bad_proof"),
        (("proof", 0, "verificationMethod"), None, "bad_proof"),
        (("proof",), SIGNED["proof"] * 2, "several_proofs"),
        (("proof",), "x", "bad_proof"),
        (("@context", 1), "https://purl.imsglobal.org/spec/ob/v3p0/context-4.json", "unknown_context"),
    ],
)
def test_each_thing_that_is_wrong_is_named(path, value, code):
    found = judge(altered(path, value))
    assert found.code == code
    assert found.verdict in ("altered", "undetermined") and found.reason.endswith(".")


def test_the_same_statements_written_otherwise_do_not_hide_the_end_or_the_revocation():
    """JSON-LD can say one thing in several ways, all under one signature."""
    lists = CITY.status_lists(revocation={7})
    full = "https://www.w3.org/2018/credentials#"
    moved = copy.deepcopy(SIGNED)
    moved[full + "credentialStatus"] = [moved["credentialStatus"].pop(0)]
    by_reference = copy.deepcopy(SIGNED)
    by_reference["credentialStatus"][0] = by_reference["credentialStatus"][0]["id"]
    typed = copy.deepcopy(SIGNED)
    typed["validUntil"] = {
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
        "@value": SIGNED["validUntil"],
    }
    older = copy.deepcopy(SIGNED)
    older["@context"][0] = "https://www.w3.org/2018/credentials/v1"
    for document in (moved, by_reference, typed, older):
        assert judge(document, status_lists=lists, now=ENDS - DAY).verdict != "valid"
        assert judge(document).verdict != "valid"


def test_a_context_from_outside_never_leads_to_valid():
    url = "https://a.example/words"
    contexts = {url: {"@context": {"until": "https://www.w3.org/2018/credentials#validUntil"}}}
    document = CITY.credential() | {"@context": [*CITY.credential()["@context"], url]}
    signed = proof.sign(document, signer=CITY.signer, created=ISSUED, contexts=contexts)
    assert judge(signed).code == "unknown_context"
    assert judge(signed, contexts=contexts).code == "foreign_context"
    assert judge(signed, contexts=contexts, trusted=frozenset()).verdict == "foreign"


def test_what_is_dated_in_the_future_is_not_valid_yet():
    ahead = proof.sign(CITY.credential(), signer=CITY.signer, created=NOW + DAY)
    assert judge(ahead).code == "not_yet"
    begins = CITY.signed(issued=NOW + DAY)
    assert (judge(begins).verdict, judge(begins).code) == ("undetermined", "not_yet")


def test_a_proof_with_an_end_of_its_own_is_not_relied_on_after_it():
    config = proof.options(method=CITY.signer.method, created=ISSUED) | {"expires": "2026-05-01T00:00:00Z"}
    credential = CITY.credential()
    value = proof.proof_value(CITY.signer.sign(proof.message(credential, config)))
    assert judge({**credential, "proof": {**config, "proofValue": value}}).code == "proof_expired"


def test_a_verifier_without_a_time_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        verify(SIGNED, now=datetime(2026, 6, 1))


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_damaged_file_never_crashes_the_verifier_and_is_never_valid(dice: random.Random):
    data = bytearray(to_bytes(SIGNED))
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(data))
        action = dice.choice(["flip", "drop", "twice", "swap"])
        if action == "flip":
            data[at] ^= 1 << dice.randrange(8)
        elif action == "drop":
            del data[at : at + dice.randint(1, 40)]
        elif action == "twice":
            data[at:at] = data[at : at + dice.randint(1, 40)]
        else:
            data[at] = dice.choice(b'"{}[],:0aZ\\ ')
    if judge(bytes(data)).verdict == "valid":
        assert json.loads(bytes(data)) == SIGNED


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from([ID, CITY.did])
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)
places = st.sampled_from(
    [
        "@context",
        "id",
        "type",
        "issuer",
        "validFrom",
        "credentialSubject",
        "credentialStatus",
        "proof",
        "evidence",
        "name",
    ]
)


@settings(max_examples=100, deadline=None)
@given(places, anything)
def test_a_part_replaced_by_anything_never_crashes_the_verifier_and_is_never_valid(place, value):
    if value != SIGNED[place]:
        assert judge({**SIGNED, place: value}).verdict != "valid"


@given(anything)
def test_anything_at_all_gets_a_verdict(value):
    assert judge(value).verdict in ("altered", "undetermined")
