"""The pages of the agreement and of a plan: what everybody reads, what officers do, and who may not."""

import gzip
import hashlib
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme
from ampera.apps.programme import views

NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)
BY = audit.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def round_id(once) -> int:
    return programme.load("palembang", by=BY, now=NOW)


@pytest.fixture
def locked(round_id) -> int:
    found = programme.propose_lock(round_id, key="p", by=BY, now=NOW)
    programme.confirm_lock(round_id, found, key="c", by=audit.system("inspector"), now=NOW)
    return round_id


def signed_in(role: str, phone: str) -> Client:
    people.give_role(phone=phone, name=role, label=f"{role} 1", by=BY, now=NOW)
    client = Client()
    client.force_login(
        Account.objects.get(phone=phone), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def officer() -> Client:
    return signed_in("officer", "+628110000001")


@pytest.fixture
def inspector() -> Client:
    return signed_in("inspector", "+628110000002")


def words(response: HttpResponse) -> str:
    return response.content.decode()


def key_in(response: HttpResponse) -> str:
    return re.search(r'name="key" value="([^"]+)"', words(response))[1]


def light(response: HttpResponse) -> bool:
    return (
        response.status_code == 200 and len(gzip.compress(response.content)) <= 20_000
    )  # the sheet adds 6 KB


def test_the_agreement_page_counts_no_assumed_seat_as_promised(client, round_id):
    page = client.get(reverse("programme:agreement"), headers={"accept-language": "en"})
    assert light(page)
    text = words(page)
    assert ("10,000" in text and "20 December 2021" in text) or "Dec. 20, 2021" in text
    assert "Promised for a level and an audience by name: 0 seats." in text
    assert "Assumed, not promised" in text and "Universitas mitra 4" in text
    assert "Delivered" in text


def test_the_agreement_page_shows_what_was_delivered_when_told(round_id, rf: RequestFactory):
    request = rf.get("/perjanjian/")
    page = views.agreement_page(request, delivered={("dasar", "umum"): 123, ("mahir", "umkm"): 7})
    assert "123" in words(page) and "130" in words(page)


def test_a_draft_is_nobodys_promise(client, round_id):
    for name in ("plan", "plan_text", "classes"):
        assert client.get(reverse(f"programme:{name}", args=[round_id])).status_code == 404
    assert reverse("programme:plan", args=[round_id]) not in words(client.get(reverse("programme:rounds")))


def test_a_locked_plan_shows_its_hash_and_anybody_can_check_it(client, locked):
    page = client.get(reverse("programme:plan", args=[locked]))
    text = client.get(reverse("programme:plan_text", args=[locked]))
    found = hashlib.sha256(text.content).hexdigest()
    assert light(page)
    assert found in words(page) and f"{found[:8]} {found[8:16]}" in words(page)
    assert text["Content-Disposition"] == f'attachment; filename="palembang-1-{found[:8]}.txt"'
    assert reverse("programme:plan", args=[locked]) in words(client.get(reverse("programme:rounds")))


def test_classes_can_be_found_by_level_kecamatan_and_day(client, locked):
    address = reverse("programme:classes", args=[locked])
    assert light(client.get(address))
    assert light(client.get(address, {"page": 3}))
    found = words(client.get(address, {"level": "menengah", "place": "16.71.17", "day": "kamis"}))
    assert set(re.findall(r">(\w+-\w+-\d\d)<", found)) == {"MNG-A-01"}
    assert client.get(address, {"level": "nonsense", "place": "x"}).status_code == 200


@pytest.mark.parametrize(
    "name", ["office_rounds", "office_plan", "confirm", "office_classes", "office_classes_csv", "proposed_text"]
)  # fmt: skip
def test_office_pages_do_not_exist_for_citizens(client, round_id, name):
    address = reverse(f"programme:{name}", args=[] if name == "office_rounds" else [round_id])
    assert client.get(address).url == f"/masuk/?next={address}"
    assert signed_in("volunteer", "+628110000009").get(address).status_code == 404


def test_an_officer_may_not_confirm_and_an_inspector_may_not_propose_or_move(officer, inspector, round_id):
    class_id = programme.classes(round_id)[0].id
    assert officer.get(reverse("programme:confirm", args=[round_id])).status_code == 404
    assert inspector.post(reverse("programme:propose", args=[round_id]), {"key": uuid4()}).status_code == 404
    assert inspector.get(reverse("programme:office_class", args=[class_id])).status_code == 404


def test_two_people_lock_a_plan_from_the_officers_page_to_the_inspectors(officer, inspector, round_id):
    page = officer.get(reverse("programme:office_plan", args=[round_id]))
    assert light(page)
    after = officer.post(reverse("programme:propose", args=[round_id]), {"key": key_in(page)}, follow=True)
    proposed = programme.plan(round_id)
    assert proposed.hash in words(after) and not proposed.locked

    confirm = reverse("programme:confirm", args=[round_id])
    page = inspector.get(confirm)
    assert light(page) and proposed.hash in words(page) and "officer 1" in words(page)
    assert proposed.hash.encode() not in inspector.get(reverse("programme:office_rounds")).content
    sent = {"key": key_in(page), "hash": proposed.hash, "start": "00000000"}
    wrong = inspector.post(confirm, sent)
    assert wrong.status_code == 200 and "id_start" in words(wrong)
    assert not programme.plan(round_id).locked

    done = inspector.post(confirm, {**sent, "start": proposed.hash[:8].upper()})
    assert done.status_code == 302
    assert programme.plan(round_id).locked and programme.round_(round_id).state == "LOCKED"
    again = inspector.post(confirm, {**sent, "start": proposed.hash[:8]})
    assert again.status_code == 302


def test_the_plan_page_says_when_a_plan_could_not_tell(officer, round_id):
    from ampera.apps.programme.models import Plan

    Plan.objects.filter(round=round_id).update(endline_per_arm=100)
    address = reverse("programme:office_plan", args=[round_id])
    assert reverse("programme:propose", args=[round_id]) not in words(officer.get(address))
    refused = officer.post(reverse("programme:propose", args=[round_id]), {"key": uuid4()})
    assert refused.status_code == 409
    assert programme.plan(round_id).hash == ""


def test_what_if_answers_for_the_numbers_asked(officer, round_id):
    address = reverse("programme:office_plan", args=[round_id])
    few = words(officer.get(address, {"applicants": 2000, "takeup": 60}))
    assert "tidak ada yang di luar" in few
    wrong = officer.get(address, {"applicants": "many", "takeup": 60})
    assert wrong.status_code == 200 and "id_applicants" in words(wrong)


def test_the_class_list_sorts_filters_and_leaves_as_csv(officer, locked):
    address = reverse("programme:office_classes", args=[locked])
    assert light(officer.get(address, {"sort": "place", "level": "dasar"}))
    out = officer.get(reverse("programme:office_classes_csv", args=[locked]), {"level": "ahli"})
    lines = words(out).splitlines()
    assert lines[0].startswith("code,level,") and len(lines) == 1 + 5
    assert out["Content-Disposition"] == 'attachment; filename="palembang-1-classes.csv"'


def test_an_officer_moves_a_class_after_the_lock(officer, locked):
    held = programme.classes(locked)[0]
    address = reverse("programme:office_class", args=[held.id])
    page = officer.get(address)
    assert light(page)
    sent = {
        "key": key_in(page),
        "room": "Kantor Camat Seberang Ulu I, Ruang rapat",
        "days": ["minggu"],
        "starts_at": "09:00",
        "ends_at": "11:15",
        "trainer": "Ibu Ratna",
    }
    backwards = officer.post(address, {**sent, "ends_at": "08:00"})
    assert backwards.status_code == 200 and "id_ends_at" in words(backwards)
    assert officer.post(address, sent).status_code == 302
    assert officer.post(address, sent).status_code == 302
    moved = programme.class_(held.id)
    assert (moved.room, moved.days, moved.trainer) == (sent["room"], ("minggu",), "Ibu Ratna")
    assert len(audit.events(verb="class.moved")) == 1
    assert "Ratna" not in str(audit.events(verb="class.moved"))


def test_no_page_takes_more_than_twelve_queries(
    officer, inspector, client, locked, django_assert_max_num_queries
):
    class_id = programme.classes(locked)[0].id
    pages = [
        (client, "agreement", []),
        (client, "rounds", []),
        (client, "plan", [locked]),
        (client, "classes", [locked]),
        (officer, "office_rounds", []),
        (officer, "office_plan", [locked]),
        (officer, "office_classes", [locked]),
        (officer, "office_class", [class_id]),
        (inspector, "confirm", [locked]),
    ]
    for visitor, name, args in pages:
        with django_assert_max_num_queries(12):
            assert visitor.get(reverse(f"programme:{name}", args=args)).status_code == 200


def test_pages_carry_no_inline_style_or_script(officer, locked):
    for name in ("office_plan", "plan", "classes"):
        page = words(officer.get(reverse(f"programme:{name}", args=[locked])))
        assert " style=" not in page and "<script" not in page and "<style" not in page


def test_a_simulated_round_says_so_on_every_page(client, settings):
    settings.DEMO = False
    round_id = programme.load("palembang", by=BY, now=NOW, simulated=True, scale_seats=60)
    found = programme.propose_lock(round_id, key="p", by=BY, now=NOW)
    programme.confirm_lock(round_id, found, key="c", by=audit.system("inspector"), now=NOW)
    for name in ("plan", "plan_text", "classes"):
        assert "SIMULASI" in words(client.get(reverse(f"programme:{name}", args=[round_id])))
