"""Lists of the office filter, sort, page and come out as a file: those of roles, classes, exams and certificates."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme

from .drawn_round import LOADED, SYSTEM, opened_round
from .taught_class import taught

pytestmark = pytest.mark.django_db
MOST = 12  # queries a page


@pytest.fixture
def officer() -> Client:
    people.give_role(phone="+628110000001", name="officer", label="Petugas A", by=SYSTEM, now=LOADED)
    client = Client()
    client.cookies["django_language"] = "en"
    account = Account.objects.get(phone="+628110000001")
    client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def looked(client: Client, url: str) -> str:
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url)
    assert page.status_code == 200 and len(asked) <= MOST, (url, len(asked))
    return page.content.decode()


def table(client: Client, url: str) -> list[dict[str, str]]:
    page = client.get(url)
    assert page["Content-Type"].startswith("text/csv") and "attachment" in page["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(page.content.decode())))


def test_roles_are_found_by_role_name_and_number(officer):
    opened_round()
    for n in range(60):
        people.give_role(
            phone=f"+62812{n:08d}", name="volunteer", label=f"Relawan {n:02}", place="16.71.02.1002", by=SYSTEM, now=LOADED
        )  # fmt: skip
    url = reverse("people:roles")
    assert "Relawan 59" not in looked(officer, f"{url}?sort=label"), "a page holds fifty"
    assert "Relawan 59" in looked(officer, f"{url}?sort=label&page=2")
    assert [r["label"] for r in table(officer, f"{url}?format=csv&role=officer")] == ["Petugas A"]
    assert [r["label"] for r in table(officer, f"{url}?format=csv&words=081200000007")] == ["Relawan 07"]


def test_classes_are_filtered_sorted_and_downloaded(officer):
    round_id = opened_round()
    url = reverse("classes:work")
    assert "Sort by" in looked(officer, url)
    everything = table(officer, f"{url}?format=csv&sort=place")
    assert len(everything) == len(programme.classes(round_id, drawn=None))
    assert [r["place"] for r in everything] == sorted(r["place"] for r in everything)
    assert {r["level"] for r in table(officer, f"{url}?format=csv&level=mahir")} == {"mahir"}


def test_exam_sessions_are_filtered_sorted_and_downloaded(officer):
    klass, _persons = taught()
    url = reverse("assessment:office_exams")
    assert klass.code in looked(officer, url)
    rows = table(officer, f"{url}?format=csv&sort=soonest")
    assert {r["class"] for r in rows} == {klass.code} and all(int(r["passed"]) > 0 for r in rows)
    assert table(officer, f"{url}?format=csv&state=PLANNED") == []


def test_certificates_are_downloaded_as_filtered_and_samples_say_so(officer):
    from datetime import timedelta

    from ampera.apps.certificates import api as certificates
    from ampera.apps.classes import api as classes

    klass, _persons = taught()
    now = classes.meetings(klass.id)[-1].ends_at + timedelta(days=3)
    batch = certificates.propose_batch(klass.id, key="p", by="account:9001", now=now)
    issued = certificates.confirm_batch(batch, key="c", by="account:9002", now=now)
    url = reverse("certificates:office")
    assert "Sort by" in looked(officer, url)
    rows = table(officer, f"{url}?format=csv&level={klass.level}&sort=oldest")
    assert len(rows) == issued > 0 and {r["sample"] for r in rows} == {"CONTOH"}
    assert table(officer, f"{url}?format=csv&state=revoked") == []


def test_the_classes_to_issue_for_are_found_by_level_and_come_out_as_a_file(officer):
    round_id = opened_round()
    url = reverse("certificates:classes")
    looked(officer, f"{url}?sort=place&level=mahir")
    rows = table(officer, f"{url}?format=csv&level=mahir&sort=code")
    mine = [c.code for c in programme.classes(round_id, level="mahir", drawn=None)]
    assert [r["class"] for r in rows] == sorted(mine) and {r["certificates"] for r in rows} == {"0"}
    assert "No class here" in looked(officer, f"{url}?level=ahli") or programme.classes(
        round_id, level="ahli"
    )
