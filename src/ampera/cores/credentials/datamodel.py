"""What the W3C Verifiable Credentials Data Model 2.0 (and 1.1) asks of any credential or presentation.

Signature and contexts aside: shapes, types, identifiers, dates, related resources. Our own certificates are held
against the Open Badges schema instead (`schema`), which asks more.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from typing import Any

from ampera.cores.credentials.contexts import PINS, VC1, VC2, context_bytes
from ampera.cores.credentials.document import Json, as_list, id_of, moment
from ampera.cores.credentials.faults import Altered

_URL = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]+')
# sections 4.10, 4.11, 5.4 to 5.6: objects that must say their type; of schemas, their id too
_TYPED = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")
_LANGUAGE_VALUE = {"@value", "@language", "@direction"}
_DIGESTS = ("sha256", "sha384", "sha512")


def check_credential(credential: Json) -> None:
    """Raises Altered, naming what the Data Model misses or forbids."""
    _check_document(credential, "VerifiableCredential")
    issuer = credential.get("issuer")
    _want(_is_url(id_of(issuer)), "issuer", "is no URL and no object whose id is one")
    subjects = as_list(credential.get("credentialSubject"))
    _want(bool(subjects), "credentialSubject", "is missing")
    for subject in subjects:
        _want(isinstance(subject, dict) and bool(subject), "credentialSubject", "makes no claim")
        _check_id(subject, "credentialSubject")
    for name in _TYPED:
        for item in as_list(credential.get(name)):
            _check_typed(item, name)
    _check_words(credential, "")
    if isinstance(issuer, dict):
        _check_words(issuer, "issuer.")
    _check_dates(credential)
    _check_resources(as_list(credential.get("relatedResource")))


def check_presentation(presentation: Json) -> None:
    """The same for a presentation; the credentials in it are for `check_credential`. Raises Altered."""
    _check_document(presentation, "VerifiablePresentation")
    if "holder" in presentation:
        _want(_is_url(id_of(presentation["holder"])), "holder", "is no URL and no object whose id is one")
    held = as_list(presentation.get("verifiableCredential"))
    _want(all(isinstance(item, dict) for item in held), "verifiableCredential", "is not a credential")


def window(credential: Json) -> tuple[datetime | None, datetime | None]:
    """From when until when it is valid. Raises Altered for what is no date.

    VC 2.0 and 1.1 name this differently, and the context is not itself signed: whichever name is there counts.
    """
    begins, ends = (
        [moment(credential[name], name) for name in names if name in credential]
        for names in (("validFrom", "issuanceDate"), ("validUntil", "expirationDate"))
    )
    return max(begins, default=None), min(ends, default=None)


def _check_document(document: Json, kind: str) -> None:
    contexts = document.get("@context")
    _want(isinstance(contexts, list) and contexts[:1] in ([VC2], [VC1]), "@context", "lacks the base context")
    for context in as_list(contexts):
        _want(isinstance(context, dict) or _is_url(context), "@context", "holds what is no context")
    types = as_list(document.get("type"))
    _want(all(isinstance(item, str) for item in types) and kind in types, "type", f"lacks {kind}")
    _check_id(document, "")


def _check_typed(item: Any, name: str) -> None:
    _want(isinstance(item, dict) and bool(as_list(item.get("type"))), name, "has no type")
    _want(name != "credentialSchema" or "id" in item, name, "has no id")
    _check_id(item, name)


def _check_id(node: Json, name: str) -> None:
    _want("id" not in node or _is_url(node["id"]), f"{name}.id".lstrip("."), "is not one URL")


def _check_words(node: Json, of: str) -> None:
    """Names and descriptions: a text, or a text with its language and direction and nothing else."""
    for name in ("name", "description"):
        for item in as_list(node.get(name)):
            worded = isinstance(item, str) or (
                isinstance(item, dict) and "@value" in item and set(item) <= _LANGUAGE_VALUE
            )
            _want(worded, of + name, "is neither a text nor a text with its language")


def _check_dates(credential: Json) -> None:
    begins, ends = window(credential)
    _want(not (begins and ends and ends < begins), "validUntil", "lies before validFrom")


def _check_resources(resources: list[Any]) -> None:
    """Related resources: each named once with a digest, which must fit if the resource is one that we ship."""
    _want(all(isinstance(item, dict) for item in resources), "relatedResource", "is not an object")
    names = [item.get("id") for item in resources]
    _want(
        all(map(_is_url, names)) and len(set(names)) == len(names),
        "relatedResource.id",
        "is not one URL, once",
    )
    for item in resources:
        digests = [item[name] for name in ("digestSRI", "digestMultibase") if name in item]
        _want(bool(digests), "relatedResource", "has no digest")
        if item["id"] in PINS:
            found = context_bytes(item["id"])
            _want(all(_fits(digest, found) for digest in digests), "relatedResource", "is not what it was")


def _fits(digest: Any, found: bytes) -> bool:
    """Whether this is the resource's digest: `sha384-…` (SRI), or multibase base64url of SHA-256 with or without
    its multihash header."""
    name, dash, value = str(digest).partition("-")
    try:
        if dash and name in _DIGESTS:
            return base64.b64decode(value, validate=True) == hashlib.new(name, found).digest()
        raw = base64.urlsafe_b64decode(str(digest)[1:] + "==")
    except ValueError:
        return False
    return str(digest).startswith("u") and raw.removeprefix(b"\x12\x20") == hashlib.sha256(found).digest()


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and bool(_URL.fullmatch(value))


def _want(holds: bool, name: str, what: str) -> None:
    if not holds:
        raise Altered("not_the_data_model", f"{name} {what}.")
