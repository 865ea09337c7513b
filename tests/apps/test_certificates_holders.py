"""A holder's own: the page shown or withdrawn, the wallet; a name corrected after the certificate was issued."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ampera.apps.audit import api as audit
from ampera.apps.certificates import api as certificates
from ampera.apps.certificates.models import Credential, Reissue, Withdrawn
from ampera.apps.people import api as people
from ampera.apps.people.models import Identity

from .taught_class import FIRST, SECOND, SYSTEM, key, signed_in, taught

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


@pytest.fixture
def issued() -> certificates.Certificate:
    klass, _persons = taught(2)
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)
    certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    return certificates.of_person(min(certificates.certified(klass.round_id)))[0]


@pytest.fixture
def holder(issued) -> Client:
    return signed_in(people.phone(issued.person_id))


@pytest.fixture
def visitor() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    return client


def page(name: str, *args: object) -> str:
    return reverse(f"certificates:{name}", args=args)


def text(response) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# --- the page ---


def test_a_holder_withdraws_the_page_and_the_file_goes_on_verifying(issued, holder, visitor):
    withdraw = {"key": "11111111-1111-4111-8111-111111111111", "shown": "no"}
    for _again in range(2):
        assert holder.post(page("share", issued.id), withdraw).status_code == 302
    for name in ("page", "file", "qr"):
        assert visitor.get(page(name, issued.id)).status_code == 410
        assert holder.get(page(name, issued.id)).status_code == 200
    assert "Its holder has withdrawn this page" in text(visitor.get(page("page", issued.id)))
    assert "Its holder has withdrawn this page" in text(visitor.get(page("check"), {"id": str(issued.id)}))
    assert "Siswa" not in text(visitor.get(page("check"), {"id": str(issued.id)}))
    assert "example (CONTOH)" in text(visitor.post(page("check"), {"text": issued.json}))
    assert len(audit.events(verb="certificate.withdrawn")) == 1
    holder.post(page("share", issued.id), {"key": "11111111-1111-4111-8111-111111111112", "shown": "yes"})
    assert visitor.get(page("page", issued.id)).status_code == 200
    assert len(audit.events(verb="certificate.shown")) == 1


def test_the_page_reads_once_even_when_its_status_lists_have_to_be_signed_anew(
    issued, holder, visitor, clock
):
    def queries(client: Client, day: int) -> int:
        clock(NOW + timedelta(days=day))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page("page", issued.id)).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in seen)

    assert queries(visitor, 2) <= 7 and queries(visitor, 2) <= 4
    certificates.share(issued.id, shown=False, key=key(), by=SYSTEM, now=NOW)
    assert queries(holder, 4) <= 11 and queries(holder, 4) <= 8


def test_nobody_else_withdraws_a_page(issued, visitor):
    other = signed_in("+628110000077")
    for client in (visitor, other):
        assert client.post(page("share", issued.id), {"key": key(), "shown": "no"}).status_code == 404
    assert not Withdrawn.objects.exists()
    assert "Withdraw the page" not in text(other.get(page("page", issued.id)))


# --- the wallet ---


def test_the_wallet_lists_a_holders_certificates_and_those_of_nobody_else(issued, holder, visitor):
    shown = text(holder.get(page("wallet")))
    assert "Siswa 1" in shown and "CONTOH" in shown and "Siswa 2" not in shown
    assert visitor.get(page("wallet")).status_code == 302
    assert "No certificates yet" in text(signed_in("+628110000077").get(page("wallet")))


def test_the_page_that_a_phone_keeps_holds_nobodys_name(issued, holder):
    assert "Siswa" not in holder.get(page("wallet_offline")).content.decode()


def test_a_worker_names_what_it_keeps_and_is_another_when_a_file_changes(visitor, monkeypatch, tmp_path):
    from ampera.apps.certificates import offline

    for name, scope in (("check_worker", "/periksa/"), ("wallet_worker", "/dompet/")):
        answer = visitor.get(page(name))
        assert answer["Content-Type"].startswith("text/javascript") and page(name).startswith(scope)
        keeps = json.loads(answer.content.decode().split("\n")[0].removeprefix("const KEEPS = ").rstrip(";"))
        assert "/periksa/bahan.json" in keeps["pages"] and len(keeps["version"]) == 16
        assert all(visitor.get(url).status_code == 200 for url in keeps["pages"])
    before = offline._version(("certificates/worker.js",))
    offline._version.cache_clear()
    changed = tmp_path / "worker.js"
    changed.write_text("x")
    monkeypatch.setattr(offline, "path", lambda _name: changed)
    assert offline._version(("certificates/worker.js",)) != before
    offline._version.cache_clear()


# --- a corrected name ---


def renamed(issued, name: str) -> None:
    Identity.objects.filter(person=issued.person_id).update(name=name)


def test_a_corrected_name_is_issued_anew_by_two_and_the_old_one_is_revoked(issued):
    renamed(issued, "Siswa Satu")
    later = NOW + timedelta(days=40)
    certificates.propose_reissue(issued.id, key=key(), by=FIRST, now=later)
    with pytest.raises(certificates.SamePerson):
        certificates.confirm_reissue(issued.id, key=key(), by=FIRST, now=later)
    new_id = certificates.confirm_reissue(issued.id, key="k", by=SECOND, now=later)
    assert certificates.confirm_reissue(issued.id, key="k", by=SECOND, now=later) == new_id
    old, new = certificates.credential(issued.id), certificates.credential(new_id)
    assert old.revoked and old.reason == "reissued" and not new.revoked
    assert certificates.check(old.json.encode(), now=later).verdict == "revoked"
    assert certificates.check(new.json.encode(), now=later).code == "sample"
    was, now_is = (certificates.shown(c.json.encode()) for c in (old, new))
    assert now_is.values.holder_name == "Siswa Satu" and now_is.values.subject_id != was.values.subject_id
    assert now_is.frame.achievement == was.frame.achievement and now_is.frame.evidence == was.frame.evidence
    assert now_is.frame.valid_until == was.frame.valid_until and now_is.values.ability == was.values.ability
    assert old.onward.new_id == new_id and new.before.old_id == old.id
    assert certificates.certified(issued.round_id)[issued.person_id] == "dasar"


def test_nothing_is_issued_anew_without_a_corrected_name_or_a_proposal(issued):
    with pytest.raises(certificates.NameUnchanged):
        certificates.propose_reissue(issued.id, key=key(), by=FIRST, now=NOW)
    with pytest.raises(certificates.NotProposed):
        certificates.confirm_reissue(issued.id, key=key(), by=SECOND, now=NOW)
    renamed(issued, "Siswa Satu")
    certificates.propose_reissue(issued.id, key=key(), by=FIRST, now=NOW)
    with pytest.raises(certificates.AlreadyProposed):
        certificates.propose_reissue(issued.id, key=key(), by=SECOND, now=NOW)
    certificates.revoke(issued.id, reason="x", key=key(), by=FIRST, now=NOW)
    with pytest.raises(certificates.AlreadyRevoked):
        certificates.confirm_reissue(issued.id, key=key(), by=SECOND, now=NOW)
    assert Credential.objects.filter(person=issued.person_id).count() == 1


def test_the_database_wants_two_people_and_a_whole_confirmation(issued):
    row = Reissue.objects.create(old_id=issued.id, proposed_by=FIRST, proposed_at=NOW)
    other = Credential.objects.exclude(pk=issued.id).get()
    with pytest.raises(IntegrityError, match="reissue_confirmed_by_a_second_person"), transaction.atomic():
        Reissue.objects.filter(pk=row.pk).update(confirmed_by=FIRST, confirmed_at=NOW, new=other)
    with pytest.raises(IntegrityError, match="reissue_confirmed_whole_or_not_at_all"), transaction.atomic():
        Reissue.objects.filter(pk=row.pk).update(confirmed_by=SECOND)


def test_the_office_offers_it_once_the_name_was_corrected(issued, holder):
    first, second = (signed_in(f"+62811000000{n}", role="officer") for n in (1, 2))
    assert "corrected name" not in text(first.get(page("one", issued.id)))
    renamed(issued, "Siswa Satu")
    assert "The holder's name is now Siswa Satu" in text(first.get(page("one", issued.id)))
    first.post(page("reissue", issued.id), {"key": key()})
    assert "Ask another officer" in text(first.get(page("one", issued.id)))
    assert "Confirm and issue anew" in text(second.get(page("one", issued.id)))
    done = second.post(page("reissue", issued.id), {"key": key()}, follow=True)
    assert "issued anew" in text(done) and "The certificate that it replaces" in text(done)
    assert "The certificate that replaces it" in text(first.get(page("one", issued.id)))
    assert "The certificate with your corrected name" in text(holder.get(page("page", issued.id)))
    assert holder.post(page("reissue", issued.id), {"key": key()}).status_code == 404


# --- many at once ---


def test_an_employer_checks_files_a_zip_and_a_csv_of_links_in_one_go(issued, visitor):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as folder:
        folder.writestr("in/one.json", issued.json)
        folder.writestr("in/other.json", issued.json.replace("Siswa 1", "Rektor"))
    links = f"tautan\nhttp://127.0.0.1:8000/sertifikat/{issued.id}/\nhttps://evil.example/x\n"
    files = [
        SimpleUploadedFile("a.json", issued.json.encode()),
        SimpleUploadedFile("b.zip", packed.getvalue()),
        SimpleUploadedFile("c.csv", links.encode()),
    ]
    shown = text(visitor.post(page("check_many"), {"files": files}))
    assert shown.count("only an example (CONTOH)") == 3 and shown.count("Altered") == 1
    assert "Rektor" not in shown and "another site" in shown and "tautan" not in shown


def test_of_a_csv_no_row_is_lost_and_the_links_may_stand_in_any_column(issued, visitor):
    link = f"http://127.0.0.1:8000/sertifikat/{issued.id}/"

    def told(*rows: str) -> str:
        sent = SimpleUploadedFile("c.csv", "\n".join(rows).encode())
        return text(visitor.post(page("check_many"), {"files": [sent]}))

    unknown = told("11111111-1111-4111-8111-111111111111", "123-palsu", link)
    assert (
        "11111111-1111" in unknown
        and "123-palsu" in unknown
        and unknown.count("no such certificate here") == 2
    )
    for shown in (told("nama,tautan", f"Budi,{link}", "Ani,"), told("nama;tautan", f"Budi;{link}", "Ani;")):
        assert shown.count("only an example (CONTOH)") == 1 and "tautan" not in shown and "Ani" in shown


def test_a_folder_of_two_hundred_files_is_taken(visitor):
    many = [SimpleUploadedFile(f"{n}.json", b"{}") for n in range(200)]
    assert text(visitor.post(page("check_many"), {"files": many})).count(".json") >= 200
    more = [SimpleUploadedFile(f"{n}.json", b"{}") for n in range(201)]
    assert "more than 200 certificates" in text(visitor.post(page("check_many"), {"files": more}))


def test_too_many_files_a_broken_zip_and_none_at_all_are_told(visitor, monkeypatch):
    broken = SimpleUploadedFile("b.zip", b"PK no")
    assert "can't be opened" in text(visitor.post(page("check_many"), {"files": [broken]}))
    assert "Choose at least one file" in text(visitor.post(page("check_many"), {}))
    monkeypatch.setattr("ampera.apps.certificates.many.MOST", 1)
    two = [SimpleUploadedFile(f"{n}.json", b"{}") for n in range(2)]
    assert "more than 1 certificates" in text(visitor.post(page("check_many"), {"files": two}))
