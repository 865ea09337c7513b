"""The citizen's pages: from the first to the receipt on a cheap phone, with old pages, double taps and closing time."""

import gzip
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme

from .admissions_city import BEFORE, BY, HOME, NOW, key, open_round, people_of, take_test

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(clock):
    clock.now = NOW
    return clock


@pytest.fixture(scope="module")
def opened(once):
    return open_round()


@pytest.fixture
def round_id(clock, opened):
    return opened


def phone_of(number: str) -> Client:
    Account.objects.filter(pk=people.account_for(number, verified=True)).update(language="en")
    client = Client()
    client.force_login(
        Account.objects.get(phone=number), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def phone(round_id):
    return phone_of("+628121111111")


@pytest.fixture
def person(phone):
    account = people.account_for("+628121111111")
    return people.register(
        account_id=account,
        name="Siti Aminah",
        nik="1671025705900001",
        birth_date=date(1990, 5, 17),
        kelurahan=HOME,
        notice_at=BEFORE,
        key=key(),
        by=audit.account(account),
        now=BEFORE,
    )


def get(phone: Client, name: str, *args, status: int = 200):
    """A page, within its budgets of queries and bytes."""
    address = name if name.startswith("/") else reverse(f"admissions:{name}", args=args)
    with CaptureQueriesContext(connection) as seen:
        response = phone.get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    if status != 200:
        return response
    assert len(seen) <= 12, "\n".join(q["sql"][:2000] for q in seen)
    assert len(gzip.compress(response.content)) <= 20_000
    assert "style=" not in response.content.decode() and "<script" not in response.content.decode()
    return response


def text(response) -> str:
    return response.content.decode()


def key_in(response) -> str:
    return re.search(r'name="key" value="([^"]+)"', text(response))[1]


def post(phone: Client, name: str, *args, **data):
    return phone.post(reverse(f"admissions:{name}", args=args), data)


def tap(phone: Client, name: str, *args, **data):
    """Open a page and press its button."""
    return post(phone, name, *args, key=key_in(get(phone, name, *args)), **data)


def applied(phone: Client, person: int, round_id: int, *, send: bool = True) -> int:
    """Through all pages; the application's id."""
    assert tap(phone, "begin", person).status_code == 302
    found = admissions.of_person(person, round_id).id
    assert post(phone, "audience", found, audience="umkm", claim_umkm="NIB 1").url.endswith("/tes/")
    started = tap(phone, "test", found)
    assert "/tes/" in started.url
    take_test(round_id, person)
    assert post(phone, "level", found, level="dasar").url.endswith("/hari-tempat/")
    wishes = post(phone, "wishes", found, days=["sabtu", "minggu"], places=["16.71.02"])
    assert wishes.url.endswith("/urutan/")
    if send:
        assert tap(phone, "check", found).url.endswith("/bukti/")
    return found


def test_a_citizen_gets_from_the_first_page_to_the_receipt_and_every_page_is_light(phone, person, round_id):
    assert "Registration closes" in text(get(phone, "begin", person))
    found = applied(phone, person, round_id, send=False)
    for page in ("audience", "level", "wishes", "ranking", "check"):
        get(phone, page, found)
    tap(phone, "check", found)
    receipt = admissions.application(found).receipt
    page = text(get(phone, "receipt", found))
    assert receipt in page and "Siti Aminah" in page and "kelurahan office of" in page
    assert "NIB 1" in text(get(phone, "check", found))
    get(phone, "withdraw", found)


def test_the_pages_are_in_indonesian_for_whoever_asks_for_nothing_else(phone, person, round_id):
    found = applied(phone, person, round_id)
    Account.objects.update(language="id")
    page = text(get(phone, "receipt", found))
    assert "Pendaftaran Anda sudah dikirim" in page and "Undian, di depan umum" in page


def test_leaving_and_coming_back_on_another_device_goes_on_at_the_next_part(phone, person, round_id):
    tap(phone, "begin", person)
    found = admissions.of_person(person, round_id).id
    other = phone_of("+628121111111")
    assert get(other, "resume", found, status=302).url.endswith("/peserta/")
    post(phone, "audience", found, audience="umum")
    assert get(other, "resume", found, status=302).url.endswith("/tes/")
    take_test(round_id, person)
    assert get(other, "resume", found, status=302).url.endswith("/jenjang/")
    assert get(other, "wishes", found, status=302).url.endswith("/jenjang/")
    assert get(other, "test", found, status=302).url.endswith("/jenjang/")


def test_pressing_begin_twice_begins_once_and_going_back_to_it_goes_on(phone, person, round_id):
    shown = key_in(get(phone, "begin", person))
    assert post(phone, "begin", person, key=shown).url == post(phone, "begin", person, key=shown).url
    assert get(phone, "begin", person, status=302)


def test_a_double_tap_on_send_gives_one_receipt(phone, person, round_id):
    found = applied(phone, person, round_id, send=False)
    shown = key_in(get(phone, "check", found))
    for _ in range(2):
        assert post(phone, "check", found, key=shown).url.endswith("/bukti/")
    assert len(audit.events(verb="application.submitted")) == 1


def test_a_double_tap_on_up_moves_a_class_once(phone, person, round_id):
    found = applied(phone, person, round_id, send=False)
    first, second, *rest = admissions.application(found).choices
    shown = re.search(r'name="order" value="([^"]+)"', text(get(phone, "ranking", found)))[1]
    for _ in range(2):
        post(phone, "ranking", found, order=shown, up=second)
    assert admissions.application(found).choices == (second, first, *rest)


def test_a_list_is_edited_with_buttons_alone(phone, person, round_id):
    found = applied(phone, person, round_id, send=False)
    one, two, *rest = admissions.application(found).choices

    def press(**button):
        order = ",".join(map(str, admissions.application(found).choices))
        return post(phone, "ranking", found, order=order, **button)

    press(down=one)
    press(remove=two)
    assert admissions.application(found).choices == (one, *rest)
    press(add=two)
    assert admissions.application(found).choices == (one, *rest, two)
    for klass in [*rest, two]:
        press(remove=klass)
    assert press(remove=one).status_code == 409
    assert admissions.application(found).choices == (one,)
    assert post(phone, "ranking", found, order="x", up=1).status_code == 200


def test_an_old_page_sent_again_puts_back_what_it_shows_and_loses_nothing_else(phone, person, round_id):
    found = applied(phone, person, round_id)
    before = admissions.application(found)
    post(phone, "audience", found, audience="pelajar", claim_pelajar="Kartu 7")
    post(phone, "audience", found, audience="umkm", claim_umkm="NIB 1")
    after = admissions.application(found)
    assert (after.audience, after.receipt, after.choices) == ("umkm", before.receipt, before.choices)
    assert [c.evidence for c in after.claims] == ["NIB 1"]


def test_what_was_typed_stays_on_the_page_when_registration_closes_meanwhile(phone, person, round_id, clock):
    found = applied(phone, person, round_id, send=False)
    clock.now = programme.plan(round_id).closes_at
    page = post(phone, "audience", found, audience="pelajar", claim_pelajar="Kartu 7")
    assert page.status_code == 409
    assert "Registration is not open now" in text(page) and 'value="Kartu 7"' in text(page)
    assert 'value="pelajar"' in text(page) and "checked" in text(page)
    assert admissions.application(found).audience == "umkm"
    assert "Registration is not open now" in text(post(phone, "check", found, key=key()))


def test_an_empty_form_says_at_the_field_what_is_missing(phone, person, round_id):
    tap(phone, "begin", person)
    found = admissions.of_person(person, round_id).id
    assert "Choose one." in text(post(phone, "audience", found))
    take_test(round_id, person)
    post(phone, "level", found, level="dasar")
    page = text(post(phone, "wishes", found, days=["sabtu"]))
    assert "Choose at least one place" in page and page.count("checked") == 1


def test_an_incomplete_application_is_not_sent(phone, person, round_id):
    tap(phone, "begin", person)
    found = admissions.of_person(person, round_id).id
    assert post(phone, "check", found, key=key()).status_code == 409
    assert get(phone, "receipt", found, status=302)


def test_withdrawing_asks_once_more_and_taking_it_up_again_keeps_the_receipt(phone, person, round_id):
    found = applied(phone, person, round_id)
    receipt = admissions.application(found).receipt
    assert tap(phone, "withdraw", found).url == reverse("site:next")
    for name in ("check", "receipt", "withdraw"):
        assert get(phone, name, found, status=302).url == reverse("site:next")
    assert "Take it up again" in text(get(phone, "begin", person))
    assert tap(phone, "begin", person).url.endswith(f"/lamaran/{found}/")
    tap(phone, "check", found)
    assert admissions.application(found).receipt == receipt


CITIZENS_PAGES = (
    "resume", "audience", "test", "level", "wishes", "ranking", "check", "receipt", "withdraw", "objection", "result", "why",
)  # fmt: skip


def test_nobody_else_sees_or_changes_an_application(phone, person, round_id):
    found = applied(phone, person, round_id)
    stranger = phone_of("+628122222222")
    before = admissions.application(found)
    for name in CITIZENS_PAGES:
        address = reverse(f"admissions:{name}", args=[found])
        assert stranger.get(address).status_code == stranger.post(address, {"key": key()}).status_code == 404
        assert Client().get(address).url.startswith("/masuk/")
    assert stranger.get(reverse("admissions:begin", args=[person])).status_code == 404
    assert stranger.get(reverse("admissions:answer", args=[found, "terima"])).status_code == 404
    assert admissions.application(found) == before
    assert stranger.get(reverse("admissions:check", args=[found + 1])).status_code == 404


def test_a_volunteer_applies_for_whom_they_registered_and_prints_the_receipt(round_id):
    number = "+628123333333"
    people.give_role(phone=number, name="volunteer", label="Relawan", by=BY, now=BEFORE)
    volunteer, account = phone_of(number), people.account_for(number)
    registered = people.register(
        account_id=None,
        name="Halimah",
        nik="1671025705900009",
        birth_date=date(1990, 5, 17),
        kelurahan=HOME,
        notice_at=BEFORE,
        key=key(),
        by=audit.account(account),
        now=BEFORE,
        pin="123456",
    )
    found = applied(volunteer, registered, round_id)
    page = text(get(volunteer, "receipt", found))
    assert "Keep the PIN with it" in page and "123456" not in page
    assert get(volunteer, "check", found)
    assert tap(volunteer, "withdraw", found).url == reverse("people:counter_person", args=[registered])
    (somebody_else,) = people_of(1, start=50)
    assert volunteer.get(reverse("admissions:begin", args=[somebody_else])).status_code == 404


def test_the_level_page_offers_nothing_above_the_measured_level(phone, person, round_id):
    tap(phone, "begin", person)
    found = admissions.of_person(person, round_id).id
    take_test(round_id, person, right=0.0)
    page = text(get(phone, "level", found))
    assert 'value="dasar"' in page and 'value="ahli"' not in page and "sementara" in page
    assert "Choose a level from the list" in text(post(phone, "level", found, level="ahli"))


def test_no_test_begins_after_closing(phone, person, round_id, clock):
    tap(phone, "begin", person)
    found = admissions.of_person(person, round_id).id
    shown = key_in(get(phone, "test", found))
    clock.now = programme.plan(round_id).closes_at
    assert post(phone, "test", found, key=shown).status_code == 409
    assert not assessment.sittings([person], round_id, "baseline")


def test_an_objection_is_made_in_its_days_and_its_answer_is_read_there(phone, person, round_id, clock):
    found = applied(phone, person, round_id)
    plan = programme.plan(round_id)
    assert "Send the objection" not in text(get(phone, "objection", found))
    programme.move(round_id, "close", by=BY, now=plan.closes_at)
    clock.now = plan.provisional_at
    tap(phone, "objection", found, text="Level saya salah")
    made = admissions.objections(round_id)[0]
    officer = people.account_for("+628124444444")
    people.give_role(phone="+628124444444", name="officer", label="Petugas 1", by=BY, now=BEFORE)
    admissions.answer_objection(
        made.id, answer="Sudah diperiksa.", upheld=False, key=key(), by=audit.account(officer), now=clock.now
    )
    page = text(get(phone, "objection", found))
    assert "Level saya salah" in page and "Sudah diperiksa." in page and "Petugas 1" in page
    clock.now = plan.objections_until
    late = post(phone, "objection", found, text="Masih salah", key=key())
    assert late.status_code == 409 and "Masih salah" in text(late)
