"""Any credential or presentation of the VC Data Model 2.0, signed and checked as the VC-API asks: for interoperation.

Our own certificates never pass here: `template` makes them, `verdict` judges them, both more strictly. Here a document
may carry contexts of its own and any number of eddsa-rdfc-2022 proofs, in sets and chains (VC Data Integrity 1.0,
section 2.1.2: a proof with a previousProof signs the document with the proofs that it names).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ampera.cores.credentials import datamodel, proof
from ampera.cores.credentials.contexts import DI1, DI2, VC1
from ampera.cores.credentials.document import Json, as_list, id_of, moment
from ampera.cores.credentials.faults import Altered
from ampera.cores.credentials.issuers import key_of
from ampera.cores.credentials.keys import Signer, signature_holds

CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Peers:
    """What is known of others. documents: DID → DID document (a did:key needs none). contexts: URL → context."""

    documents: Mapping[str, Any] = field(default_factory=dict)
    contexts: Mapping[str, Any] = field(default_factory=dict)


def secure(credential: Json, *, signer: Signer, created: datetime, peers: Peers) -> Json:
    """The credential with a proof of the signer, who must be its issuer.

    Raises Fault if it is not of the Data Model, is another's, or could not be signed whole.
    """
    datamodel.check_credential(credential)
    if id_of(credential["issuer"]) != signer.did:
        raise Altered("other_issuer", "The credential names another issuer.")
    if "proof" in credential:
        raise Altered("several_proofs", "The credential is signed already.")
    if credential["@context"][0] == VC1 and not {DI1, DI2} & set(map(str, credential["@context"])):
        # 1.1 has no words for our proof; VC Data Integrity 1.0, section 2.4.2
        credential = credential | {"@context": [*credential["@context"], DI2]}
    return proof.sign(credential, signer=signer, created=created, contexts=peers.contexts, foreign=True)


def examine(credential: Json, *, now: datetime, peers: Peers) -> None:
    """Check form and every proof of a credential; not its status. Raises Fault, saying what does not hold."""
    datamodel.check_credential({name: value for name, value in credential.items() if name != "proof"})
    begins, ends = datamodel.window(credential)
    if (begins and begins > now + CLOCK_SKEW) or (ends and ends < now):
        raise Altered("not_now", "The credential is outside its dates.")
    _check_proofs(credential, id_of(credential["issuer"]) or "", "assertionMethod", now, peers)


def examine_presentation(
    presentation: Json, *, challenge: str | None, domain: str | None, now: datetime, peers: Peers
) -> None:
    """Check a presentation: form, proofs of its holder for this challenge and domain, every credential in it.

    A challenge or domain of None is not asked for. Raises Fault, saying what does not hold.
    """
    datamodel.check_presentation({name: value for name, value in presentation.items() if name != "proof"})
    proofs = as_list(presentation.get("proof"))
    for name, asked in (("challenge", challenge), ("domain", domain)):
        given = [item.get(name) for item in proofs if isinstance(item, dict)]
        if asked is not None and given != [asked] * len(proofs):
            raise Altered("other_occasion", f"The presentation was signed for another {name}.")
    first = proofs[0].get("verificationMethod") if proofs and isinstance(proofs[0], dict) else None
    holder = id_of(presentation.get("holder")) or str(first).partition("#")[0]
    _check_proofs(presentation, holder, "authentication", now, peers)
    for credential in as_list(presentation.get("verifiableCredential")):
        examine(credential, now=now, peers=peers)


def _check_proofs(document: Json, signer: str, purpose: str, now: datetime, peers: Peers) -> None:
    """Every proof must hold by the key that it names, and one of them must be the signer's."""
    proofs = as_list(document.get("proof"))
    if not proofs:
        raise Altered("no_proof", "The document carries no signature.")
    signers = set()
    bare = {name: value for name, value in document.items() if name != "proof"}
    for item in proofs:
        config, signature = proof.checked(item, purpose=purpose)
        created, expires = (
            moment(config[name], name) if name in config else None for name in ("created", "expires")
        )
        if (created and created > now + CLOCK_SKEW) or (expires and expires <= now):
            raise Altered("not_now", "The signature is outside its dates.")
        before = _named(config, proofs)
        signed = {**bare, "proof": before} if before else bare
        message = proof.message(signed, config, contexts=peers.contexts, foreign=True)
        method = config["verificationMethod"]
        controller = method.partition("#")[0]
        key = key_of(controller, method, peers.documents)
        if not signature_holds(key.public, signature, message):
            raise Altered("bad_signature", "The signature does not fit: something was changed after signing.")
        signers.add(controller)
    if signer not in signers:
        raise Altered("wrong_controller", "None of the signatures is the issuer's or holder's own.")


def _named(config: Json, proofs: list[Any]) -> list[Any]:
    """The proofs that a proof builds on. Raises Altered if one is missing."""
    wanted = as_list(config.get("previousProof"))
    found = [item for item in proofs if isinstance(item, dict) and item.get("id") in wanted]
    if len(found) != len(wanted):
        raise Altered("no_previous_proof", "A signature builds on another that is missing.")
    return found
