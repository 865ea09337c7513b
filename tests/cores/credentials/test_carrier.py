"""The QR's text: it gives the certificate back byte for byte, and nothing else does."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ampera.cores.credentials import blank, carrier, document, form, keys
from ampera.cores.credentials.faults import Altered, Fault, Undetermined
from ampera.cores.credentials.form import Result

from .city import ID, ISSUED, SUBJECT, City
from .test_template import names, results, urns

CITY = City()
TEMPLATE = CITY.template()


SHOWN = Result(2, 0.42, 0.31)


def issued(name="Siti Aminah", *, id=ID, subject=SUBJECT, result=SHOWN, indices=(7, 7)):
    return TEMPLATE.issue(id=id, subject_id=subject, holder_name=name, result=result, indices=indices)


@cache
def blanks():
    found, _person, _signature = blank.split(issued())
    return {found.id: found}


def judged(text):
    """The verdict's word on a text, as whoever scans it learns it."""
    try:
        return CITY.judge(carrier.unpack(text, blanks())).verdict
    except Fault as fault:
        return fault.verdict


@settings(max_examples=60, deadline=None)
@given(urns, urns, names, results, st.integers(0, 131_071), st.integers(0, 131_071))
@example(ID, SUBJECT, "SITI AMINAH", Result(8, -0.001, 99.999), 0, 131_071)
@example(ID, SUBJECT, "Ma'ruf bin Sa'id, S.Pd.", Result(1, -99.99, 0.0), 0, 0)
@example(ID, SUBJECT, "\u212aelvin İ ß", Result(1, 0.0, 0.0), 0, 0)
@example(ID, SUBJECT, "😀" * 120, Result(1, 0.0, 0.0), 0, 0)
def test_the_whole_certificate_comes_back_from_the_digits(id, subject, name, result, first, second):
    data = issued(name, id=id, subject=subject, result=result, indices=(first, second))
    text = carrier.pack(data)
    assert carrier.unpack(text, blanks()) == data
    assert carrier.peek(text).id == id and carrier.peek(text).blank in blanks()


def signed(text):
    """Whether what comes back bears a signature that fits: by the quick path, which others' tests equal to the full."""
    try:
        data = carrier.unpack(text, blanks())
        _blank, person, signature = blank.split(data)
        form.values(
            id=person.id, subject_id=person.subject_id, holder_name=person.holder_name,
            result=Result(int(person.level), float(person.ability), float(person.error)), indices=(0, 0),
        )  # fmt: skip
    except (Fault, ValueError):
        return False
    message = TEMPLATE.config_hash + TEMPLATE.lines.digest(person)
    return keys.signature_holds(CITY.key.public, signature, message)


@pytest.mark.parametrize("name", ["Siti Aminah", 'Sri "Ayu" \\ 😀'])
def test_no_other_character_at_any_place_gives_a_sound_certificate(name):
    text = carrier.pack(issued(name))
    assert signed(text) and judged(text) == "valid"
    for place, letter in enumerate(text):
        others = (
            [n for n in "0123456789" if n != letter] if letter.isdigit() else ["X" if letter != "X" else "Y"]
        )
        for other in others[place % 3 :: 3]:
            assert not signed(text[:place] + other + text[place + 1 :]), place
    for place in range(3, len(text), 40):
        other = text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
        assert judged(other) in ("altered", "undetermined"), place


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_digits_changed_dropped_or_added_are_never_valid(data):
    text = carrier.pack(issued())
    address, digits = carrier.parts(text)
    place = data.draw(st.integers(0, len(digits)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text("0123456789", max_size=3))
    changed = digits[:place] + put + digits[place + cut :]
    assume(changed != digits)
    assert judged(address + changed) in ("altered", "undetermined")


@settings(max_examples=80)
@given(st.one_of(st.text(max_size=60), st.integers(0, 10**1600).map(lambda n: f"HTTPS://KOTA.EXAMPLE/Q/{n}")))
def test_any_text_is_refused_in_words_and_never_crashes(text):
    with pytest.raises((Altered, Undetermined)):
        carrier.unpack(text, blanks())


def test_the_address_is_the_issuer_s_and_survives_what_browsers_make_of_it():
    text = carrier.pack(issued())
    address, digits = carrier.parts(text)
    assert address == "HTTPS://KOTA.EXAMPLE/Q/" and digits.isdigit()
    assert judged(f"https://kota.example/Q/{digits}") == "valid"
    assert judged(f"https://evil.example/Q/{digits}") == "altered"


def test_without_its_template_a_code_can_t_be_decided_and_says_which_one():
    text = carrier.pack(issued())
    with pytest.raises(Undetermined, match=carrier.peek(text).blank):
        carrier.unpack(text, {})


def test_a_certificate_that_the_digits_could_not_give_back_is_not_packed():
    spaced = issued().replace(b'","type"', b'", "type"', 1)
    other = document.to_bytes({**CITY.signed(), "description": "x"})
    for data in (spaced, other, document.to_bytes(CITY.credential()), b"{"):
        with pytest.raises(ValueError, match="QR code"):
            carrier.pack(data)


def test_full_and_quick_path_share_one_template():
    found, person, signature = blank.split(document.to_bytes(CITY.signed()))
    assert {found.id: found} == blanks()
    assert found.fill(person, signature) == document.to_bytes(CITY.signed())


def test_a_name_is_written_in_as_few_bits_as_its_letters_need():
    def digits(name):
        return len(carrier.parts(carrier.pack(issued(name)))[1])

    assert digits("Siti Aminah") == digits("SITI AMINAH") < digits("Siti AMINAH") < digits("Síti Aminah")


# --- templates are published and signed ---


def published():
    (found,) = blanks().values()
    return blank.publish(found, signer=CITY.signer, created=ISSUED)


def test_a_published_template_opens_with_the_issuer_s_key_only():
    (found,) = blanks().values()
    assert blank.open_published(published(), issuers=CITY.documents()) == found
    with pytest.raises(Undetermined, match="not at hand"):
        blank.open_published(published(), issuers={})
    with pytest.raises(Altered, match="retired"):
        blank.open_published(published(), issuers=CITY.documents(revoked=ISSUED))
    with pytest.raises(ValueError, match="another issuer"):
        blank.publish(found, signer=CITY.key.signer("did:web:other.example"), created=ISSUED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Pemerintah Kota", b"Pemerintah Desa"),
        (b'"lines":["', b'"lines":["x'),
        (b"2026-03-02T01:00:00Z\",\"verificationMethod\":\"did:web:kota.example#z6Mk", b""),
        (b'"type":"AmperaTemplate"', b'"type":"Template"'),
        (b"~slot:holder_name~", b"Siti Aminah"),
        (b"~slot:holder_name~", b"~slot:other~"),
        (b'"id":"', b'"id":"0'),
        (b'"signature":"z', b'"signature":"z1'),
    ],
)  # fmt: skip
def test_a_template_with_anything_changed_is_refused(old, new):
    changed = published().replace(old, new)
    if changed == published():
        changed = published()[:-40] + b"}"
    with pytest.raises((Altered, Undetermined)):
        blank.open_published(changed, issuers=CITY.documents())


def test_a_page_without_json_ld_gets_the_signed_bytes_from_the_template_s_lines():
    """Substitute, sort by code point, hash: what the check in flight mode does."""
    from ampera.cores.credentials.template import SLOTS, fills

    file = document.parse(published())
    _blank, person, signature = blank.split(issued('Sri "Ayu" \\ ~slot:id~'))
    filled = fills(person, lambda name: name.replace("\\", "\\\\").replace('"', '\\"'))
    lines = sorted(SLOTS.sub(lambda slot: filled[slot[1]], line) for line in file["lines"])
    message = bytes.fromhex(file["options"]) + hashlib.sha256("".join(lines).encode()).digest()
    assert keys.signature_holds(CITY.key.public, signature, message)
    assert person.holder_name == unicodedata.normalize("NFC", 'Sri "Ayu" \\ ~slot:id~')
