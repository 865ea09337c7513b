"""The pages of the results: the mayor's one page, the method, the open data, the office, the way into the closing test."""

from __future__ import annotations

import gzip
import re
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from ampera.apps.jobs import api as jobs
from ampera.apps.people import api as people
from ampera.apps.people.models import Account, Identity, Person
from ampera.apps.programme import api as programme
from ampera.apps.programme.models import Place
from ampera.apps.results import api as results
from ampera.apps.results import tasks, words
from ampera.apps.results.models import Report
from ampera.cores.evaluation.renewal import Code, Reason

from .synthetic import BY, OPENS, sampled, sit, town

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="module")
def reported(once):
    place = town(n=400, seats=110)
    sampled(place)
    sit(place, effect=0.6, answer=0.9)
    results.estimate(place.round_id, key="close", by=BY, now=place.after, cost=250_000_000)
    return place


@pytest.fixture
def at(monkeypatch):
    """Set the clock that views read."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def signed_in(role: str, phone: str = "+628110000001") -> Client:
    people.give_role(phone=phone, name=role, label=f"{role} 1", by=BY, now=OPENS)
    client = Client()
    client.force_login(Account.objects.get(phone=phone), BACKEND)
    return client


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content)) <= 30 * 1024
    text = answer.content.decode()
    assert " style=" not in text and "<script" not in text
    return text


def key_in(text: str) -> str:
    return re.search(r'name="key" value="([^"]+)"', text)[1]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_mayors_page_says_what_changed_in_words_a_figure_and_a_table(
    client, reported, language, django_assert_max_num_queries
):
    client.cookies["django_language"] = language
    with django_assert_max_num_queries(12):
        text = page(client, "/hasil/1/")
    effect, report = results.effect(reported.round_id), results.report(reported.round_id)
    sign = "," if language == "id" else "."
    assert f"{effect.estimate:.2f}".replace(".", sign) in text
    assert "Rp250.000.000" in text or "Rp250,000,000" in text
    verdict = {"id": {"renew": "Perpanjang"}, "en": {"renew": "Renew"}}[language]
    assert report.verdict == "renew" and verdict["renew"] in text
    assert text.count("<svg") >= 2 and 'class="figure"' in text
    assert "SIMULASI" in text


def test_the_method_page_holds_estimand_counts_attrition_and_what_was_not_done(
    client, reported, django_assert_max_num_queries
):
    client.cookies["django_language"] = "en"
    with django_assert_max_num_queries(12):
        text = page(client, "/hasil/1/metode/")
    sample, report = results.sample(reported.round_id), results.report(reported.round_id)
    assert "whether or not they took a seat" in text
    for fact in (sample.seed, report.data_hash, "Anderson–Rubin", "Lee"):
        assert fact in text


def test_the_open_data_are_the_rows_that_were_written_and_say_that_they_are_simulated(client, reported):
    answer = client.get("/hasil/1/data.csv")
    assert answer.content.decode() == results.data(reported.round_id)
    assert "SIMULASI" in answer["content-disposition"]


def test_before_the_report_the_page_shows_the_rule_and_no_figure(client):
    place = town()
    sampled(place)
    sit(place)
    client.cookies["django_language"] = "en"
    text = page(client, "/hasil/1/")
    assert "There are none yet" in text and "Renew:" in text
    assert client.get("/hasil/1/data.csv").status_code == 404
    page(client, "/hasil/1/metode/")
    assert client.get("/hasil/9/").status_code == 404


def test_the_office_draws_the_sample_and_writes_the_results_once(at, django_assert_max_num_queries):
    place = town()
    at(place.window)
    officer = signed_in("officer")
    url = f"/kantor/hasil/{place.round_id}/"
    text = page(officer, url)
    page(officer, "/kantor/hasil/")
    for _tap in (1, 2):
        assert officer.post(f"{url}sampel/", {"key": key_in(text)}).status_code == 302
    sit(place, effect=0.3)
    with django_assert_max_num_queries(16):
        text = page(officer, url)
    assert f"{url}tutup/" not in text, "nobody looks before the window has closed"
    refused = officer.post(f"{url}tutup/", {"key": uuid4(), "cost": "7000000", "sure": "on"})
    assert refused.status_code == 409 and 'value="7000000"' in refused.content.decode(), (
        "what was typed is kept"
    )
    at(place.after)
    officer = signed_in("officer")
    text = page(officer, url)
    wrong = officer.post(f"{url}tutup/", {"key": key_in(text), "cost": "seven", "sure": "on"})
    assert wrong.status_code == 422 and 'value="seven"' in wrong.content.decode()
    typed = {"key": key_in(text), "cost": "7000000", "sure": "on"}
    waiting = officer.post(f"{url}tutup/", typed).url
    assert officer.post(f"{url}tutup/", typed).url == waiting, "a double tap queues nothing new"
    page(officer, waiting)
    job_id = waiting.rstrip("/").rsplit("/", 1)[1]
    tasks.write_results.func(job_id, place.round_id, 7_000_000, typed["key"], BY)
    assert jobs.get(job_id).state == "DONE" and officer.get(waiting).url == "/hasil/1/"
    assert Report.objects.get().cost == 7_000_000
    assert programme.round_(place.round_id).state == "REPORTED"


def test_only_those_who_work_on_it_see_the_offices_page_and_only_officers_act(client):
    place = town()
    url = f"/kantor/hasil/{place.round_id}/"
    assert client.get(url).url == f"/masuk/?next={url}"
    mayor = signed_in("mayor", "+628110000002")
    page(mayor, url)
    assert mayor.post(f"{url}sampel/", {"key": uuid4()}).status_code == 404
    assert mayor.post(f"{url}tutup/", {"key": uuid4(), "sure": "on"}).status_code == 404
    assert results.sample(place.round_id) is None


def test_who_was_drawn_goes_from_the_invitation_into_the_test_and_others_do_not(at):
    place = town()
    sampled(place)
    asked = results.members(place.round_id)[0].person_id
    account = people.account_for("+6281200000001", verified=True)
    Person.objects.filter(pk=asked).update(account=account)
    Identity.objects.create(
        person_id=asked,
        name="Siti",
        nik_lookup="0" * 64,
        nik_cipher=b"",
        birth_date=date(1990, 5, 17),
        adult_on=date(2008, 5, 17),
        sex_in_nik="P",
        kelurahan=Place.objects.filter(kind="kelurahan").first(),
    )
    at(place.window)
    citizen = Client()
    citizen.force_login(Account.objects.get(pk=account), BACKEND)
    url = f"/hasil/tes/{asked}/"
    key = key_in(page(citizen, url))
    begun = citizen.post(url, {"key": key})
    assert begun.status_code == 302 and begun.url == citizen.post(url, {"key": key}).url
    other = next(p for p in place.people if p != asked)
    assert citizen.get(f"/hasil/tes/{other}/").status_code == 404
    assert Client().get(url).status_code == 302, "sign in first"


def test_each_verdict_and_each_of_its_reasons_has_words():
    assert set(words.VERDICTS) == {str(code) for code in Code}
    assert set(words.REASONS) >= {str(reason) for reason in Reason}
    assert set(words.LEVELS) == set(programme.levels)


def test_a_number_in_a_sentence_is_rounded_as_in_the_table_beside_it():
    assert (words.sd(0.7567), words.sd(-0.005), words.percent(0.12345)) == ("0,76", "-0,01", "12,3%")
    assert words.rupiah(250_000_000) == "Rp250.000.000"
