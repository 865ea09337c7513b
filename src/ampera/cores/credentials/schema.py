"""The Open Badges 3.0 JSON Schema, which every certificate is held against when it is issued.

It is 1EdTech's own for plain JSON, pinned by SHA-256: `proof` is an array there, `credentialStatus` one object. The
VC Data Model 2.0 (section 4.10) allows several statuses, so each is held against the schema in turn. fastjsonschema
reads it as draft 7, which differs from its 2019-09 in none of the keywords that it uses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from ampera.cores.credentials.document import Json, as_list

URL = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
NAME = "ob_v3p0_achievementcredential_schema.json"
PIN = "86a141ff0c1b1a6b4e08460f786a8ffe0f737d8256a86243d134a2e6450efe4d"


class NotOpenBadges(ValueError):
    """The document is not what the Open Badges 3.0 JSON Schema describes; the message says where."""


def check(credential: Json) -> None:
    """Hold a signed or unsigned credential against the schema. Raises NotOpenBadges."""
    from fastjsonschema import JsonSchemaValueException  # needed by who issues, not by who verifies

    validate = _compiled()
    for status in as_list(credential.get("credentialStatus")) or [None]:
        try:
            validate(credential if status is None else {**credential, "credentialStatus": status})
        except JsonSchemaValueException as error:
            raise NotOpenBadges(str(error.message).replace("data", "credential", 1)) from None


def schema_bytes() -> bytes:
    """The shipped bytes of the schema. Raises RuntimeError if the installed file is not the pinned one."""
    found = resources.files("ampera.cores.credentials").joinpath("schemas", NAME).read_bytes()
    if hashlib.sha256(found).hexdigest() != PIN:
        raise RuntimeError("the installed copy of the Open Badges schema is not the pinned one")
    return found


@cache
def _compiled() -> Callable[[Any], Any]:
    import fastjsonschema

    compiled: Callable[[Any], Any] = fastjsonschema.compile(json.loads(schema_bytes()))
    return compiled
