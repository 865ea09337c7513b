"""Our VC-JWTs read by other people's software, with the key that the DID document lists under `kid`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ampera.cores.credentials import jwt, keys
from tests.cores.credentials.city import City

pytestmark = pytest.mark.proof

CITY = City()
KEY = jwt.P256Key(bytes(range(1, 33)))


def test_openbadgeslib_and_pyjwt_accept_a_token_and_refuse_one_that_was_touched():
    import jwt as pyjwt
    from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, did

    now = datetime.now(UTC)
    credential = CITY.credential(issued=now - timedelta(days=1), valid_until=now + timedelta(days=365))
    signer = KEY.signer(CITY.did)
    token = jwt.secure(credential, signer=signer, issued=now)
    document = jwt.published(CITY.documents()[CITY.did], [keys.PublishedKey(KEY.public)])
    listed = document["verificationMethod"][-1]["publicKeyJwk"]
    said = pyjwt.decode(token, pyjwt.PyJWK(listed).key, algorithms=["ES256"])
    assert said["credentialSubject"] == credential["credentialSubject"]
    theirs = OB3Verifier(pubkey_pem=did.pem_for_kid(document, CITY.did, signer.method))
    assert theirs.verify(token).id == credential["id"]
    header, payload, signature = token.split(".")
    touched = f"{header}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    with pytest.raises(OB3VerificationError):
        theirs.verify(touched)
    with pytest.raises(pyjwt.InvalidSignatureError):
        pyjwt.decode(touched, pyjwt.PyJWK(listed).key, algorithms=["ES256"])
