"""RDF dataset canonicalisation (URDNA2015, which RDFC-1.0 keeps), by pyld, refusing whatever it would leave unsigned.

JSON-LD drops what a context does not define, and relative references, in silence: the signature then holds while
part of the document is not covered by it. Here such a document is refused. The trick: expansion starts from a
vocabulary and a base of our own, so that what is undefined shows up under them instead of disappearing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from pyld import jsonld
from pyld.canon import URDNA2015
from pyld.context_resolver import ContextResolver

from ampera.cores.credentials.contexts import loader
from ampera.cores.credentials.document import Json, as_list
from ampera.cores.credentials.faults import Altered, Fault, Undetermined

# Symmetric blank nodes make canonicalisation factorial; honest credentials stay far below both bounds.
MAX_ALIKE = 5
MAX_WORK = 500

_UNDEFINED = "x-undefined-term:"
_BASE = "x-relative:/"
_RELATIVE = "x-relative:"
_KEYWORDS = {"@id", "@type", "@value", "@language"}
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')

# pyld caches processed contexts in structures that are not safe between threads
_ONE_AT_A_TIME = threading.Lock()
_PINNED_CONTEXTS: dict[str, Any] = {}


def canonicalise(document: Json, *, contexts: Mapping[str, Any] | None = None, foreign: bool = False) -> str:
    """The canonical N-Quads of a JSON-LD document, lines sorted by code point.

    contexts: url → context document, beside the pinned ones (and never in their place). foreign: whether it may be
    written as no certificate of ours or for us is: contexts inside it, full names, directions of text.
    Raises Altered if part of the document would not be signed; Undetermined if a context is unknown, the
    document can't be processed, or its blank nodes are too entangled.
    """
    extra = contexts or {}
    if foreign:
        _check_null(document)
    else:
        _check_raw(document, top=True)
    try:
        with _ONE_AT_A_TIME:
            expanded = _expand(document, extra, inline=foreign)
            _check_expanded(expanded)
            dataset = jsonld.to_rdf(expanded, {"documentLoader": loader({}), "rdfDirection": "i18n-datatype"})
            return str(_Bounded().main(dataset, {"format": "application/n-quads"}))
    except Fault:
        raise
    except Exception as error:  # pyld raises anything on odd input; a verifier must not
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, Fault):
            cause = cause.__cause__ or cause.__context__
        raise cause or Undetermined("not_json_ld", "The document can't be processed as JSON-LD.") from None


def _expand(document: Json, extra: Mapping[str, Any], *, inline: bool) -> Any:
    load = loader(extra)
    # a cache of its own whenever foreign contexts take part, so that they don't pile up
    cache = {} if extra or inline else _PINNED_CONTEXTS
    options = {
        "documentLoader": load,
        "contextResolver": ContextResolver(cache, load),
        "expandContext": {"@vocab": _UNDEFINED},
        "base": _BASE,
    }
    return jsonld.expand(document, options, on_property_dropped=_refuse_dropped)


def _refuse_dropped(name: str | None) -> None:
    raise Altered("undefined_term", f"“{name}” is dropped by the contexts, so it is not signed.")


def _check_null(value: Any) -> None:
    """What only contexts may hold."""
    if value is None:
        raise Altered("unsigned_data", "A value is null, which no signature covers.")
    items = value if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for item in items:
        if not isinstance(item, tuple):
            _check_null(item)
        elif item[0] != "@context":
            _check_null(item[1])


def _check_raw(value: Any, *, top: bool = False) -> None:
    """Before expansion: contexts by URL and at the top only, short names, nothing that stays unsigned."""
    if value is None:
        raise Altered("unsigned_data", "A value is null, which no signature covers.")
    if isinstance(value, list):
        for item in value:
            _check_raw(item)
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        if name == "@context":
            if not top or not all(isinstance(url, str) for url in as_list(item)):
                raise Undetermined("inline_context", "A context is written inside the document.")
        elif name.startswith("@") and name not in _KEYWORDS:
            raise Altered("unsigned_data", f"{name} is used, which the signature may not cover.")
        elif ":" in name:
            # the signature would hold, but a reader who looks for `validUntil` would not find it under its IRI
            raise Undetermined("long_name", f"{name} is written out where its short name is expected.")
        else:
            _check_raw(item)


def _check_expanded(expanded: Any) -> None:
    for iri in _iris(expanded):
        if iri.startswith(_UNDEFINED):
            term = iri.removeprefix(_UNDEFINED)
            raise Altered("undefined_term", f"“{term}” is not defined by the contexts, so it is not signed.")
        if iri.startswith(_RELATIVE) or not _IRI.fullmatch(iri):
            raise Altered("bad_reference", f"“{iri.removeprefix(_BASE)}” is not an absolute reference.")


def _iris(value: Any) -> Iterator[str]:
    """Every IRI of an expanded document: properties, types, datatypes, ids."""
    if isinstance(value, list):
        for item in value:
            yield from _iris(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in ("@id", "@type"):
                yield from (iri for iri in as_list(item) if iri != "@json")
            elif not name.startswith("@"):
                yield name
                yield from _iris(item)
            elif name != "@value":
                yield from _iris(item)


class _Bounded(URDNA2015):  # type: ignore[misc]  # pyld has no types
    """URDNA2015 that gives up on graphs made to be slow."""

    def __init__(self) -> None:
        super().__init__()
        self.work = 0

    def hash_n_degree_quads(self, id_: str, issuer: Any) -> Any:
        self.work += 1
        alike = self.create_hash_to_related(id_, issuer).values()
        if self.work > MAX_WORK or any(len(group) > MAX_ALIKE for group in alike):
            raise Undetermined("too_entangled", "The document has too many nodes that look alike.")
        return super().hash_n_degree_quads(id_, issuer)
