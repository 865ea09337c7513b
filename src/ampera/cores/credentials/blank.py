"""The blank of a certificate: everything but the person, published and signed, so that paper need not carry it.

A certificate is a blank filled in. `split` takes one apart, `Blank.fill` puts it together again byte for byte.
A published blank also holds the canonical lines, so that a verifier without JSON-LD (a page in flight mode) can
compute the signed bytes by substituting and sorting. Its own signature says that text and lines belong together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ampera.cores.credentials import proof, reading
from ampera.cores.credentials.canonical import canonicalise
from ampera.cores.credentials.document import Json, as_list, moment, parse, stamp, to_bytes
from ampera.cores.credentials.faults import Altered, Undetermined
from ampera.cores.credentials.form import Frame, Values, assemble
from ampera.cores.credentials.issuers import key_of
from ampera.cores.credentials.keys import Signer, base58, signature_holds, unbase58
from ampera.cores.credentials.template import SLOT, SLOTS, fills, in_json, unfilled

KIND = "AmperaTemplate"
ID_BYTES = 6  # of SHA-256: a country's blanks, a million of them, are told apart but for one chance in 500
_SEAL = b"ampera template 1\n"  # a blank's signature can never pass for a certificate's, whose message has 64 bytes


@dataclass(frozen=True)
class Blank:
    """What the certificates of one achievement, day, status list and key have in common.

    text: the signed JSON with slots (`~slot:holder_name~`) where the person and the signature go.
    """

    text: str

    @cached_property
    def id(self) -> str:
        """The first 6 bytes of the text's SHA-256, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).digest()[:ID_BYTES].hex()

    @cached_property
    def document(self) -> Json:
        """The blank as JSON: a certificate whose person is made of slots."""
        found: Json = json.loads(self.text)
        return found

    @cached_property
    def frame(self) -> Frame:
        """What it says. Raises Undetermined if it is not of our form."""
        return reading.read(self.document)[1]

    def fill(self, person: Values, signature: bytes) -> bytes:
        """The signed certificate of this person, as JSON bytes; one pass, so that a name stays a name."""
        filled = fills(person, in_json) | {"proof": proof.proof_value(signature)}
        return SLOTS.sub(lambda slot: filled[slot[1]], self.text).encode()


def split(document: bytes) -> tuple[Blank, Values, bytes]:
    """A signed certificate taken apart: its blank, its person, its signature (64 bytes).

    Raises Fault if it is not, byte for byte, a certificate as Ampera writes it.
    """
    signed = parse(document)
    person, frame = reading.read(signed)
    signature = proof.take_value(signed)
    blank = Blank(_text(frame, _config(signed)))
    if blank.fill(person, signature) != document:
        raise Undetermined("other_form", "This credential is not written as Ampera writes certificates.")
    return blank, person, signature


def publish(blank: Blank, *, signer: Signer, created: datetime) -> bytes:
    """The blank as a signed JSON file. created: of this signature, an aware datetime.

    Raises ValueError if the signer is not the issuer's.
    """
    if signer.did != blank.frame.issuer.id:
        raise ValueError("the signer signs for another issuer")
    config = _config(blank.document)
    bare = {name: value for name, value in blank.document.items() if name != "proof"}
    said = {
        "type": KIND,
        "id": blank.id,
        "issuer": blank.frame.issuer.id,
        "text": blank.text,
        "lines": [line + "\n" for line in canonicalise(bare).split("\n")[:-1]],
        "options": proof.config_hash({"@context": bare["@context"], **config}).hex(),
        "created": stamp(created),
        "verificationMethod": signer.method,
    }
    return to_bytes({**said, "signature": "z" + base58(signer.sign(_SEAL + to_bytes(said)))})


def open_published(data: bytes | Mapping[str, Any], *, issuers: Mapping[str, Any]) -> Blank:
    """A published blank, if its issuer signed it. issuers: DID → DID document.

    Raises Undetermined if it is no blank or the issuer's keys are not at hand; Altered if it was changed.
    """
    file = parse(data)
    blank = Blank(str(file.get("text")))
    try:
        same = file["type"] == KIND and file["id"] == blank.id and _is_ours(blank)
        method, issuer = str(file["verificationMethod"]), str(file["issuer"])
        signature = unbase58(str(file["signature"]).removeprefix("z"))
    except (KeyError, ValueError, TypeError, AttributeError):
        same = False
    if not same or issuer != blank.frame.issuer.id:
        raise Undetermined("not_a_template", "This is not a template of certificates.")
    said = {name: value for name, value in file.items() if name != "signature"}
    key = key_of(issuer, method, issuers)
    ends = [end for end in (key.expires, key.revoked) if end]
    if not signature_holds(key.public, signature, _SEAL + to_bytes(said)):
        raise Altered("template_signature", "The template's signature does not fit.")
    if ends and moment(file["created"], "created") >= min(ends):
        raise Altered("key_ended", "The template was signed with a key that the issuer had retired.")
    return blank


def _is_ours(blank: Blank) -> bool:
    """Whether the text is what `split` makes of a certificate."""
    return blank.text == _text(blank.frame, _config(blank.document))


def _config(signed: Json) -> Json:
    """The proof without its value."""
    return {name: value for name, value in as_list(signed["proof"])[0].items() if name != "proofValue"}


def _text(frame: Frame, config: Json) -> str:
    """A blank's text. config: the proof without its value."""
    if "~slot:" in repr((frame, config)):
        raise Undetermined("other_form", "A text of this credential looks like a slot.")
    said = {**config, "proofValue": SLOT.format("proof")}
    return to_bytes({**assemble(unfilled(len(frame.lists)), frame), "proof": [said]}).decode()
