"""After the draw, the citizen's pages: a seat, a call or neither; why; and the answer, asked twice, given once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Call, Outcome, Seat
from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.people.models import Account, FreshCode, Person
from ampera.apps.programme import api as programme

from .drawn_round import applied, drawn, frozen, opened_round
from .test_admissions_pages import get, key_in, tap, text

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def drawable(once):
    """Sixty people applied, and the list is frozen."""
    round_id = opened_round()
    ids = applied(round_id, count=60)
    frozen(round_id)
    return round_id, ids


@pytest.fixture
def town(clock, drawable):
    round_id, ids = drawable
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


def give_up(phone: Client, call: Call, code: str = "") -> HttpResponse:
    """Ask for a code and type it (or another)."""
    page = tap(phone, "answer", call.application_id, "tolak", action="send")
    assert page.url.endswith("/tolak/")
    return tap(phone, "answer", call.application_id, "tolak", secret=code or sent_code(call))


def sent_code(call: Call) -> str:
    newest = messaging.latest(to=people.phone(call.application.person_id), limit=1)[0]
    assert newest.kind == "code" and "for good" in newest.body
    return re.search(r"\d{6}", newest.body)[0]


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


def test_a_seat_given_up_is_gone_and_one_not_answered_in_time_too(town, clock):
    round_id, _ids = town
    drawn(round_id)
    giver, sleeper = Call.objects.order_by("pk")[:2]
    phone = owner(giver.application_id)
    give_up(phone, giver)
    assert "You gave the seat up" in text(get(phone, "result", giver.application_id))
    late = owner(sleeper.application_id)
    asked = key_in(get(late, "answer", sleeper.application_id, "terima"))
    clock.now = sleeper.until + timedelta(minutes=1)
    where = reverse("admissions:answer", args=[sleeper.application_id, "terima"])
    refused = text(late.post(where, {"key": asked}, follow=True))
    assert "The time for this seat ran out on" in refused and "not taken in time" in refused
    assert late.get(where).status_code == 302, "what is over is not offered again"
    assert not Seat.objects.exists()


def test_an_open_session_alone_gives_no_seat_away(town, clock):
    """The phone must answer: no code, a made-up one, one for another seat, an old one: the seat stays."""
    round_id, _ids = town
    drawn(round_id)
    mine, other = Call.objects.order_by("pk")[:2]
    phone = owner(mine.application_id)
    first = text(get(phone, "answer", mine.application_id, "tolak"))
    assert "Send me the code" in first and 'name="secret"' not in first
    where = reverse("admissions:answer", args=[mine.application_id, "tolak"])
    assert "Write the six digits" in text(phone.post(where, {"key": uuid4(), "secret": ""}))
    give_up(owner(other.application_id), other, code="000000")
    wrong = give_up(phone, mine, code=sent_code(other))
    assert wrong.status_code == 409 and "Nothing has changed" in text(wrong)
    assert f'value="{sent_code(other)}"' in text(wrong), "what was typed is kept"
    right = sent_code(mine)
    clock.now += timedelta(minutes=16)
    assert phone.post(where, {"key": uuid4(), "secret": right}).status_code == 409
    assert set(Call.objects.filter(pk__in=[mine.pk, other.pk]).values_list("state", flat=True)) == {"OFFERED"}


def test_five_wrong_codes_end_the_code_and_a_number_gets_few_of_them(town):
    round_id, _ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    phone = owner(call.application_id)
    tap(phone, "answer", call.application_id, "tolak", action="send")
    where, right = reverse("admissions:answer", args=[call.application_id, "tolak"]), sent_code(call)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        assert phone.post(where, {"key": uuid4(), "secret": wrong}).status_code == 409
    assert phone.post(where, {"key": uuid4(), "secret": right}).status_code == 409
    for _ in range(4):
        refused = phone.post(where, {"key": uuid4(), "action": "send"}, follow=True)
    assert "has had its codes for now" in text(refused)
    assert Call.objects.get(pk=call.pk).state == "OFFERED"


def test_the_right_code_gives_the_seat_up_once_however_often_it_is_tapped(town):
    round_id, _ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    phone = owner(call.application_id)
    tap(phone, "answer", call.application_id, "tolak", action="send")
    where = reverse("admissions:answer", args=[call.application_id, "tolak"])
    page = text(get(phone, "answer", call.application_id, "tolak"))
    number = people.phone(call.application.person_id)
    assert number[-3:] in page and number[3:] not in page, "whoever holds the session learns no number"
    said = {"key": uuid4(), "secret": f" {sent_code(call)[:3]} {sent_code(call)[3:]}"}
    for _ in range(2):
        done = phone.post(where, said, follow=True)
        assert "The seat is given up" in text(done)
    assert Call.objects.get(pk=call.pk).state == "DECLINED"
    events = audit.events(about=f"person:{call.application.person_id}", verb="call.given_up")
    assert [e.facts["how"] for e in events] == ["code"]


def test_who_has_no_phone_types_the_pin_of_the_receipt(town):
    round_id, _ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    person = call.application.person_id
    volunteer = Account.objects.get(pk=people.account_for("+6281234567890", verified=True))
    people.give_role(phone=volunteer.phone, name="volunteer", label="V", by="system:test", now=timezone.now())
    Account.objects.filter(pk=volunteer.pk).update(language="en")
    Person.objects.filter(pk=person).update(account=None, registered_by=audit.account(volunteer.pk))
    pin = people.renew_pin(person, by="system:test", now=timezone.now())
    desk = Client()
    desk.force_login(volunteer, "allauth.account.auth_backends.AuthenticationBackend")
    page = text(get(desk, "answer", call.application_id, "tolak"))
    assert "PIN of the receipt" in page and "Send me the code" not in page
    wrong = tap(desk, "answer", call.application_id, "tolak", secret="1" * 6 if pin != "1" * 6 else "2" * 6)
    assert wrong.status_code == 409 and Person.objects.get(pk=person).pin_tries == 1
    assert tap(desk, "answer", call.application_id, "tolak", secret=pin).status_code == 302
    assert Call.objects.get(pk=call.pk).state == "DECLINED"


def test_a_code_that_nobody_could_try_again_and_two_for_one_thing_are_refused_by_the_database(town):
    round_id, _ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    mine = admissions.held(call.application.person_id, now=timezone.now())[0]
    admissions.ask_code(mine, key="k", by="account:1", now=timezone.now())
    row = FreshCode.objects.get()
    with pytest.raises(IntegrityError, match="fresh_code_is_tried_five_times"), transaction.atomic():
        FreshCode.objects.update(tries=6)
    with pytest.raises(IntegrityError, match=r"fresh_code_one_per_purpose|purpose"), transaction.atomic():
        FreshCode.objects.create(person_id=row.person_id, purpose=row.purpose, code_hash="", until=row.until)
    people.erase(row.person_id, by="account:1", now=timezone.now())
    assert not FreshCode.objects.exists()


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
        receipt = admissions.application(found).receipt
        assert reverse("admissions:recheck_receipt", args=[number, receipt]) in page
        assert reverse("admissions:draw_page", args=[number]) in page
        assert outcome.ticket[:16] in page and (0 < outcome.chance_seat < 1) == (
            "in 100, give or take" in page
        )
        plain = "Your ticket reached a seat in" if outcome.klass_id else "was there a seat for your ticket"
        assert page.index(plain) < page.index("The numbers") < page.index("Recheck it"), "the reason first"
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


def test_who_was_listed_wrongly_objects_to_the_draw_until_classes_begin(town, clock):
    round_id, _ids = town
    drawn(round_id)
    found = Outcome.objects.filter(klass=None).first().application_id
    phone = owner(found)
    where = reverse("admissions:objection", args=[found])
    assert where in text(get(phone, "result", found))
    assert "Object to the draw" in text(get(phone, "objection", found))
    assert tap(phone, "objection", found, text="Surat usaha saya sah.").status_code == 302
    assert admissions.objections(round_id)[0].application_id == found
    programme.move(round_id, "teach", by="system:test", now=clock.now)
    assert "Objections are taken from" in text(get(phone, "objection", found))
    assert where not in text(get(phone, "result", found))


def test_a_seat_taken_is_given_back_later_only_with_a_code_for_it(town):
    round_id, _ids = town
    drawn(round_id)
    call = Call.objects.order_by("pk").first()
    phone, found, person = owner(call.application_id), call.application_id, call.application.person_id
    tap(phone, "answer", found, "tolak", action="send")
    before = sent_code(call)
    tap(phone, "answer", found, "terima")
    assert "give this seat back" in text(get(phone, "result", found))
    where = reverse("admissions:answer", args=[found, "tolak"])
    assert "Give this seat back?" in text(phone.get(where))
    assert phone.post(where, {"key": uuid4(), "secret": before}).status_code == 409, "that was for the call"
    tap(phone, "answer", found, "tolak", action="send")
    said = {"key": uuid4(), "secret": sent_code(call)}
    for _ in range(2):
        assert "The seat is given up" in text(phone.post(where, said, follow=True))
    assert Seat.objects.get().state == "RELEASED"
    assert [e.facts["how"] for e in audit.events(about=f"person:{person}", verb="seat.given_up")] == ["code"]
    assert "given back already" in text(phone.get(where, follow=True))
    assert "The seat was given back" in text(get(phone, "result", found))


def test_ten_wrong_pins_end_the_pin_and_tries_at_once_do_not_share_a_count(town):
    _round_id, ids = town
    person = admissions.application(ids[0]).person_id
    pin = people.renew_pin(person, by="system:test", now=timezone.now())
    wrong = "1" * 6 if pin != "1" * 6 else "2" * 6
    for _ in range(9):
        assert not people.check_pin(person, wrong)
    assert people.check_pin(person, pin), "the right one in between begins the count anew"
    for _ in range(10):
        assert not people.check_pin(person, wrong)
    assert not people.check_pin(person, pin)
