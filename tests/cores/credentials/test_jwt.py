"""The certificate as a VC-JWT: signed ES256, opened strictly, judged with the words of every other carrier."""

import base64
import hashlib
import hmac
import json
import random

import pytest

from ampera.cores.credentials import jwt, keys, schema
from ampera.cores.credentials.document import to_bytes
from ampera.cores.credentials.faults import Undetermined

from .city import DAY, ENDS, ISSUED, NOW, City

CITY = City()
KEY = jwt.P256Key(bytes(range(1, 33)))
SIGNER = KEY.signer(CITY.did)
LISTS_NOW = CITY.status_lists()
TOKEN = jwt.secure(CITY.signed(), signer=SIGNER, issued=NOW)


def b64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def document(*, multikey=False, **ends):
    """The city's DID document, with its P-256 key beside the Ed25519 one."""
    found = jwt.published(CITY.documents()[CITY.did], [keys.PublishedKey(KEY.public, **ends)])
    if multikey:
        del found["verificationMethod"][-1]["publicKeyJwk"]
        found["verificationMethod"][-1] |= {"type": "Multikey", "publicKeyMultibase": KEY.multikey}
    return found


def judge(token, *, did=None, **changes):
    at_hand = {"status_lists": LISTS_NOW, "issuers": {CITY.did: did or document()}}
    return CITY.judge(token if isinstance(token, bytes) else token.encode(), **at_hand | changes)


def forged(*, header=None, payload=None, key=KEY):
    """A token signed after something in it was changed; None takes a header or claim out."""
    parts = [json.loads(unb64(part)) for part in TOKEN.split(".")[:2]]
    parts = [part | (changes or {}) for part, changes in zip(parts, (header, payload), strict=True)]
    parts = [{name: value for name, value in part.items() if value is not None} for part in parts]
    message = ".".join(b64(to_bytes(part)) for part in parts)
    return f"{message}.{b64(key.signer(CITY.did).sign(message.encode()))}"


def jwk(public=KEY.public):
    found = jwt.published(CITY.documents()[CITY.did], [keys.PublishedKey(public)])
    return found["verificationMethod"][-1]["publicKeyJwk"]


def test_the_rfcs_own_example_of_es256_holds():
    """RFC 7515, appendix A.3: key, message and signature."""
    message = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    signature = unb64(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    public = jwt.public_of(
        {
            "publicKeyJwk": {
                "kty": "EC",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }
        }
    )
    key = jwt.P256Key(unb64("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"))
    assert key.public == public
    assert jwt.signature_holds(public, signature, message)
    assert jwt.signature_holds(public, key.signer(CITY.did).sign(message), message)
    assert not jwt.signature_holds(public, signature, message + b"x")
    assert not jwt.signature_holds(public, signature[::-1], message)


def test_a_p256_multikey_is_written_as_the_controlled_identifiers_name_it():
    assert KEY.multikey.startswith("zDn")
    assert jwt.public_of({"publicKeyMultibase": KEY.multikey}) == KEY.public


def test_the_token_is_the_credential_without_its_proof_and_the_registered_claims_say_the_same():
    header, payload, _ = (unb64(part) for part in TOKEN.split("."))
    assert json.loads(header) == {"alg": "ES256", "kid": SIGNER.method, "typ": "vc+jwt", "cty": "vc"}
    said, credential = json.loads(payload), CITY.credential()
    assert {name: said[name] for name in credential} == credential
    assert {name: said[name] for name in said if name not in credential} == {
        "iss": CITY.did,
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": ISSUED.timestamp(),
        "exp": ENDS.timestamp(),
        "iat": NOW.timestamp(),
    }
    schema.check(said)


@pytest.mark.parametrize("multikey", [False, True], ids=["JWK", "Multikey"])
def test_a_token_gets_the_verdict_that_the_file_gets(multikey):
    found = judge(TOKEN, did=document(multikey=multikey))
    assert found == CITY.judge(CITY.signed(), status_lists=LISTS_NOW)
    assert found.verdict == "valid"
    assert judge(f"\n{TOKEN}\r\n").verdict == "valid"


def test_it_is_revoked_suspended_expired_foreign_or_undecided_like_any_other():
    assert judge(TOKEN, status_lists=CITY.status_lists(revocation={7})).verdict == "revoked"
    assert judge(TOKEN, status_lists=CITY.status_lists(suspension={7})).verdict == "suspended"
    late = CITY.status_lists(issued=ENDS - DAY)
    assert judge(TOKEN, now=ENDS, status_lists=late).verdict == "expired"
    assert judge(TOKEN, trusted=frozenset()).verdict == "foreign"
    assert judge(TOKEN, status_lists={}).code == "status_list_missing"
    assert judge(TOKEN, issuers={}).code == "issuer_unresolved"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "no_proof"),
        ({"alg": "HS256"}, "unknown_proof"),
        ({"alg": "EdDSA"}, "unknown_proof"),
        ({"alg": "ES384"}, "unknown_proof"),
        ({"alg": None}, "unknown_proof"),
        ({"crit": ["exp"]}, "unknown_proof"),
        ({"b64": False}, "unknown_proof"),
        ({"typ": "vp+jwt"}, "unknown_proof"),
        ({"kid": None}, "unknown_proof"),
        ({"kid": CITY.key.signer(CITY.did).method}, "unknown_key"),
        ({"kid": f"{CITY.did}#other"}, "wrong_controller"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_only_es256_by_a_key_that_the_issuer_lists_is_taken(header, code):
    found = judge(forged(header=header))
    assert found.code == code and found.verdict != "valid"


def test_the_typ_that_open_badges_names_and_none_at_all_are_taken():
    for kind in ("JWT", "application/vc+jwt", None):
        assert judge(forged(header={"typ": kind})).verdict == "valid"


def test_a_hash_keyed_with_the_public_key_is_no_signature():
    message = forged(header={"alg": "HS256"}).rpartition(".")[0]
    keyed = hmac.digest(KEY.public, message.encode(), hashlib.sha256)
    assert judge(f"{message}.{b64(keyed)}").code == "unknown_proof"


def test_a_key_that_the_token_brings_along_is_never_used():
    thief = jwt.P256Key(b"\7" * 32)
    own = jwk(thief.public)
    for header in ({"jwk": own}, {"jku": "https://thief.example/keys"}, {"x5u": "https://thief.example/x"}):
        found = judge(forged(header=header, key=thief))
        assert (found.verdict, found.code) == ("altered", "bad_signature")
    assert judge(forged(header={"jwk": own, "kid": None}, key=thief)).code == "unknown_proof"


def test_the_key_of_tokens_makes_no_data_integrity_proof():
    named = CITY.signed()["proof"][0] | {"verificationMethod": SIGNER.method}
    assert judge(to_bytes(CITY.signed() | {"proof": [named]})).code == "unknown_key"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"iss": "did:web:elsewhere.example"}, "claims_differ"),
        ({"jti": "urn:uuid:0"}, "claims_differ"),
        ({"sub": "urn:uuid:0"}, "claims_differ"),
        ({"exp": int(ENDS.timestamp()) + 1}, "claims_differ"),
        ({"nbf": True}, "claims_differ"),
        ({"iat": "today"}, "bad_date"),
        ({"iat": 1e300}, "bad_date"),
        ({"iat": int((NOW + DAY).timestamp())}, "not_yet"),
        ({"proof": {}}, "several_proofs"),
        ({"vc": {}}, "undefined_term"),
        ({"unsigned": "word"}, "undefined_term"),
    ],
)
def test_claims_that_contradict_or_add_to_the_credential_are_refused(payload, code):
    assert judge(forged(payload=payload)).code == code


def test_the_claims_may_be_missing():
    bare = dict.fromkeys(("iss", "jti", "sub", "nbf", "exp", "iat"))
    assert judge(forged(payload=bare)).verdict == "valid"


def test_tampering_with_any_segment_is_altered():
    header, payload, signature = TOKEN.split(".")
    other = jwt.secure(CITY.credential(holder_name="Orang Lain"), signer=SIGNER, issued=NOW).split(".")
    kid = json.loads(unb64(header)) | {"cty": "json"}
    renamed = unb64(payload).replace(b"Siti Aminah", b"Siti Amina!")
    for token in (
        f"{b64(to_bytes(kid))}.{payload}.{signature}",
        f"{header}.{b64(renamed)}.{signature}",
        f"{header}.{other[1]}.{signature}",
        f"{header}.{payload}.{other[2]}",
        f"{header}.{payload}.",
        f"{header}.{payload}.{signature}A",
        f"{header}.{payload}.{signature[:-1]}{'B' if signature[-1] != 'B' else 'C'}",
        f"{header}.{payload[:-2]}.{signature}",
        f"{header[:-2]}.{payload}.{signature}",
    ):
        assert judge(token).verdict == "altered"


def test_no_letter_can_be_changed_and_leave_it_valid():
    dice = random.Random(20260601)
    for place in dice.sample(range(len(TOKEN)), 150):
        letter = dice.choice([letter for letter in "AZaz09-_" if letter != TOKEN[place]])
        assert judge(TOKEN[:place] + letter + TOKEN[place + 1 :]).verdict in ("altered", "undetermined")


def test_a_retired_key_still_vouches_for_what_it_signed_before_its_end():
    assert judge(TOKEN, did=document(expires=NOW + DAY)).verdict == "valid"
    assert judge(TOKEN, did=document(revoked=NOW)).code == "key_ended"
    assert judge(forged(payload={"iat": None}), did=document(expires=NOW + DAY)).code == "key_ended"


def test_a_token_larger_than_any_certificate_is_not_read():
    assert judge(TOKEN + "A" * 3_000_000).code == "too_large"
    assert judge("eyJ" + "A" * 2_000_000).code in ("too_large", "not_json")


def test_only_its_issuer_secures_a_credential():
    with pytest.raises(ValueError, match="issuer"):
        jwt.secure(CITY.credential(), signer=KEY.signer("did:web:elsewhere.example"), issued=NOW)


@pytest.mark.parametrize(
    "method",
    [
        {"publicKeyMultibase": CITY.key.multikey},
        {"publicKeyMultibase": "z!"},
        {"publicKeyMultibase": None},
        {"publicKeyJwk": jwk() | {"crv": "P-384"}},
        {"publicKeyJwk": jwk() | {"y": jwk()["x"]}},
        {"publicKeyJwk": jwk() | {"d": "AA"}},
        {"publicKeyJwk": jwk() | {"x": "é"}},
        {},
    ],
)
def test_what_is_no_p256_key_is_named(method):
    with pytest.raises(Undetermined) as refused:
        jwt.public_of(method)
    assert refused.value.code == "unknown_key"
