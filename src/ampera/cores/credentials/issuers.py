"""Which key a signature must fit: the issuer's own, listed in its DID document for asserting credentials.

Nothing is fetched. A did:key is its own document; others are given by the caller, who answers for where they
came from. Source: W3C Controlled Identifiers 1.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ampera.cores.credentials.document import as_list, id_of, moment
from ampera.cores.credentials.faults import Altered, Fault, Undetermined
from ampera.cores.credentials.keys import PublishedKey, from_multikey

# a verification method → its public key. Raises Undetermined if it is of a kind that the signature isn't
Reader = Callable[[Mapping[str, Any]], bytes]


def ed25519(method: Mapping[str, Any]) -> bytes:
    """The 32 bytes of a verification method's Ed25519 Multikey. Raises Undetermined if it is another kind of key."""
    value = method.get("publicKeyMultibase")
    return from_multikey(value if isinstance(value, str) else "")


def key_of(
    issuer: str, method: str, documents: Mapping[str, Any], *, public_of: Reader = ed25519
) -> PublishedKey:
    """The public key that `method` names, if it is one with which `issuer` asserts credentials.

    documents: DID (or other issuer id) → its document. public_of: reads the kind of key that made the signature.
    Raises Altered if the issuer is known and this is not its key; Undetermined if the issuer is unknown here.
    """
    if issuer.startswith("did:key:"):
        value = issuer.removeprefix("did:key:")
        if method != f"{issuer}#{value}":
            raise Altered("wrong_controller", "The signature's key is not the issuer's.")
        return PublishedKey(public_of({"publicKeyMultibase": value}))
    if issuer not in documents:
        raise Undetermined("issuer_unresolved", f"The keys of {issuer} are not at hand.")
    return _listed(issuer, method, documents[issuer], public_of)


def _listed(issuer: str, method: str, document: Any, public_of: Reader) -> PublishedKey:
    if not isinstance(document, dict) or document.get("id") != issuer:
        raise Undetermined("bad_did_document", f"The DID document at hand is not that of {issuer}.")
    asserting = as_list(document.get("assertionMethod"))
    listed = [*as_list(document.get("verificationMethod")), *asserting]
    found = [item for item in listed if isinstance(item, dict) and _absolute(issuer, id_of(item)) == method]
    if not found or method not in [_absolute(issuer, id_of(item)) for item in asserting]:
        raise Altered("wrong_controller", "The signature's key is not one with which the issuer certifies.")
    if found[0].get("controller") != issuer:
        raise Altered("wrong_controller", "The signature's key is controlled by somebody else.")
    return _published(found[0], public_of)


def _published(method: Mapping[str, Any], public_of: Reader) -> PublishedKey:
    try:
        ends = {name: moment(method[name], name) for name in ("expires", "revoked") if name in method}
    except Fault:
        raise Undetermined(
            "bad_did_document", "The DID document gives a key an end that is no date."
        ) from None
    return PublishedKey(public_of(method), **ends)


def _absolute(issuer: str, reference: str | None) -> str | None:
    return f"{issuer}{reference}" if reference and reference.startswith("#") else reference
