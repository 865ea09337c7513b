"""Keys and the names they go by; status lists by the specification's example."""

import gzip
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampera.cores.credentials import form, keys, status, template
from ampera.cores.credentials.faults import Undetermined

from . import city

KEY = keys.Key(bytes(range(32)))
WRAP = bytes(32)
SPEC_EXAMPLE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def test_the_specifications_empty_list_and_ours_decode_to_zeros():
    """Bitstring Status List 1.0, section 1.3, example 4 and section 3.3."""
    assert status.decode(SPEC_EXAMPLE) == status.decode(status.encode([])) == bytes(16_384)
    assert len(status.encode([])) <= len(SPEC_EXAMPLE)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, status.ENTRIES - 1), max_size=200))
def test_exactly_the_marked_indices_come_back(marked):
    bits = status.decode(status.encode(marked))
    assert {index for index in range(status.ENTRIES) if status.is_marked(bits, index)} == marked


def test_index_0_is_the_leftmost_bit():
    assert status.decode(status.encode([0, 15]))[:2] == b"\x80\x01"


def packed(data):
    return "u" + urlsafe_b64encode(gzip.compress(data, mtime=0)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "u",
        SPEC_EXAMPLE[1:],
        SPEC_EXAMPLE[:-8],
        "z" + SPEC_EXAMPLE,
        "u****",
        packed(bytes(16_383)),
        packed(bytes(status.MAX_ENTRIES // 8 + 1)),
    ],
)
def test_a_list_that_is_broken_short_or_a_bomb_is_refused(text):
    with pytest.raises(Undetermined):
        status.decode(text)


@pytest.mark.parametrize(
    ("marked", "entries"), [([status.ENTRIES], status.ENTRIES), ([-1], status.ENTRIES), ([], 8)]
)
def test_an_index_outside_the_list_or_a_short_list_is_refused(marked, entries):
    with pytest.raises(ValueError):
        status.encode(marked, entries=entries)


@given(st.binary(max_size=80))
def test_base58_comes_back(data):
    assert keys.unbase58(keys.base58(data)) == data


def test_base58_is_the_one_of_bitcoin():
    """draft-msporny-base58-03, section 5."""
    assert keys.base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert keys.base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"


def test_a_sealed_key_opens_only_with_its_wrapping_key_and_did():
    sealed = keys.seal(KEY, wrapping_key=WRAP, nonce=bytes(12), did="did:web:a.example")
    assert KEY.seed not in sealed and len(sealed) == 60
    assert keys.unseal(sealed, wrapping_key=WRAP, did="did:web:a.example") == KEY
    for wrap, did, data in [
        (b"\1" * 32, "did:web:a.example", sealed),
        (WRAP, "did:web:b.example", sealed),
        (WRAP, "did:web:a.example", sealed[:-1] + b"\0"),
    ]:
        with pytest.raises(ValueError, match="does not open"):
            keys.unseal(data, wrapping_key=wrap, did=did)


def test_a_key_never_shows_its_secret():
    assert KEY.seed.hex() not in repr(KEY) and repr(KEY.seed) not in repr(KEY)


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
    ],
)
def test_did_web_is_served_where_its_method_says(did, url):
    """The examples of the did:web method specification, section 3.2."""
    assert keys.did_web_url(did) == url


def test_did_web_of_a_port_and_path():
    assert keys.did_web("example.com:3000", "user", "alice") == "did:web:example.com%3A3000:user:alice"
    assert keys.is_demo(keys.did_web("kota.example", "contoh")) and not keys.is_demo("did:web:contoh.example")


def test_a_retired_key_stays_in_the_document_with_its_end():
    old = keys.PublishedKey(bytes(32), expires=datetime(2026, 1, 1, tzinfo=UTC))
    document = keys.did_document("did:web:a.example", [keys.PublishedKey(KEY.public), old])
    assert document["verificationMethod"][1]["expires"] == "2026-01-01T00:00:00Z"
    assert len(document["assertionMethod"]) == 2 and KEY.did_key in document["alsoKnownAs"]


def test_a_signer_may_be_a_remote_service_that_never_gives_its_key_away():
    class Remote:
        """Stands for an HSM: it holds the key and answers with signatures only."""

        def __init__(self) -> None:
            self.asked: list[bytes] = []

        def sign(self, message: bytes) -> bytes:
            self.asked.append(message)
            return city.KEY.signer("did:web:x").sign(message)

    remote, here = Remote(), city.City()
    far = keys.Signer(here.signer.method, remote.sign)
    signed = template.prepare(here.frame(), signer=far, created=city.ISSUED).issue(
        id=city.ID,
        subject_id=city.SUBJECT,
        holder_name="Siti",
        result=form.Result(2, 0.0, 0.3),
        indices=[7, 7],
    )
    assert here.judge(signed).verdict == "valid" and [len(m) for m in remote.asked] == [64]
