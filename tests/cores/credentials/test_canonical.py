"""Nothing unsigned gets past the signature, and no context gets past its pin."""

import hashlib
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampera.cores.credentials import contexts, proof
from ampera.cores.credentials.canonical import canonicalise
from ampera.cores.credentials.contexts import PINS, context_bytes, loader
from ampera.cores.credentials.document import parse
from ampera.cores.credentials.faults import Altered, Fault, Undetermined

from .city import ISSUED


def test_every_shipped_context_is_the_pinned_one():
    for url, (_, digest) in PINS.items():
        assert hashlib.sha256(context_bytes(url)).hexdigest() == digest


def test_a_shipped_context_that_was_changed_is_refused(monkeypatch):
    url, (name, _) = next(iter(PINS.items()))
    monkeypatch.setattr(contexts, "PINS", {url: (name, "0" * 64)})
    with pytest.raises(Undetermined, match="not the pinned one"):
        context_bytes(url)


def test_a_context_given_by_hand_does_not_replace_a_pinned_one():
    url = next(iter(PINS))
    assert loader({url: {"@context": {}}})(url, None)["document"] == json.loads(context_bytes(url))


def test_a_context_given_for_one_check_is_forgotten_by_the_next(city):
    document = {
        **city.credential(),
        "@context": [*city.credential()["@context"], "https://a.example/c"],
        "x": "y",
    }
    for iri in ("https://a.example/1", "https://a.example/2"):
        assert iri in canonicalise(document, contexts={"https://a.example/c": {"@context": {"x": iri}}})
    with pytest.raises(Undetermined, match=r"a\.example/c"):
        canonicalise(document)


def terms(context):
    """(term, IRI) of a context and of all that are scoped to its terms."""
    for part in context if isinstance(context, list) else [context]:
        for term, means in (part or {}).items():
            if not term.startswith("@"):
                iri = means if isinstance(means, str) else (means or {}).get("@id", "")
                yield term, iri
                if isinstance(means, dict):
                    yield from terms(means.get("@context"))


def test_no_shipped_context_has_a_second_name_for_what_a_verdict_rests_on():
    """Else a certificate could be rewritten, under the same signature, so that its end or status is overlooked."""
    read = {"validFrom", "validUntil", "issuanceDate", "expirationDate", "issuer", "credentialSubject"}
    read |= {"credentialStatus", "statusPurpose", "statusListIndex", "statusListCredential", "encodedList"}
    pairs = [pair for url in PINS for pair in terms(json.loads(context_bytes(url))["@context"])]
    tails = {(term, iri.replace("#", ":").rpartition(":")[2]) for term, iri in pairs}
    assert {term for term, _ in tails} >= read
    assert [(term, tail) for term, tail in tails if tail in read and term != tail] == []


def nowhere(city, path, name, value):
    document = city.credential()
    place = document
    for step in path:
        place = place[step]
    place[name] = value
    return document


@pytest.mark.parametrize(
    ("path", "name", "value", "code"),
    [
        ((), "nilai", "A", "undefined_term"),
        (("credentialSubject",), "nik", "1671", "undefined_term"),
        (("credentialSubject", "achievement", "alignment", 0), "weight", 1, "undefined_term"),
        (("issuer",), "type", ["Profile", "Ministry"], "undefined_term"),
        ((), "description", None, "unsigned_data"),
        ((), "@index", "x", "unsigned_data"),
        ((), "@graph", [], "unsigned_data"),
        ((), "https://www.w3.org/2018/credentials#validUntil", "2090-01-01T00:00:00Z", "long_name"),
        (("issuer",), "id", "kota", "bad_reference"),
        (("issuer",), "id", "//kota.example", "bad_reference"),
        (("credentialSubject",), "id", "_:b0", "bad_reference"),
        (("credentialSubject",), "id", "urn:x> <urn:y", "bad_reference"),
        (("credentialSubject",), "@context", {"nik": "https://a.example/nik"}, "inline_context"),
        ((), "@context", ["https://www.w3.org/ns/credentials/v2", {"nik": "urn:nik"}], "inline_context"),
        ((), "@context", ["https://www.w3.org/ns/credentials/v2", "https://a.example/c"], "unknown_context"),
    ],
)
def test_what_no_signature_would_cover_is_refused_by_name(city, path, name, value, code):
    with pytest.raises(Fault) as refused:
        canonicalise(nowhere(city, path, name, value))
    assert refused.value.code == code
    with pytest.raises(Fault):
        proof.sign(nowhere(city, path, name, value), signer=city.signer, created=ISSUED)


def test_a_graph_made_to_be_slow_is_given_up(city):
    alike = [{"type": ["Profile"], "otherIdentifier": [{"type": "IdentifierEntry"}] * 9} for _ in range(9)]
    document = city.credential()
    document["issuer"]["parentOrg"] = alike
    with pytest.raises(Undetermined, match="look alike"):
        canonicalise(document)


def test_a_name_written_twice_is_refused_since_readers_differ():
    with pytest.raises(Altered, match="twice"):
        parse(b'{"name": "Ana", "name": "Budi"}')


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"7", b"\xff", b'{"a": NaN}', b'"x"', b'{"a": "\\ud800"}', b"[" * 90_000]
)
def test_what_is_no_json_object_is_undetermined(data):
    with pytest.raises(Undetermined):
        parse(data)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fall_over(data):
    with suppress(Fault):
        assert isinstance(parse(data), dict)
