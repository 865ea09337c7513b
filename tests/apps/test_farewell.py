"""A person is erased: what every app held of theirs goes, what others need stays without a name."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, ReserveClaim
from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.people.models import Account, Person
from ampera.apps.programme import api as programme
from ampera.site import farewell

from . import drawn_round, taught_class
from .admissions_city import BY, NOW, key, open_round, people_of

pytestmark = pytest.mark.django_db


def with_a_claim(round_id: int, person: int) -> int:
    group = admissions.claimable(admissions.reserved(round_id))[0].code
    mine = admissions.begin(round_id, person, key=key(), by=BY, now=NOW)
    admissions.set_audience(mine, audience="umum", claims={group: "Kartu 1671-009"}, by=BY, now=NOW)
    return mine


def test_an_erased_person_leaves_the_round_and_the_number_of_the_document_goes():
    round_id = open_round()
    gone, stays = (with_a_claim(round_id, person) for person in people_of(2))
    person = Application.objects.get(pk=gone).person_id
    farewell.erase(person, by=BY, now=NOW)
    farewell.erase(person, by=BY, now=NOW)
    evidence = dict(ReserveClaim.objects.values_list("application_id", "evidence"))
    assert evidence == {gone: "–", stays: "Kartu 1671-009"}
    assert admissions.application(gone).state == "WITHDRAWN"
    assert admissions.application(stays).state == "DRAFT"
    assert len(audit.events(verb="person.erased")) == 1


def test_a_numbers_messages_go_with_the_last_person_who_used_it():
    round_id = taught_class.loaded()
    first, second = taught_class.seated(programme.classes(round_id)[0], 2)
    number = people.phone(first)
    for to in (number, people.phone(second)):
        messaging.send(to=to, kind="news", body="Halo", key=f"news:{to}", now=NOW)
    farewell.erase(first, by=BY, now=NOW)
    assert messaging.latest(to=number) == () and len(messaging.latest()) == 1


def test_the_messages_stay_while_somebody_else_uses_the_number():
    (person,) = taught_class.seated(programme.classes(taught_class.loaded())[0], 1)
    number = people.phone(person)
    people.give_role(phone=number, name="volunteer", label="Relawan 1", by=BY, now=NOW)
    messaging.send(to=number, kind="news", body="Halo", key="news", now=NOW)
    farewell.erase(person, by=BY, now=NOW)
    assert len(messaging.latest(to=number)) == 1


@pytest.fixture
def called():
    """A drawn round: an hour after its draw, the holder of a seat, and somebody who has not answered."""
    round_id = drawn_round.opened_round()
    drawn_round.applied(round_id)
    drawn_round.frozen(round_id)
    drawn_round.drawn(round_id)
    at = programme.plan(round_id).draw_at + timedelta(hours=1)
    one, other = [c for c in admissions.calls(round_id) if c.state == "OFFERED"][:2]
    admissions.accept(one.id, key=key(), by=BY, now=at)
    people_ = [Application.objects.get(pk=c.application_id).person_id for c in (one, other)]
    return at, one, people_


def code_for(person: int, now) -> people.Proof:
    people.send_code(person, people.erasing(person), "%(code)s", key=key(), by=BY, now=now)
    return people.Proof(people.CODE, messaging.latest(to=people.phone(person), limit=1)[0].body)


def test_after_the_draw_an_open_call_is_declined_and_the_seat_taken_is_free_again(called):
    at, one, both = called
    for person in both:
        farewell.erase(person, proof=code_for(person, at), by=BY, now=at)
    assert admissions.seats_of_class(one.class_id) == ()
    assert admissions.call_of(Application.objects.get(person=both[1]).pk).state == "DECLINED"


def test_who_would_lose_a_seat_or_a_call_is_not_erased_without_their_code(called):
    at, _one, both = called
    for person in both:
        right = code_for(person, at)
        wrong = people.Proof(people.CODE, "000000" if right.secret != "000000" else "000001")
        for proof in (None, wrong, people.Proof(people.PIN, right.secret)):
            with pytest.raises((people.WrongCode, people.WrongPin)):
                farewell.erase(person, proof=proof, by=BY, now=at)
        assert people.code_sent(person, people.erasing(person), now=at).tries == 3, "wrong ones are counted"
        with pytest.raises(people.WrongCode):
            farewell.erase(person, proof=right, by=BY, now=at + timedelta(minutes=16))
        assert admissions.held(person, now=at), "nothing is lost"
    giving_up = admissions.held(both[0], now=at)[0]
    admissions.ask_code(giving_up, key=key(), by=BY, now=at + timedelta(hours=1))
    other = messaging.latest(to=people.phone(both[0]), limit=1)[0].body.split()[1]
    with pytest.raises(people.WrongCode):
        farewell.erase(both[0], proof=people.Proof(people.CODE, other), by=BY, now=at + timedelta(hours=1))


def test_the_page_asks_for_the_code_only_of_who_would_lose_something(called, monkeypatch):
    at, _one, both = called
    monkeypatch.setattr(timezone, "now", lambda: at)
    account = Account.objects.get(pk=Person.objects.get(pk=both[0]).account_id)
    phone = Client()
    phone.cookies["django_language"] = "en"
    Account.objects.filter(pk=account.pk).update(language="en")
    phone.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
    page = reverse("people:erase", args=[both[0]])
    assert "you give up your seat" in phone.get(page).content.decode()
    assert phone.post(page, {"key": key(), "action": "send"}).status_code == 302
    said = messaging.latest(to=account.phone, limit=1)[0].body
    code = re.search(r"\d{6}", said)[0]
    assert "deletes your data" in said and "http" not in said
    wrong = phone.post(page, {"key": key(), "sure": "on", "secret": "123"})
    assert wrong.status_code == 409 and "Nothing has changed" in wrong.content.decode()
    assert phone.post(page, {"key": key(), "sure": "on", "secret": code}).status_code == 302
    assert Person.objects.get(pk=both[0]).erased_at and not admissions.held(both[0], now=at)
