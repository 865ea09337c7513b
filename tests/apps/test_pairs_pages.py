"""The pages of pairs: what waits for an officer, one pair side by side, a verdict with its reason, what the citizen reads."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs
from ampera.apps.people import api as people
from ampera.site import reunion

from .admissions_city import BEFORE, BY, NOW, key, open_round
from .taught_class import signed_in
from .twins import NIK, WHY, found, joined, registered, sent, twice

pytestmark = pytest.mark.django_db
FIRST, SECOND, CITIZEN = "+628110000001", "+628110000002", "+628122222222"


@pytest.fixture(autouse=True)
def now(clock):
    clock.now = NOW
    return clock


@pytest.fixture
def round_id():
    return open_round()


@pytest.fixture
def first(round_id) -> Client:
    return signed_in(FIRST, role="officer")


@pytest.fixture
def second(round_id) -> Client:
    return signed_in(SECOND, role="officer")


def read(client: Client, url: str, status: int = 200) -> str:
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url)
    assert page.status_code == status and len(asked) <= 12, (url, page.status_code, len(asked))
    return re.sub(r"\s+", " ", page.content.decode())


def judge(client: Client, pair_id: int, verdict: str, because: str = ""):
    return client.post(
        reverse("site:pair", args=[pair_id]), {"key": key(), "verdict": verdict, "because": because}
    )


def test_an_officer_sees_what_waits_and_finds_the_list_by_state_and_kind(first):
    assert "may be one person's:" not in read(first, reverse("site:office"))
    twice()
    pair = found()
    assert "may be one person&#x27;s: 1" in read(first, reverse("site:office"))
    page = read(first, reverse("site:pairs"))
    assert "Muhammad Rizki · Moch. Rizky" in page and "two neighbouring digits of the NIK swapped" in page
    assert "No pair here" in read(first, reverse("site:pairs") + "?kind=household")
    assert "No pair here" in read(first, reverse("site:pairs") + "?state=PROPOSED&sort=signs")
    rows = first.get(reverse("site:pairs") + "?format=csv").content.decode().splitlines()
    assert len(rows) == 2 and rows[1].startswith(f"{pair.id},person,") and "Rizki" not in rows[1]


def test_two_sides_stand_beside_each_other_and_the_numbers_show_only_where_they_differ(first, round_id):
    one, _other = twice()
    sent(round_id, one, receipt="P7K4-M2XQ", at=NOW)
    pair = found()
    page = read(first, reverse("site:pair", args=[pair.id]))
    assert "Muhammad Rizki" in page and "Moch. Rizky" in page and "P7K4-M2XQ" in page
    assert "•" * 13 + "01•" in page and NIK not in page and "8122222222" not in page
    assert audit.events(verb="pair.opened")[0].about == f"pair:{pair.id}"


def test_only_officers_open_them(round_id):
    twice()
    pair = found()
    for role in ("volunteer", "inspector", "mayor"):
        client = signed_in(f"+62811000001{len(role)}", role=role)
        assert client.get(reverse("site:pairs")).status_code == 404
        assert client.get(reverse("site:pair", args=[pair.id])).status_code == 404
    assert signed_in(FIRST, role="officer").get(reverse("site:pair", args=[0])).status_code == 404


def test_from_the_proposal_to_the_citizens_page_and_back(first, second, round_id):
    one, other = twice()
    sent(round_id, one, receipt="P7K4-M2XQ", at=NOW)
    pair = found()
    page = judge(first, pair.id, "propose").content.decode()
    assert "Write in one sentence what you compared" in page and people.pair(pair.id).state == "FOUND"
    assert judge(first, pair.id, "propose", WHY).status_code == 302
    assert "another officer has to confirm" in read(first, reverse("site:pair", args=[pair.id]))
    assert "to confirm: 1" in read(second, reverse("site:office"))
    assert "Choose one." in judge(first, pair.id, "confirm").content.decode(), "not one's own"
    assert judge(second, pair.id, "confirm").status_code == 302
    assert people.same(one) == (one, other)

    citizen = signed_in(CITIZEN)
    mine = read(citizen, reverse("site:next"))
    assert "You were registered twice" in mine and "Muhammad Rizki" in mine
    told = read(citizen, reverse("site:joined", args=[one]))
    assert WHY in told and "This is not right?" in told
    assert "Officers joined registrations" in read(citizen, reverse("people:person", args=[one]))
    said = {"key": key(), "pair": pair.id, "text": "Itu kakak saya."}
    assert citizen.post(reverse("site:joined", args=[one]), said).status_code == 302
    assert "Itu kakak saya." in read(citizen, reverse("site:joined", args=[one]))
    assert "Objections to joined registrations: 1" in read(second, reverse("site:office"))
    assert "Objections to joined" not in read(first, reverse("site:office"))
    assert judge(second, pair.id, "part", "Benar, dua orang.").status_code == 302
    assert people.same(one) == (one,)
    assert "Benar, dua orang." in read(citizen, reverse("site:joined", args=[other]))
    assert read(citizen, reverse("site:joined", args=[one]), 404)


def test_a_stranger_reads_nobodys_joined_page(round_id):
    one, _other = twice()
    joined()
    stranger = signed_in("+628129999999")
    assert stranger.get(reverse("site:joined", args=[one])).status_code == 404


def test_the_page_of_the_closed_application_says_where_it_went(round_id):
    one, other = twice()
    gone = sent(round_id, other, receipt="LATE-R001", at=NOW)
    sent(round_id, one, receipt="EARL-Y001", at=BEFORE)
    joined()
    citizen = signed_in(CITIZEN)
    told = read(citizen, reverse("site:joined", args=[one]))
    assert "application LATE-R001 is closed, application EARL-Y001 goes on" in told
    step = admissions.step(other, round_id, NOW)
    assert step.code == "gave_way" and admissions.application(gone).state == "MERGED"


def test_a_household_is_judged_on_the_same_page(first, second, round_id):
    ids = registered("Siti Aminah", phone="+628123333333"), registered("Budi", "1671021705900099", phone="+628123333333")  # fmt: skip
    for n, person in enumerate(ids):
        sent(round_id, person, receipt=f"H-{n}", at=NOW)
    pair = found("household")
    page = read(first, reverse("site:pair", args=[pair.id]))
    assert "One household or two?" in page and "propose one ticket for both" in page
    judge(first, pair.id, "propose", "Satu rumah.")
    judge(second, pair.id, "confirm")
    citizen = signed_in("+628123333333")
    assert "Your household shares one ticket" in read(citizen, reverse("site:joined", args=[ids[1]]))


def test_a_search_runs_in_the_background_once(first):
    twice()
    for _tap in range(2):
        assert first.post(reverse("site:pairs")).status_code == 302
    job = jobs.latest(reunion.SEARCH, about="people")
    assert job and job.state == "QUEUED" and len(audit.events(verb="job.queued")) == 1
    reunion.search_in_background.func(job_id=job.id, officer=BY, at=NOW.isoformat())
    assert jobs.get(job.id).state == "DONE" and people.pairs_waiting(BY).found == 1
