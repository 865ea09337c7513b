"""The lock's time stamp from outside: asked for after the lock, checked offline, kept once, shown with the plan."""

from __future__ import annotations

import shutil
import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from ampera import environment
from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs
from ampera.apps.programme import api as programme
from ampera.apps.programme import models, stamping, tasks, timestamps
from ampera.apps.programme.refusals import NoSuchRound, StampRefused
from ampera.cli.check import authority_fault
from ampera.site import clockwork

from .test_jobs import work
from .time_authority import NOW, Authority

BY = audit.system("test")
TEXT = b"the plan's exact text\n"


# ---- the bytes ----


def _answer(authority: Authority, text: bytes = TEXT) -> tuple[bytes, timestamps.Question]:
    asked = timestamps.question(text)
    return authority(asked.der), asked


def test_a_stamp_of_the_text_is_read_with_its_moment_and_who_signed():
    authority = Authority()
    answer, asked = _answer(authority)
    found = timestamps.read(answer, TEXT, certificates=authority.pem, nonce=asked.nonce)
    assert found == timestamps.Stamp(NOW, 1, "CN=Test time stamps")
    assert timestamps.read(answer, TEXT, certificates=authority.pem) == found, "a kept answer, years later"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a: a.but(status=2),
        lambda a: a.but(nonce=7),
        lambda a: a.but(use=ExtendedKeyUsageOID.SERVER_AUTH),
        lambda a: a.but(root_key=Authority().root_key),
        lambda a: a.but(at=NOW + timedelta(days=900)),
    ],
    ids=[
        "rejected",
        "another nonce",
        "a certificate for servers",
        "another root",
        "after its certificate ended",
    ],
)
def test_an_answer_that_proves_nothing_is_refused(wrong):
    authority = Authority()
    answer, asked = _answer(wrong(authority))
    with pytest.raises(StampRefused):
        timestamps.read(answer, TEXT, certificates=authority.pem, nonce=asked.nonce)


def test_a_stamp_of_another_text_an_altered_stamp_and_rubbish_are_refused():
    authority = Authority()
    answer, _ = _answer(authority)
    moment = NOW.strftime("%Y%m%d").encode()
    for data, text in (
        (answer, TEXT + b" "),
        (answer.replace(moment, b"20260104"), TEXT),
        (answer[:-1] + bytes([answer[-1] ^ 1]), TEXT),
        (answer[:200], TEXT),
        (b"", TEXT),
        (b"<html>", TEXT),
    ):
        with pytest.raises(StampRefused):
            timestamps.read(data, text, certificates=authority.pem)
    with pytest.raises(StampRefused):
        timestamps.read(answer, TEXT, certificates=b"no certificate")


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_openssl_verifies_what_we_keep(tmp_path):
    authority = Authority()
    answer, _ = _answer(authority)
    for name, data in (("a.tsr", answer), ("root.pem", authority.pem), ("plan.txt", TEXT)):
        (tmp_path / name).write_bytes(data)
    command = ["openssl", "ts", "-verify", "-CAfile", "root.pem", "-data", "plan.txt", "-in", "a.tsr"]
    command += ["-attime", str(int(NOW.timestamp()))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# ---- in the programme ----


@pytest.fixture
def authority(tmp_path):
    """An authority over HTTP, which the settings name."""
    serving = Authority()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = serving(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(serving_code[0])
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    serving_code = [200]
    serving.code = serving_code
    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "root.pem").write_bytes(serving.pem)
    with override_settings(
        TSA_URL=f"http://127.0.0.1:{server.server_port}/tsr", TSA_CERTIFICATE=str(tmp_path / "root.pem")
    ):
        yield serving
    server.shutdown()
    server.server_close()


def _locked(now=NOW, **options) -> int:
    round_id = programme.load("palembang", by=BY, now=now, scale_seats=300, **options)
    found = programme.propose_lock(round_id, key="p", by="account:1", now=now)
    programme.confirm_lock(round_id, found, key="c", by="account:2", now=now)
    return round_id


@pytest.mark.django_db
def test_a_locked_plan_is_stamped_by_the_worker_and_the_public_page_shows_it(authority, client):
    round_id = _locked()
    page = reverse("programme:plan", args=[round_id])
    assert "cap-waktu.tsr" not in client.get(page).content.decode(), "nothing waits for the authority"
    work()
    kept, plan = stamping.kept(round_id), programme.plan(round_id)
    assert (kept.at, kept.authority, kept.serial) == (NOW, "CN=Test time stamps", "1")
    assert timestamps.read(kept.answer, plan.text.encode(), certificates=authority.pem).at == NOW
    shown = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "Time-stamped outside" in shown and "CN=Test time stamps" in shown
    file = client.get(reverse("programme:time_stamp", args=[round_id]))
    assert file.content == kept.answer and file["Content-Type"] == "application/timestamp-reply"
    assert file["Content-Disposition"] == f'attachment; filename="palembang-1-{plan.hash[:8]}.tsr"'
    assert [e.verb for e in audit.events(about=f"round:{round_id}")].count("plan.time_stamped") == 1


@pytest.mark.django_db
def test_an_authority_that_fails_is_asked_again_an_hour_later_and_never_twice_once_it_answered(authority):
    authority.code[0] = 503
    round_id = _locked(timezone.now())  # jobs end by the real clock
    work()
    failed = jobs.latest(tasks.JOB, about=f"round:{round_id}")
    assert failed.failed and "503" in failed.fault and stamping.kept(round_id) is None
    authority.code[0] = 200
    soon, later = failed.finished_at + timedelta(minutes=59), failed.finished_at + timedelta(minutes=61)
    assert programme.request_stamp(round_id, by=BY, now=soon) == ""
    assert f"{round_id}:time stamp" in clockwork.tick(later)
    assert programme.request_stamp(round_id, by=BY, now=later) == "", "one try at a time"
    work()
    assert stamping.kept(round_id) is not None
    asked = len(authority.asked)
    assert programme.request_stamp(round_id, by=BY, now=later + timedelta(days=1)) == ""
    stamping.stamp(round_id, by=BY, now=later)
    assert len(authority.asked) == asked


@pytest.mark.django_db
def test_without_an_authority_nothing_is_asked_and_the_page_says_so(client):
    round_id = _locked()
    assert jobs.latest(tasks.JOB, about=f"round:{round_id}") is None
    page = client.get(reverse("programme:plan", args=[round_id]), headers={"accept-language": "en"})
    assert "Not time-stamped outside" in page.content.decode()
    assert client.get(reverse("programme:time_stamp", args=[round_id])).status_code == 404


@pytest.mark.django_db
def test_a_simulated_round_troubles_no_authority(authority):
    round_id = _locked(simulated=True)
    assert jobs.latest(tasks.JOB, about=f"round:{round_id}") is None


@pytest.mark.django_db
def test_only_a_locked_plan_is_stamped_and_a_stamp_never_changes_or_goes():
    authority = Authority()
    draft = programme.load("palembang", by=BY, now=NOW, scale_seats=300)
    with pytest.raises(NoSuchRound):
        stamping.stamp(draft, ask=authority, by=BY, now=NOW)
    row = {"answer": b"", "at": NOW, "authority": "", "serial": "1", "received_at": NOW}
    plan = models.Plan.objects.get(round=draft)

    def refused(name, work):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            work()

    refused("time_stamp_needs_a_locked_plan", lambda: models.TimeStamp.objects.create(plan=plan, **row))
    found = programme.propose_lock(draft, key="p", by="account:1", now=NOW)
    programme.confirm_lock(draft, found, key="c", by="account:2", now=NOW)
    models.TimeStamp.objects.create(plan=plan, **row)
    refused("time_stamp_never_changes", lambda: models.TimeStamp.objects.update(serial="2"))
    refused("time_stamp_never_goes", lambda: models.TimeStamp.objects.all().delete())
    with pytest.raises(IntegrityError), transaction.atomic():
        models.TimeStamp.objects.create(plan=plan, **row)


# ---- the settings ----


@pytest.mark.parametrize(
    "values",
    [
        {"AMPERA_TSA_URL": "https://tsa.example"},
        {"AMPERA_TSA_CERTIFICATE": "root.pem"},
        {"AMPERA_TSA_URL": "ftp://tsa.example", "AMPERA_TSA_CERTIFICATE": "root.pem"},
    ],
)
def test_an_authority_needs_an_address_and_a_certificate(values):
    with pytest.raises(environment.BadEnvironment, match="AMPERA_TSA"):
        environment.read(values)


def test_no_authority_is_the_rule_and_two_settings_name_one():
    assert environment.read({})["TSA_URL"] == ""
    named = {"AMPERA_TSA_URL": "http://tsa.example", "AMPERA_TSA_CERTIFICATE": "root.pem"}
    assert environment.read(named)["TSA_CERTIFICATE"] == "root.pem"


def test_check_says_when_the_authoritys_certificate_is_not_there_or_is_none(tmp_path):
    file = tmp_path / "root.pem"
    assert "can't be read" in authority_fault(str(file))
    file.write_text("no certificate")
    assert "no certificate in PEM" in authority_fault(str(file))
    file.write_bytes(Authority().pem)
    assert authority_fault(str(file)) == ""
