"""After the draw, the citizen's pages: a seat, a call or neither; why; and the answer, asked twice, given once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.template.defaultfilters import floatformat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Call, Outcome, Seat
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme

from .drawn_round import applied, drawn, frozen, opened_round
from .test_admissions_pages import get, key_in, tap, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = None

    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock


@pytest.fixture
def town(clock):
    round_id = opened_round()
    clock.now = programme.plan(round_id).opens_at
    ids = applied(round_id, count=60)
    frozen(round_id)
    clock.now = programme.plan(round_id).draw_at + timedelta(hours=1)
    return round_id, ids


def owner(application_id: int) -> Client:
    """The phone of the person who applied, reading English."""
    person = people.person(admissions.application(application_id).person_id)
    Account.objects.filter(pk=person.account_id).update(language="en")
    client = Client()
    client.force_login(
        Account.objects.get(pk=person.account_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def test_before_the_draw_there_is_no_result(town):
    _round_id, ids = town
    phone = owner(ids[0])
    for page in ("result", "why"):
        assert get(phone, page, ids[0], status=302).url == reverse("site:next")
    assert phone.get(reverse("admissions:answer", args=[ids[0], "terima"])).status_code == 404


def test_who_was_not_in_the_draw_has_no_result(town):
    round_id, ids = town
    drawn(round_id)
    assert get(owner(ids[-1]), "result", ids[-1], status=302).url == reverse("site:next")


def test_a_seat_is_taken_once_however_often_it_is_tapped(town):
    round_id, _ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    phone, found = owner(call.application_id), call.application_id
    assert "Take this seat" in text(get(phone, "result", found))
    assert get(phone, "receipt", found, status=302).url.endswith("/hasil/")
    shown = key_in(get(phone, "answer", found, "terima"))
    for _ in range(2):
        answered = phone.post(reverse("admissions:answer", args=[found, "terima"]), {"key": shown})
        assert answered.url.endswith("/hasil/")
    assert Seat.objects.count() == 1
    page = text(get(phone, "result", found))
    assert "You have a seat" in page and "Take this seat" not in page
    late = phone.post(reverse("admissions:answer", args=[found, "tolak"]), {"key": uuid4()}, follow=True)
    assert "You have taken this seat" in text(late)


def test_a_seat_given_up_is_gone_and_one_not_answered_in_time_too(town, clock):
    round_id, _ids = town
    drawn(round_id)
    giver, sleeper = Call.objects.order_by("pk")[:2]
    phone = owner(giver.application_id)
    tap(phone, "answer", giver.application_id, "tolak")
    assert "You gave the seat up" in text(get(phone, "result", giver.application_id))
    late = owner(sleeper.application_id)
    asked = key_in(get(late, "answer", sleeper.application_id, "terima"))
    clock.now = sleeper.until + timedelta(minutes=1)
    where = reverse("admissions:answer", args=[sleeper.application_id, "terima"])
    refused = text(late.post(where, {"key": asked}, follow=True))
    assert "The time for this seat ran out on" in refused and "not taken in time" in refused
    assert late.get(where).status_code == 302, "what is over is not offered again"
    assert not Seat.objects.exists()


def test_everybody_drawn_learns_why_at_each_class_and_where_to_recheck_it(town):
    round_id, _ids = town
    drawn(round_id)
    number = programme.round_(round_id).number
    for outcome in (
        Outcome.objects.filter(klass=None, inside=False).first(),
        Outcome.objects.exclude(klass=None).first(),
    ):
        found = outcome.application_id
        phone = owner(found)
        page = text(get(phone, "result", found))
        assert reverse("admissions:draw_page", args=[number]) in page
        assert outcome.ticket[:16] in page and floatformat(outcome.chance_seat, 2) in page
        why = text(get(phone, "why", found))
        assert why.count("<li><p>") == len(admissions.application(found).choices)
        for reason in admissions.reasons(found):
            assert reason.name in why
            if "cutoff_ticket" in reason.facts:
                assert str(reason.facts["cutoff_ticket"])[:16] in why


def test_somebody_else_sees_neither_result_nor_reason_and_answers_nothing(town):
    round_id, ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    stranger = owner(next(i for i in ids if i != call.application_id))
    for name, args in (("result", []), ("why", []), ("answer", ["terima"]), ("answer", ["tolak"])):
        address = reverse(f"admissions:{name}", args=[call.application_id, *args])
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"key": "0" * 32}).status_code == 404
    assert Call.objects.get(pk=call.pk).state == "OFFERED"
