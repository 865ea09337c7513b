"""The pages of certificates: to hold, to check, to issue and revoke; what other people's verifiers read."""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from ampera.apps.certificates import api as certificates
from ampera.apps.certificates import codes, paper
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.cores.credentials import attachment, blank, carrier
from ampera.cores.credentials.verdict import verify

from .taught_class import FIRST, SECOND, attended, key, seated, signed_in, taught

NOW = datetime(2027, 7, 1, 3, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """Set the time that the pages see."""
    settings.SESSION_COOKIE_AGE = 10 * 366 * 86_400

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(NOW)
    return at


@pytest.fixture(scope="module")
def klass(once):
    found, _persons = taught(2)
    return found


@pytest.fixture
def issued(klass) -> certificates.Certificate:
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)
    certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    person = min(certificates.certified(klass.round_id))
    return certificates.of_person(person)[0]


@pytest.fixture
def officers(klass):
    return [signed_in(f"+62811000000{n}", role="officer") for n in (1, 2)]


@pytest.fixture
def visitor():
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    return client


def text(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def page(name: str, *args: object) -> str:
    return reverse(f"certificates:{name}", args=args)


def upload(data: bytes) -> dict[str, object]:
    return {"file": SimpleUploadedFile("sertifikat.json", data)}


# --- everybody ---


def test_whoever_has_the_link_sees_the_certificate_and_search_engines_stay_out(visitor, issued):
    shown = visitor.get(page("page", issued.id))
    for words in ("Siswa 1", "CONTOH", "Sertifikat Capaian", "Kecakapan Digital: Dasar", "Certificate of Achievement", "DigComp 3.0", "CC BY 4.0", "lesson hours (JP)", "jam pelajaran (JP)"):  # fmt: skip
        assert words in text(shown)
    assert shown["X-Robots-Tag"] == "noindex"
    assert visitor.get(page("page", uuid.uuid4())).status_code == 404


def test_the_file_is_what_was_signed_byte_for_byte(visitor, issued):
    saved = visitor.get(page("file", issued.id))
    assert saved.content.decode() == issued.json and saved["Content-Type"] == "application/vc"
    assert "attachment" in saved["Content-Disposition"]


def test_the_qr_code_is_a_drawing_without_a_script(visitor, issued):
    drawn = visitor.get(page("qr", issued.id))
    assert drawn["Content-Type"] == "image/svg+xml" and b"<path" in drawn.content
    assert b"<script" not in drawn.content and b"style=" not in drawn.content


def test_the_qr_code_holds_the_certificate_and_leads_any_phone_to_it(visitor, issued):
    digits = carrier.parts(carrier.pack(issued.json.encode()))[1]
    assert visitor.get(page("code", digits))["Location"] == page("page", issued.id)
    changed = digits[:80] + str((int(digits[80]) + 1) % 10) + digits[81:]
    assert "something was changed after signing" in text(visitor.get(page("code", changed)))
    assert "not as any certificate gives it" in text(visitor.get(page("code", "0" + digits)))
    for other in (digits[:-1] + "2", digits[:-9], "7", "1"):
        assert "Can't be decided" in text(visitor.get(page("code", other)))


def test_the_pdf_carries_the_file_byte_for_byte_and_can_be_checked_here(visitor, issued):
    shown = visitor.get(page("page", issued.id))
    assert page("pdf", issued.id) in shown.content.decode()
    saved = visitor.get(page("pdf", issued.id))
    assert saved["Content-Type"] == "application/pdf" and "attachment" in saved["Content-Disposition"]
    assert attachment.attached(saved.content) == issued.json.encode()
    by_file = {"file": SimpleUploadedFile("sertifikat.pdf", saved.content)}
    assert "only an example (CONTOH)" in text(visitor.post(page("check"), by_file))
    by_code = {"link": carrier.pack(issued.json.encode())}
    assert "only an example (CONTOH)" in text(visitor.post(page("check"), by_code))
    not_one = {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")}
    assert "No certificate is attached" in text(visitor.post(page("check"), not_one))


def test_a_server_without_the_pdf_part_says_so_in_words(visitor, issued, monkeypatch):
    monkeypatch.setattr(paper, "available", lambda: False)
    shown = visitor.get(page("page", issued.id))
    assert page("pdf", issued.id) not in shown.content.decode() and "ampera[pdf]" in text(shown)
    assert "PDF part is not installed" in text(visitor.get(page("pdf", issued.id), follow=True))


def test_the_templates_of_the_codes_are_published_signed_and_rebuild_them(visitor, issued):
    (name, address), *others = json.loads(visitor.get(page("templates")).content).items()
    assert not others
    did = json.loads(issued.json)["issuer"]["id"]
    document = json.loads(visitor.get(page("did_demo")).content)
    opened = blank.open_published(visitor.get(address).content, issuers={did: document})
    assert carrier.unpack(carrier.pack(issued.json.encode()), {name: opened}) == issued.json.encode()
    assert visitor.get(page("template", "0" * 12)).status_code == 404


def test_a_stranger_s_verifier_finds_keys_and_status_at_the_addresses_that_the_file_names(visitor, issued):
    saved = json.loads(visitor.get(page("file", issued.id)).content)
    did = saved["issuer"]["id"]
    document = json.loads(visitor.get("/" + "/".join(did.split(":")[3:]) + "/did.json").content)
    assert document["id"] == did
    lists = {}
    named = saved["credentialStatus"]["statusListCredential"]
    for address in (named, f"{named}/suspensions"):
        listed = visitor.get(re.sub(r"^https?://[^/]+", "", address))
        assert "max-age" in listed["Cache-Control"] and listed["Access-Control-Allow-Origin"] == "*"
        assert json.loads(listed.content)["id"] == address
        lists[address] = listed.content
    verdict = verify(
        saved,
        now=NOW,
        issuers={did: document},
        status_lists=lists,
        trusted=frozenset({did}),
        allow_samples=True,
    )
    assert verdict.verdict == "valid"


def test_in_a_demo_the_city_itself_has_no_keys(visitor, issued):
    assert visitor.get(page("did")).status_code == 404
    assert visitor.get("/status/99").status_code == 404


def test_a_demo_certificate_checks_as_not_ours_and_says_that_it_is_an_example(visitor, issued):
    for response in (
        visitor.post(page("check"), upload(issued.json.encode())),
        visitor.post(page("check"), {"text": issued.json}),
        visitor.post(page("check"), {"link": f"http://127.0.0.1:8000/sertifikat/{issued.id}/"}),
        visitor.get(page("check"), {"id": str(issued.id)}),
    ):
        assert "Not one of ours" in text(response) and "example (CONTOH)" in text(response)
        assert "Siswa 1" in text(response) and "As of the status list of" in text(response)


def test_what_an_altered_file_claims_is_not_shown(visitor, issued):
    shown = visitor.post(page("check"), upload(issued.json.replace("Siswa 1", "Rektor").encode()))
    assert "Altered" in text(shown) and "Rektor" not in text(shown)
    assert "No status list was looked at" in text(shown)


@pytest.mark.parametrize(
    "sent, says",
    [
        ({}, "Choose a file, or give a link, or paste the text"),
        ({"text": "hello"}, "neither a certificate's JSON or PDF, nor a photo"),
        ({"text": '{"a": 1}'}, "no certificate"),
        ({"link": "https://evil.example/x"}, "leads to another site"),
        ({"link": "nothing"}, "no such certificate here"),
    ],
)
def test_what_can_not_be_checked_is_answered_in_plain_words(visitor, klass, sent, says):
    assert says in text(visitor.post(page("check"), sent))


def test_a_photo_is_answered_in_plain_words(visitor, klass):
    assert "can't be opened" in text(visitor.post(page("check"), upload(b"\x89PNG\r\n\x1a\n\x00")))


def test_a_photo_of_the_code_is_checked_like_the_file(visitor, issued):
    picture = io.BytesIO()
    codes.code(carrier.pack(issued.json.encode())).save(picture, kind="png", scale=3, border=4)
    shown = text(visitor.post(page("check"), upload(picture.getvalue())))
    assert "only an example (CONTOH)" in shown and "Siswa 1" in shown
    empty = io.BytesIO()
    Image.new("L", (200, 200), 255).save(empty, "PNG")
    assert "No QR code found" in text(visitor.post(page("check"), upload(empty.getvalue())))


def test_the_address_of_an_achievement_says_what_is_certified(visitor, issued):
    named = json.loads(issued.json)["credentialSubject"]["achievement"]["id"]
    path = re.sub(r"^https?://[^/]+", "", named)
    assert "Dasar" in text(visitor.get(path)) and "LO1.1.05" in text(visitor.get(path))
    for missing in ("/sertifikat/capaian/mahir/exam-dasar-1", "/sertifikat/capaian/dasar/nothing"):
        assert visitor.get(missing).status_code == 404


# --- officers ---


def test_one_officer_proposes_the_other_confirms_and_nobody_does_both(officers, klass):
    first, second = officers
    url = page("class", klass.id)
    assert "Propose to issue" in text(first.get(url))
    first.post(page("propose", klass.id), {"key": key()})
    assert "Another officer confirms" in text(first.get(url))
    waiting = text(first.get(page("office")))
    assert "Waiting for a second person" in waiting and "Proposed by officer 1" in waiting
    action = re.search(r'action="([^"]+terbitkan/)"', second.get(url).content.decode())[1]
    assert "you proposed these certificates" in text(first.post(action, {"key": key()}))
    once = key()
    for _ in range(2):
        assert second.post(action, {"key": once}).url == url
    done = text(second.get(url))
    assert "2 certificates were issued" in done and "Issued already 2 of 2" in done
    assert len(certificates.certified(klass.round_id)) == 2
    assert text(second.get(page("office"))).count("Standing") >= 2


def test_the_classes_say_how_far_issuing_has_come(officers, klass):
    level = f"{page('classes')}?round={klass.round_id}&level={klass.level}"
    classes = len(programme.classes(klass.round_id, level=klass.level, drawn=None))
    before = text(officers[0].get(level))
    assert "Issued, of those who passed 0 of 2" in before and "a second person 0" in before
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)
    assert "a second person 1" in text(officers[0].get(level))
    certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    after = text(officers[0].get(level))
    assert "Issued, of those who passed 2 of 2" in after and f"with certificates 1 of {classes}" in after


def test_the_list_says_who_gets_none_and_why(officers, klass):
    attended(klass, seated(klass, 1, start=3), meetings=1)
    shown = text(officers[0].get(page("class", klass.id)))
    assert "Attended too few meetings" in shown and shown.count("Gets a certificate") == 2


def test_an_officer_revokes_with_a_reason_that_the_public_does_not_see(officers, visitor, issued, clock):
    url = page("one", issued.id)
    unfilled = text(officers[0].post(url, {"key": key()}))
    assert "Write why" in unfilled and "Choose what you decide" in unfilled
    once = key()
    for _ in range(2):
        officers[0].post(url, {"key": once, "verb": "revoke", "reason": "Joki ujian"})
    assert "Joki ujian" in text(officers[0].get(url))
    clock(NOW + timedelta(minutes=1))
    shown = text(visitor.get(page("page", issued.id)))
    assert "Revoked" in shown and "Joki" not in shown
    assert "Revoked" in text(visitor.post(page("check"), {"text": issued.json}))
    assert text(officers[0].get(page("office"), {"state": "revoked"})).count("Siswa") == 1
    assert "No certificate here" in text(
        officers[0].get(page("office"), {"state": "revoked", "level": "ahli"})
    )


def test_an_officer_suspends_and_reinstates_and_every_page_says_so(officers, visitor, issued, clock):
    url = page("one", issued.id)

    def decide(verb: str, minutes: int) -> str:
        officers[0].post(url, {"key": key(), "verb": verb, "reason": "Diperiksa"})
        clock(NOW + timedelta(minutes=minutes))
        return text(officers[0].get(url))

    shown = decide("suspend", 1)
    assert "suspended" in shown and "Diperiksa" in shown and "Reinstate it: it counts again" in shown
    assert "Suspended" in text(visitor.get(page("page", issued.id)))
    assert text(officers[0].get(page("office"), {"state": "suspended"})).count("Siswa") == 1
    assert "Suspended" in text(signed_in(people.phone(issued.person_id)).get(page("wallet")))
    assert "stands again" in decide("reinstate", 2)
    assert "CONTOH" in text(visitor.get(page("page", issued.id)))
    assert "Suspended" not in text(visitor.get(page("page", issued.id)))
    decide("revoke", 3)
    assert "Revoked" in text(visitor.get(page("page", issued.id)))
    assert "Save the decision" not in decide("suspend", 4), "what is revoked stays revoked"


def test_only_officers_issue_and_revoke(visitor, klass, issued):
    inspector = signed_in("+628110000007", role="inspector")
    gets = [page("office"), page("classes"), page("class", klass.id), page("one", issued.id)]
    posts = [page("propose", klass.id), page("confirm", 1), page("one", issued.id)]
    for client, refused in ((visitor, 302), (inspector, 404), (signed_in("+6281200000001"), 404)):
        assert {client.get(url).status_code for url in gets} == {refused}
        assert {client.post(url, {"key": key(), "reason": "x"}).status_code for url in posts} == {refused}


# --- budgets ---


def test_every_page_is_light(officers, visitor, klass, issued, django_assert_max_num_queries):
    more = seated(klass, 12, start=3)
    attended(klass, more)
    programme.propose_lock(klass.round_id, key="p", by=FIRST, now=NOW)
    office = [page("office"), page("classes"), page("class", klass.id), page("one", issued.id)]
    public = [
        page("page", issued.id),
        page("check"),
        page("check") + f"?id={issued.id}",
        page("file", issued.id),
    ]
    for client, url in [*((officers[0], url) for url in office), *((visitor, url) for url in public)]:
        client.get(url)
        with django_assert_max_num_queries(12):
            response = client.get(url)
        assert response.status_code == 200, url
        assert len(gzip.compress(response.content)) < 12_000, url
