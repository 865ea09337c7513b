"""A production site: nothing of the demo is there, pages are ours, browsers are told to be careful."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ampera.apps.certificates import api as certificates
from ampera.apps.certificates.refusals import OnlySamples
from tests.structure.test_house import PRODUCTION

from .processes import ROOT, ampera, environment
from .taught_class import FIRST, key, taught

# What a browser at the city's address sees, page by page: printed as JSON by a process that runs as production does.
ASK = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from ampera import urls
from django.urls import path

def fall(request):
    raise RuntimeError("planted")

urls.urlpatterns.append(path("jatuh/", fall))
browser = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"host": "ampera.example"})
asked = {
    "home": browser.get("/", secure=True),
    "plain": browser.get("/"),
    "outbox": browser.get("/kotak/", secure=True),
    "code": Client(headers={"host": "ampera.example"}).post("/masuk/", {"phone": "081234567890"}, secure=True),
    "sign_in": browser.get("/masuk/", secure=True),
    "missing": browser.get("/tidak-ada/", secure=True),
    "csrf": browser.post("/masuk/", {"phone": "0812"}, secure=True),
    "broken": browser.get("/jatuh/", secure=True),
    "language": Client(headers={"host": "ampera.example"}).post("/i18n/setlang/", {"language": "en"}, secure=True),
    "office": browser.get("/kantor/", secure=True),
    "drill": browser.get("/latihan/", secure=True),
    "check": browser.get("/periksa/", secure=True),
    "stranger": Client(headers={"host": "other.example"}, raise_request_exception=False).get("/", secure=True),
}
print(json.dumps({
    name: {
        "status": r.status_code,
        "headers": {k.lower(): v for k, v in r.headers.items()},
        "cookies": {k: {a: m[a] for a in ("secure", "httponly", "samesite")} for k, m in r.cookies.items()},
        "text": r.content.decode(),
    }
    for name, r in asked.items()
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    return environment(tmp_path_factory.mktemp("production")) | PRODUCTION


@pytest.fixture(scope="module")
def seen(production):
    import json

    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True,
        env=production | {"DJANGO_SETTINGS_MODULE": "ampera.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_check_finds_nothing_wrong(production, seen):
    done = ampera(production, "check")
    assert done.returncode == 0 and "production" in done.stdout and "WRONG" not in done.stdout, done.stdout


def test_play_refuses_in_one_sentence(production):
    done = ampera(production, "play", "--citizens", "60")
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("ampera: production plays no simulated round")


def test_nothing_of_the_demo_is_there(seen):
    assert seen["outbox"]["status"] == 404
    for name, page in seen.items():
        assert "SIMULASI" not in page["text"], name
        assert 'href="/kotak/' not in page["text"], name


@pytest.mark.parametrize(
    "name, status, words",
    [
        ("missing", 404, "tidak ditemukan"),
        ("csrf", 403, "terlalu lama terbuka"),
        ("broken", 500, "gangguan di pihak kami"),
        ("home", 200, "Talenta Digital Palembang"),
    ],
)
def test_each_page_of_refusal_is_ours_and_in_indonesian(seen, name, status, words):
    page = seen[name]
    assert page["status"] == status and words in page["text"], page["text"][:3000]
    assert 'lang="id"' in page["text"] and "Traceback" not in page["text"] and "planted" not in page["text"]


def test_a_name_that_is_not_ours_is_refused_without_a_word_about_us(seen):
    assert seen["stranger"]["status"] == 400 and "ALLOWED_HOSTS" not in seen["stranger"]["text"]


def test_plain_http_is_sent_to_https(seen):
    assert (seen["plain"]["status"], seen["plain"]["headers"]["location"]) == (301, "https://ampera.example/")


@pytest.mark.parametrize("name", ["home", "sign_in", "missing", "csrf", "broken", "drill", "check", "outbox"])
def test_browsers_are_told_to_be_careful_on_every_page(seen, name):
    headers = seen[name]["headers"]
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy and "*" not in policy
    assert int(headers["strict-transport-security"].removeprefix("max-age=").split(";")[0]) >= 31_536_000
    assert headers["x-frame-options"] == "DENY" and headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_cookies_travel_by_https_only_and_no_script_reads_them(seen):
    found = {name: c for page in seen.values() for name, c in page["cookies"].items()}
    assert {"csrftoken", "sessionid", "django_language"} <= set(found)
    for name, cookie in found.items():
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"}, name


@pytest.mark.django_db
@pytest.mark.parametrize("simulated", [True, False], ids=["a simulated round", "draft questions"])
def test_production_issues_no_sample(simulated, settings):
    settings.DEMO = False
    klass, _persons = taught(simulated=simulated)
    assert certificates.is_sample(klass.id)
    with pytest.raises(OnlySamples):
        certificates.propose_batch(klass.id, key=key(), by=FIRST, now=taught_at(klass))


@pytest.mark.django_db
def test_what_a_demo_proposed_is_not_confirmed_in_production(settings):
    klass, _persons = taught()
    at = taught_at(klass)
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=at)
    settings.DEMO = False
    with pytest.raises(OnlySamples):
        certificates.confirm_batch(batch, key=key(), by="account:9002", now=at)


def taught_at(klass):
    from datetime import timedelta

    from ampera.apps.classes import api as classes

    return classes.meetings(klass.id)[-1].ends_at + timedelta(days=3)
