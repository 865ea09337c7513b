"""Where an issuer's private key is: sealed in the database, or in somebody else's keeping who signs for us.

Whoever runs an HSM puts a small service before it and names it in AMPERA_SIGNER. Two requests, JSON in and out, with
`Authorization: Bearer AMPERA_SIGNER_TOKEN`:

    POST /keys        {"did": "did:web:kota.example"}                   → {"publicKeyMultibase": "z6Mk…"}
    POST /signatures  {"publicKeyMultibase": "z6Mk…", "message": "…"}   → {"signature": "…"}

The first makes an Ed25519 key; the second signs with it. Message and signature are base64url without padding. What it
answers is believed only if the signature fits the key.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from functools import lru_cache, partial

from django.conf import settings

from ampera.cores.credentials import jwt, keys
from ampera.cores.credentials.faults import Fault

from . import remote
from .refusals import SignerFailed

LARGEST = 1 << 16  # bytes of an answer


def make(did: str) -> tuple[str, bytes]:
    """A new key for an issuer, where the settings say: its public part as Multikey, and its private one sealed.

    Sealed is b"" if somebody else keeps it. Raises SignerFailed.
    """
    if settings.SIGNER:
        value = str(_ask("/keys", {"did": did}).get("publicKeyMultibase"))
        try:
            keys.from_multikey(value)
        except Fault:
            raise SignerFailed(why="its key is no Ed25519 Multikey") from None
        return value, b""
    key = keys.Key(os.urandom(32))
    return key.multikey, keys.seal(key, wrapping_key=settings.SIGNING_KEY, nonce=os.urandom(12), did=did)


def make_es256(did: str) -> tuple[str, bytes]:
    """A new P-256 key for an issuer's VC-JWTs: its public part as Multikey, and its private one sealed."""
    key = jwt.P256Key((1 + secrets.randbelow(jwt.ORDER - 1)).to_bytes(32))
    return key.multikey, keys.seal_secret(
        key.secret, wrapping_key=settings.SIGNING_KEY, nonce=os.urandom(12), bound_to=f"{did}#{jwt.ALG}"
    )


def es256_signer(did: str, sealed: bytes) -> keys.Signer:
    """What signs VC-JWTs with this key. Raises ValueError as `signer` does."""
    secret = keys.unseal_secret(sealed, wrapping_key=settings.SIGNING_KEY, bound_to=f"{did}#{jwt.ALG}")
    return jwt.P256Key(secret).signer(did)


def signer(did: str, multibase: str, sealed: bytes) -> keys.Signer:
    """What signs with this key. Its `sign` raises SignerFailed if somebody else keeps it and doesn't answer.

    Raises ValueError if AMPERA_SIGNING_KEY or the DID is not that of its making.
    """
    if sealed:
        return _opened(sealed, settings.SIGNING_KEY, did).signer(did)
    return keys.Signer(f"{did}#{multibase}", partial(_remotely, multibase))


@lru_cache(maxsize=8)
def _opened(sealed: bytes, wrapping_key: bytes, did: str) -> keys.Key:
    return keys.unseal(sealed, wrapping_key=wrapping_key, did=did)


def _remotely(multibase: str, message: bytes) -> bytes:
    text = base64.urlsafe_b64encode(message).rstrip(b"=").decode()
    said = str(_ask("/signatures", {"publicKeyMultibase": multibase, "message": text}).get("signature"))
    try:
        signature = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except ValueError:
        signature = b""
    if not keys.signature_holds(keys.from_multikey(multibase), signature, message):
        raise SignerFailed(why="its signature does not fit the key")
    return signature


def _ask(path: str, question: Mapping[str, str]) -> Mapping[str, object]:
    if not settings.SIGNER:
        raise SignerFailed(why="AMPERA_SIGNER names none, but the key is kept by one")
    try:
        answer = remote.post(
            settings.SIGNER.rstrip("/") + path, json.dumps(question).encode(), kind="application/json",
            token=settings.SIGNER_TOKEN, largest=LARGEST,
        )  # fmt: skip
        found = json.loads(answer)
    except (remote.Silent, ValueError) as error:
        raise SignerFailed(why=str(error)) from None
    if not isinstance(found, dict):
        raise SignerFailed(why="its answer is no JSON object")
    return found
