"""The JSON-LD contexts that we ship, each pinned by SHA-256. Nothing is ever fetched; what is unknown is refused.

A context decides what a signature means: whoever could swap one could make a signed document say something
else. The pins of `credentials/v2` and `data-integrity/v2` are those printed in the Recommendations of VC 2.0,
section B.1, and VC Data Integrity 1.0, section 2.4.1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from ampera.cores.credentials.faults import Undetermined

VC2 = "https://www.w3.org/ns/credentials/v2"
VC1 = "https://www.w3.org/2018/credentials/v1"
DI2 = "https://w3id.org/security/data-integrity/v2"
DI1 = "https://w3id.org/security/data-integrity/v1"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

_OB = "https://purl.imsglobal.org/spec/ob/v3p0/"
PINS: Mapping[str, tuple[str, str]] = {
    VC2: ("credentials-v2.jsonld", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    VC1: ("2018-credentials-v1.jsonld", "3d0b277522ed24385c850b9882b9688687189b8f37a9bd9f1577e348b1019c44"),
    DI2: (
        "data-integrity-v2.jsonld",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    DI1: (
        "data-integrity-v1.jsonld",
        "c6e5073f4bd4bf6d08f245736e6f32c29b012860b18583644b2d71e1de862669",
    ),
    "https://w3id.org/security/suites/ed25519-2020/v1": (
        "security-suites-ed25519-2020-v1.jsonld",
        "67646fbc0d6582ad7fbf08ccf0d3a4bedbb4177fd2d63385de52dc1b092ed6c5",
    ),
    _OB + "context.json": (
        "ob-v3p0.json",
        "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10",
    ),
    _OB + "context-3.0.1.json": (
        "ob-v3p0-3.0.1.json",
        "cfc147db5fd5e3575b06bd471fe04784e92de69296f64a351b8dff0ec3372e9c",
    ),
    _OB + "context-3.0.2.json": (
        "ob-v3p0-3.0.2.json",
        "bba433989e1e700ca60838a3c22378e7d8381aeb0c9590f9ddf84d1714f10296",
    ),
    OB3: ("ob-v3p0-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    _OB + "extensions.json": (
        "ob-v3p0-extensions.json",
        "146f85aa16effd7ca1da8056eb443f53ce1eca8a34186cb062832c0a97d889c3",
    ),
}


def context_bytes(url: str) -> bytes:
    """The shipped bytes of a context.

    Raises Undetermined if it is not one of ours, or if the installed file is not the pinned one.
    """
    if url not in PINS:
        raise Undetermined("unknown_context", f"The context {url} is not one that we ship.")
    name, digest = PINS[url]
    # found by importlib.resources, so that a zipped install works too
    found = resources.files(__name__).joinpath(name).read_bytes()
    if hashlib.sha256(found).hexdigest() != digest:
        raise Undetermined("context_changed", f"The installed copy of {url} is not the pinned one.")
    return found


@cache
def _context(url: str) -> Any:
    return json.loads(context_bytes(url))


def loader(extra: Mapping[str, Any]) -> Callable[[str, Any], dict[str, Any]]:
    """A pyld document loader over the pinned contexts and `extra` (url → context document).

    `extra` can't replace a pinned context.
    """

    def load(url: str, _options: Any) -> dict[str, Any]:
        known = url in PINS or url not in extra  # an unknown one is refused by name in _context
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": _context(url) if known else extra[url],
            # pyld keeps a context under its URL only if it is called static; one given by hand never is
            "tag": "static" if known else None,
        }

    return load
