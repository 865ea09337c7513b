"""A person is erased: what every app held of theirs goes, what others need stays without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, ReserveClaim
from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
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


def test_after_the_draw_an_open_call_is_declined_and_the_seat_taken_is_free_again():
    round_id = drawn_round.opened_round()
    drawn_round.applied(round_id)
    drawn_round.frozen(round_id)
    drawn_round.drawn(round_id)
    at = programme.plan(round_id).draw_at + timedelta(hours=1)
    one, other = [c for c in admissions.calls(round_id) if c.state == "OFFERED"][:2]
    seat = admissions.accept(one.id, key=key(), by=BY, now=at)
    for call in (one, other):
        farewell.erase(Application.objects.get(pk=call.application_id).person_id, by=BY, now=at)
    states = {c.id: c.state for c in admissions.calls(round_id)}
    assert states[other.id] == "DECLINED"
    assert str(seat) not in {str(s.id) for s in admissions.seats_of_class(one.class_id)}
