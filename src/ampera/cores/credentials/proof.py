"""One Data Integrity proof, eddsa-rdfc-2022: make it, take it apart, check it.

The signature covers SHA-256(canonical proof options) followed by SHA-256(canonical document).
Source: W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2; its test vectors are reproduced byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ampera.cores.credentials.canonical import canonicalise
from ampera.cores.credentials.document import Json, as_list, moment, stamp
from ampera.cores.credentials.faults import Altered, Undetermined
from ampera.cores.credentials.keys import Signer, base58, signature_holds, unbase58

CRYPTOSUITE = "eddsa-rdfc-2022"

# (document, proof options) → the message, or None if it can't tell
Quick = Callable[[Json, Json], bytes | None]


@dataclass(frozen=True)
class Sealed:
    """A signed document taken apart. message: what was signed. created, expires: of the proof.

    fits: (public key, signature, message) → whether they fit, by the kind of signature.
    """

    method: str
    message: bytes
    signature: bytes
    created: datetime | None
    expires: datetime | None
    fits: Callable[[bytes, bytes, bytes], bool] = signature_holds

    def holds(self, public: bytes) -> bool:
        """Whether the signature is this public key's, in bytes as its kind has them."""
        return self.fits(public, self.signature, self.message)


def options(*, method: str, created: datetime) -> Json:
    """The proof without its value: what is said about the signature, and signed with it."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": stamp(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }


def sign(
    document: Json,
    *,
    signer: Signer,
    created: datetime,
    contexts: Mapping[str, Any] | None = None,
    foreign: bool = False,
) -> Json:
    """The document with a proof. `created` is an aware datetime, kept to the second. foreign: as for `canonicalise`.

    Raises Fault if the document could not be signed whole; ValueError if it already has a proof.
    """
    if "proof" in document:
        raise ValueError("the document already has a proof")
    config = options(method=signer.method, created=created)
    signature = signer.sign(message(document, config, contexts=contexts, foreign=foreign))
    return {**document, "proof": {**config, "proofValue": proof_value(signature)}}


def message(
    document: Json, config: Json, *, contexts: Mapping[str, Any] | None = None, foreign: bool = False
) -> bytes:
    """The 64 bytes to sign: hash of the proof options, then hash of the document, both canonical."""
    bound = {"@context": document.get("@context", []), **config}
    return _hash(bound, contexts, foreign) + _hash(document, contexts, foreign)


def config_hash(config: Json, *, contexts: Mapping[str, Any] | None = None) -> bytes:
    """SHA-256 of the canonical proof options, which carry the document's @context."""
    return _hash(config, contexts)


def document_hash(document: Json, *, contexts: Mapping[str, Any] | None = None) -> bytes:
    """SHA-256 of the canonical document without its proof."""
    return _hash(document, contexts)


def _hash(document: Json, contexts: Mapping[str, Any] | None, foreign: bool = False) -> bytes:
    return hashlib.sha256(canonicalise(document, contexts=contexts, foreign=foreign).encode()).digest()


def proof_value(signature: bytes) -> str:
    """A signature (64 bytes) as multibase base58btc."""
    return "z" + base58(signature)


def take_value(signed: Json) -> bytes:
    """The signature (64 bytes) of a document with one proof of our kind. Raises Fault as `take_apart` does."""
    proofs = as_list(signed.get("proof"))
    if len(proofs) != 1:
        raise Altered("no_proof", "The document does not carry one signature.")
    return checked(proofs[0])[1]


def take_apart(
    signed: Json, *, contexts: Mapping[str, Any] | None = None, quick: Quick | None = None
) -> Sealed:
    """What was signed, by which method, and the signature; the key is the caller's to find.

    quick: another way to the message of some documents, asked first (`template.message`).
    Raises Altered if there is no proof, or it is malformed; Undetermined if it is of a kind that we don't check.
    """
    proofs = as_list(signed.get("proof"))
    if not proofs:
        raise Altered("no_proof", "The document carries no signature.")
    if len(proofs) > 1:
        raise Undetermined(
            "several_proofs", "The document carries several signatures; we check documents with one."
        )
    config, signature = checked(proofs[0])
    document = {name: value for name, value in signed.items() if name != "proof"}
    created, expires = (
        moment(config[name], name) if name in config else None for name in ("created", "expires")
    )
    return Sealed(
        method=config["verificationMethod"],
        message=(quick and quick(document, config)) or message(document, config, contexts=contexts),
        signature=signature,
        created=created,
        expires=expires,
    )


def checked(proof: Any, *, purpose: str = "assertionMethod") -> tuple[Json, bytes]:
    """The proof's options and its signature (64 bytes), if it is a proof that we check, made for this purpose.

    Raises Altered if it is malformed or for another purpose; Undetermined if it is of a kind that we don't check.
    """
    if not isinstance(proof, dict):
        raise Altered("bad_proof", "The signature is malformed.")
    kind, suite = proof.get("type"), proof.get("cryptosuite")
    if kind != "DataIntegrityProof" or suite != CRYPTOSUITE:
        named = suite if kind == "DataIntegrityProof" else kind
        raise Undetermined("unknown_proof", f"The signature is of a kind that we don't check ({named}).")
    if proof.get("proofPurpose") != purpose:
        raise Altered("wrong_purpose", f"The signature was not made for this purpose ({purpose}).")
    if not isinstance(proof.get("verificationMethod"), str) or "@context" in proof:
        raise Altered("bad_proof", "The signature does not say which key made it.")
    return {name: item for name, item in proof.items() if name != "proofValue"}, _value(proof)


def _value(proof: Json) -> bytes:
    value = proof.get("proofValue")
    try:
        signature = (
            unbase58(value[1:]) if isinstance(value, str) and value[:1] == "z" and len(value) < 100 else b""
        )
    except ValueError:
        signature = b""
    if len(signature) != 64:
        raise Altered("bad_proof", "The signature is malformed.")
    return signature
