"""A city begins: programme and first people by command, on whichever database the suite runs on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.structure.test_house import PRODUCTION

from .processes import ROOT, ampera, environment

ASK = """
import json, django
django.setup()
from django.test import Client
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme
browser = Client(headers={"host": "ampera.example"})
officer = Client(headers={"host": "ampera.example"})
officer.force_login(Account.objects.get(phone="+6281234567890"))
round_id = programme.rounds()[0].id
print(json.dumps({
    "agreement": browser.get("/perjanjian/", secure=True).status_code,
    "plan": officer.get(f"/kantor/rencana/{round_id}/", secure=True).status_code,
    "roles": officer.get("/kantor/peran/", secure=True).status_code,
    "drill": browser.post("/latihan/", {"key": "k"}, secure=True, follow=True).status_code,
    "simulated": programme.rounds()[0].simulated,
    "opens": programme.plan(round_id).opens_at.astimezone().date().isoformat(),
    "holders": sorted((r.name, r.label) for r in people.role_holders()),
}))
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    made = environment(tmp_path_factory.mktemp("founding")) | PRODUCTION
    for words in (
        ("load", "palembang", "--opens", "2027-03-01"),
        ("load", "palembang", "--opens", "2027-03-01"),
        ("appoint", "officer", "0812 3456-7890", "Sari, Dinas Kominfo"),
        ("appoint", "officer", "081234567890", "Sari, Dinas Kominfo"),
        ("appoint", "inspector", "081234567891", "Budi, Inspektorat"),
    ):
        done = ampera(made, *words)
        assert done.returncode == 0, done.stderr
    return made


def test_a_production_city_begins_with_two_commands(city):
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env={**city, "DJANGO_SETTINGS_MODULE": "ampera.settings"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {found[page] for page in ("agreement", "plan", "roles", "drill")} == {200}
    assert not found["simulated"] and found["opens"] == "2027-03-01"
    assert found["holders"] == [["inspector", "Budi, Inspektorat"], ["officer", "Sari, Dinas Kominfo"]]


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("load", "nowhere"), "nowhere"),
        (("load", "--opens", "soon"), "2027-03-01"),
        (("appoint", "officer", "12", "Sari"), ""),
        (("appoint", "king", "081234567890", "Sari"), "officer"),
        (("appoint", "inspector", "081234567890", "Sari"), ""),
    ],
)
def test_wrong_use_is_answered_in_words(city, words, sentence):
    done = ampera(city, *words)
    assert done.returncode != 0 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
