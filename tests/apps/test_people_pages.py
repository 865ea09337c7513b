"""The way in, one person's form, the counter and the roles, page by page and without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.people.codes import too_many_codes
from ampera.apps.people.models import Account, Draft, Identity, Person

pytestmark = pytest.mark.django_db

PHONE = "+6281234567890"
NIK = "1671015705900001"
SYSTEM = audit.system("test")


@pytest.fixture(autouse=True)
def city():
    cache.clear()
    place = apps.get_model("programme", "Place").objects.create
    place(code="16.71", kind="city", name="Kota Palembang")
    place(code="16.71.01", kind="kecamatan", name="Ilir Barat II", parent_id="16.71")
    place(code="16.71.02", kind="kecamatan", name="Seberang Ulu I", parent_id="16.71")
    place(code="16.71.01.1001", kind="kelurahan", name="35 Ilir", parent_id="16.71.01")
    place(code="16.71.02.1001", kind="kelurahan", name="5 Ulu", parent_id="16.71.02")


def signed_in(phone: str = PHONE, *roles: str) -> Client:
    for role in roles:
        people.give_role(phone=phone, name=role, label=f"{role} 1", by=SYSTEM, now=timezone.now())
    client = Client()
    client.force_login(Account.objects.get(pk=people.account_for(phone, verified=True)))
    return client


def newest_code(phone: str = PHONE) -> str:
    return re.search(r"\b\d{6}\b", messaging.latest(to=phone, limit=1)[0].body).group()


def key_in(response) -> str:
    return re.search(r'name="key" value="([^"]+)"', response.content.decode()).group(1)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def born(year: int, month: int = 5, day: int = 17) -> dict[str, int]:
    return {"birth_date_year": year, "birth_date_month": month, "birth_date_day": day}


# The way in


def test_a_new_number_signs_in_with_the_code_it_was_sent(client):
    assert client.post("/masuk/", {"phone": "0812 3456-7890"}).url == "/masuk/kode/"
    assert not Account.objects.get(phone=PHONE).phone_verified
    code = newest_code()
    answer = client.post("/masuk/kode/", {"code": code})
    assert (answer.status_code, answer.url) == (302, "/saya/")
    assert Account.objects.get(phone=PHONE).phone_verified
    assert client.get("/orang/").status_code == 200


def test_after_signing_in_one_is_where_one_wanted_to_go(client):
    there = client.get("/orang/baru/").url
    assert there == "/masuk/?next=/orang/baru/"
    onward = client.post(there, {"phone": PHONE}).url
    assert client.post(onward, {"code": newest_code()}).url == "/orang/baru/"


def test_no_open_door_to_another_site(client):
    onward = client.post("/masuk/?next=https://x.example/", {"phone": PHONE}).url
    assert client.post(onward, {"code": newest_code()}).url == "/saya/"


def test_a_wrong_code_is_refused_and_five_end_the_try(client):
    client.post("/masuk/", {"phone": PHONE})
    code = newest_code()
    for _ in range(4):
        page = client.post("/masuk/kode/", {"code": wrong(code)})
        assert page.status_code == 200 and "Itu bukan kodenya" in page.content.decode()
    assert client.post("/masuk/kode/", {"code": wrong(code)}).url == "/masuk/"
    assert client.post("/masuk/kode/", {"code": code}).url == "/masuk/"
    assert client.get("/orang/").status_code == 302
    assert "Terlalu banyak percobaan" in client.get("/masuk/").content.decode()


def test_a_code_is_accepted_only_once(client):
    client.post("/masuk/", {"phone": PHONE})
    code, stolen = newest_code(), Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    assert client.post("/masuk/kode/", {"code": code}).url == "/saya/"
    assert stolen.post("/masuk/kode/", {"code": code}).url == "/masuk/"
    client.post("/keluar/")
    assert client.post("/masuk/kode/", {"code": code}).url == "/masuk/"


def test_a_code_of_one_browser_is_nothing_in_another(client):
    client.post("/masuk/", {"phone": PHONE})
    assert Client().post("/masuk/kode/", {"code": newest_code()}).url == "/masuk/"


def test_an_old_code_is_refused_and_the_page_says_what_to_do(client, monkeypatch):
    client.post("/masuk/", {"phone": PHONE})
    code, later = newest_code(), datetime.now(UTC) + timedelta(minutes=16)
    monkeypatch.setattr("time.time", later.timestamp)
    assert client.post("/masuk/kode/", {"code": code}).url == "/masuk/"
    assert "kirim kode baru" in client.get("/masuk/").content.decode()


def test_another_code_replaces_the_first(client):
    client.post("/masuk/", {"phone": PHONE})
    first = newest_code()
    client.post("/masuk/kode/", {"action": "resend"})
    second = newest_code()
    assert len(messaging.latest(to=PHONE)) == 2
    if first != second:
        assert client.post("/masuk/kode/", {"code": first}).status_code == 200
    assert client.post("/masuk/kode/", {"code": second}).url == "/saya/"


def test_codes_are_not_sent_without_end(client):
    client.post("/masuk/", {"phone": PHONE})
    for _ in range(6):
        client.post("/masuk/kode/", {"action": "resend"})
    assert len(messaging.latest(to=PHONE)) == 4
    for _ in range(6):
        last = Client().post("/masuk/", {"phone": PHONE})
    assert "Terlalu banyak percobaan" in last.content.decode()


def test_what_a_number_may_ask_is_counted_for_all_processes_in_one_query(client, django_assert_num_queries):
    for _ in range(4):
        Client().post("/masuk/", {"phone": PHONE})
        cache.clear()  # as in another process
    assert "Terlalu banyak percobaan" in Client().post("/masuk/", {"phone": PHONE}).content.decode()
    assert len(messaging.latest(to=PHONE)) == 4
    with django_assert_num_queries(1):
        assert too_many_codes(PHONE, timezone.now())
    assert not too_many_codes(PHONE, timezone.now() + timedelta(minutes=2))
    for n in range(16):
        messaging.send(to=PHONE, kind="code", body="Kode", key=f"code:{n}", now=timezone.now())
    assert too_many_codes(PHONE, timezone.now() + timedelta(hours=23))


def test_another_number_can_be_written_instead(client):
    client.post("/masuk/", {"phone": PHONE})
    assert client.get("/masuk/").url == "/masuk/kode/", "coming back, one goes on where one stopped"
    assert client.post("/masuk/kode/", {"action": "other"}).url == "/masuk/"
    assert client.get("/masuk/").status_code == 200


@pytest.mark.parametrize("typed", ["", "12345", "0212345678", "08123", "+14155550100"])
def test_what_is_no_mobile_number_is_refused_and_kept(client, typed):
    page = client.post("/masuk/", {"phone": typed})
    assert (page.status_code == 200 and f'value="{typed}"' in page.content.decode()) or not typed
    assert not Account.objects.exists()


def test_signing_out_is_a_post():
    client = signed_in()
    assert client.get("/keluar/").status_code == 405
    assert client.post("/keluar/").url == "/"
    assert client.get("/orang/").status_code == 302


def test_a_closed_account_is_told_where_to_ask(client):
    Account.objects.create(phone=PHONE, is_active=False)
    client.post("/masuk/", {"phone": PHONE})
    page = client.post("/masuk/kode/", {"code": newest_code()}, follow=True)
    assert page.status_code == 403 and "kelurahan" in page.content.decode()


def test_a_language_once_chosen_goes_with_the_account():
    client = signed_in()
    assert 'lang="id"' in client.get("/orang/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/orang/"})
    assert Account.objects.get().language == "en"
    other = signed_in()
    page = other.get("/orang/")
    assert 'lang="en"' in page.content.decode() and page.headers["Content-Language"] == "en"


def test_the_demo_s_outbox_shows_a_number_s_messages_and_production_has_none(client, settings):
    for phone in (PHONE, "+6281111111111"):
        Client().post("/masuk/", {"phone": phone})
    page = client.get("/kotak/", {"to": "0812-3456-7890"}).content.decode()
    assert newest_code() in page and "+6281111111111" not in page
    assert "+6281111111111" in client.get("/kotak/").content.decode()
    settings.DEMO = False
    assert client.get("/kotak/").status_code == 404


# A person's form


def fill(client, *, year=1990, nik=NIK, name="Siti Aminah", start="/orang/baru/", guardian=False) -> str:
    """From the notice to "check your answers"; the address of that page."""
    at = client.post(start, {"key": key_in(client.get(start))}).url
    pages = [{"name": name, "nik": nik}, born(year)]
    pages += [{"guardian_name": "Ali", "guardian_relation": "ayah"}] if guardian else []
    for answers in [*pages, {"kecamatan": "16.71.02"}, {"kelurahan": "16.71.02.1001"}]:
        assert client.get(at).status_code == 200
        page = client.post(at, answers)
        assert page.status_code == 302, page.context["form"].errors
        at = page.url
    assert at.endswith("/periksa/")
    return at


def test_a_citizen_registers_one_question_a_page(client):
    client = signed_in()
    at = fill(client)
    page = client.get(at).content.decode()
    for shown in ("Siti Aminah", "167101 570590 0001", "17 Mei 1990", "Seberang Ulu I", "5 Ulu"):
        assert shown in page
    assert client.post(at).url == "/saya/"
    assert client.post(at).url == "/saya/", "a second tap finds the same person"
    person = people.persons(Account.objects.get().pk)[0]
    assert (person.name, person.kelurahan, person.seen) == ("Siti Aminah", "16.71.02.1001", None)
    assert Person.objects.get().notice_at <= Person.objects.get().created_at


def test_a_minor_is_asked_for_a_guardian_and_an_adult_is_not():
    client = signed_in()
    year = timezone.now().year - 16
    client.post(fill(client, year=year - 1, guardian=True, nik=f"16710257{'05'}{(year - 1) % 100:02d}0001"))
    assert people.persons(Account.objects.get().pk)[0].guardian_name == "Ali"
    at = client.post("/orang/baru/", {"key": key_in(client.get("/orang/baru/"))}).url
    at = client.post(at, {"name": "Sri", "nik": "1671010101900009"}).url
    assert client.get(client.post(at, born(1990)).url.replace("kecamatan", "wali")).url.endswith(
        "/kecamatan/"
    )


def test_a_form_is_taken_up_again_on_another_device_and_nothing_typed_is_lost():
    client = signed_in()
    at = client.post("/orang/baru/", {"key": key_in(client.get("/orang/baru/"))}).url
    client.post(at, {"name": "Siti Aminah", "nik": NIK})
    other = signed_in()
    page = other.get("/orang/baru/").content.decode()
    assert "Siti Aminah" in page
    assert other.get(re.search(r"/orang/isian/[^/]+/periksa/", page).group()).url.endswith("/lahir/")
    assert NIK in other.get(at).content.decode()
    assert NIK.encode() not in bytes(Draft.objects.get().sealed)


def test_a_form_is_its_account_s_only():
    at = fill(signed_in())
    for stranger in (signed_in("+6281200000009"), signed_in("+6281200000008", "officer")):
        assert stranger.get(at).status_code == 404
    assert Client().get(at).url.startswith("/masuk/")


@pytest.mark.parametrize(
    "page, answers, says",
    [
        ("nama", {"name": "Siti", "nik": "167101"}, "NIK terdiri atas 16 angka"),
        ("nama", {"name": "", "nik": NIK}, "Tuliskan nama"),
        ("lahir", born(2015), "15 tahun"),
        ("lahir", born(1990, 2, 30), "Tidak ada tanggal itu"),
        ("kecamatan", {}, "Pilih salah satu"),
        ("kecamatan", {"kecamatan": "16.71.99"}, "16.71.99"),
    ],
)
def test_a_wrong_answer_says_how_to_mend_it_and_is_kept(page, answers, says):
    client = signed_in()
    at = client.post("/orang/baru/", {"key": key_in(client.get("/orang/baru/"))}).url
    client.post(at, {"name": "Siti", "nik": NIK})
    client.post(at.replace("nama", "lahir"), born(1990))
    answer = client.post(at.replace("nama", page), answers)
    assert answer.status_code == 200 and says in answer.content.decode()


def test_a_changed_kecamatan_asks_for_the_kelurahan_again():
    client = signed_in()
    at = fill(client)
    onward = client.post(at.replace("periksa", "kecamatan"), {"kecamatan": "16.71.01"}).url
    assert onward.endswith("/kelurahan/")
    assert client.post(at).url.endswith("/kelurahan/") and Person.objects.count() == 0


def test_my_nik_is_already_used_has_a_way_out():
    signed_in_squatter = signed_in("+6281200000009")
    signed_in_squatter.post(fill(signed_in_squatter, name="Penyerobot"))
    client = signed_in()
    onward = client.post(fill(client)).url
    assert onward.endswith("/nik-terpakai/")
    page = client.get(onward).content.decode()
    assert "kelurahan" in page and "Penyerobot" not in page
    assert client.post(onward).url == client.post(onward).url == "/saya/"
    mine = people.persons(Account.objects.get(phone=PHONE).pk)[0]
    people.see(mine.id, how="ktp", nik=NIK, key="k", by=SYSTEM, now=timezone.now())
    theirs = people.persons(Account.objects.get(phone="+6281200000009").pk)[0]
    assert theirs.displaced
    assert "disisihkan" in signed_in_squatter.get(f"/orang/{theirs.id}/").content.decode().lower()


def test_one_s_own_nik_twice_is_refused_on_the_last_page():
    client = signed_in()
    client.post(fill(client))
    again = client.post(fill(client))
    assert again.status_code == 409 and "sudah terdaftar dengan nomor HP Anda" in again.content.decode()


def registered(client) -> int:
    client.post(fill(client))
    return people.persons(Account.objects.get(phone=PHONE).pk)[0].id


def test_a_mistake_is_corrected_later_with_the_nik_left_as_it_is():
    client = signed_in()
    person = registered(client)
    page = client.get(f"/orang/{person}/ubah/")
    assert NIK not in page.content.decode()
    check = client.post(f"/orang/{person}/ubah/", {"key": key_in(page)}).url
    assert check.endswith("/periksa/"), "all is answered already"
    client.post(check.replace("periksa", "nama"), {"name": "Siti Aminah binti Ali", "nik": ""})
    assert client.post(check).url == client.post(check).url == f"/orang/{person}/"
    assert people.person(person).name == "Siti Aminah binti Ali"
    assert [p.id for p in people.find_by_nik(NIK, by=SYSTEM, now=timezone.now())] == [person]


def test_consent_is_given_and_taken_back():
    client = signed_in()
    person = registered(client)
    at = f"/orang/{person}/izin/"
    client.post(at, {"key": key_in(client.get(at)), "research": "on"})
    assert people.consented(person) == {"research"}
    client.post(at, {"key": key_in(client.get(at))})
    assert people.consented(person) == frozenset()


def test_a_person_is_deleted_only_by_those_who_tick_the_box():
    client = signed_in()
    person = registered(client)
    assert client.post(f"/orang/{person}/hapus/").status_code == 200
    assert client.post(f"/orang/{person}/hapus/", {"sure": "on", "key": uuid4()}).status_code == 302
    assert not Identity.objects.exists()


def test_nobody_sees_another_account_s_person():
    person = registered(signed_in())
    stranger = signed_in("+6281200000009", "officer")
    for page in ("", "ubah/", "izin/", "hapus/"):
        assert stranger.get(f"/orang/{person}/{page}").status_code == 404
        assert Client().get(f"/orang/{person}/{page}").status_code == 302


# The counter


def test_a_volunteer_registers_somebody_who_gets_a_pin_once():
    client = signed_in("+6281100000002", "volunteer")
    onward = client.post(fill(client, start="/relawan/baru/")).url
    pin = re.search(r'class="number">(\d{6})<', client.get(onward).content.decode()).group(1)
    person = people.person(Person.objects.get().pk)
    assert person.account_id is None and people.check_pin(person.id, pin)
    assert pin not in client.get(onward).content.decode()
    client.post(f"/relawan/orang/{person.id}/pin/")
    renewed = re.search(r'class="number">(\d{6})<', client.get(onward).content.decode()).group(1)
    assert people.check_pin(person.id, renewed)
    assert people.mine(Account.objects.get(phone="+6281100000002"), person.id)


def test_a_volunteer_finds_by_nik_and_marks_the_ktp_as_seen():
    person = registered(signed_in())
    client = signed_in("+6281100000002", "volunteer")
    for text in (NIK, "aminah"):
        assert f"/relawan/orang/{person}/" in client.post("/relawan/", {"text": text}).content.decode()
    at = f"/relawan/orang/{person}/lihat/"
    seen = {"key": key_in(client.get(at)), "how": "ktp"}
    assert "Salin NIK dari KTP" in client.post(at, seen).content.decode()
    assert "bukan" in client.post(at, seen | {"nik": "1671015705900002"}).content.decode()
    assert people.person(person).seen is None
    assert client.post(at, seen | {"nik": NIK}).url == f"/relawan/orang/{person}/"
    assert people.person(person).seen.by == audit.account(Account.objects.get(phone="+6281100000002").pk)
    page = client.get(f"/relawan/orang/{person}/").content.decode()
    assert "volunteer 1" in page and NIK not in page


def test_a_minor_s_card_counts_only_with_the_guardian_seen():
    now = timezone.now()
    person = people.register(
        account_id=None, name="Budi", nik="1671010101100001", birth_date=date(now.year - 16, 1, 1),
        kelurahan="16.71.01.1001", notice_at=now, guardian_name="Ali", guardian_relation="ayah", key="k", by=SYSTEM, now=now,
    )  # fmt: skip
    client = signed_in("+6281100000002", "volunteer")
    at = f"/relawan/orang/{person}/lihat/"
    seen = {"key": key_in(client.get(at)), "how": "school"}
    assert "wali" in client.post(at, seen).content.decode() and people.person(person).seen is None
    client.post(at, seen | {"guardian_seen": "on"})
    assert people.person(person).seen.guardian


def test_only_an_officer_may_set_aside_somebody_whose_card_was_seen():
    fields = {"name": "Siti", "nik": NIK, "birth_date": date(1990, 5, 17), "kelurahan": "16.71.01.1001"}
    now = timezone.now()
    common = {"account_id": None, "notice_at": now, "by": SYSTEM, "now": now}
    first = people.register(key="1", **fields, **common)
    second = people.claim_nik(key="2", **fields, **common)
    people.see(first, how="ktp", key="s", by=SYSTEM, now=now)
    answers = {"how": "ktp", "nik": NIK, "overrule": "on"}
    for phone, role in (("+6281100000002", "volunteer"), ("+6281100000003", "officer")):
        client = signed_in(phone, role)
        key = key_in(client.get(f"/relawan/orang/{second}/lihat/"))
        client.post(f"/relawan/orang/{second}/lihat/", answers | {"key": key})
        assert (people.person(second).seen is not None) == (role == "officer")
    assert people.person(first).displaced


def test_the_counter_and_the_roles_are_closed_to_others():
    person = registered(signed_in())
    for client in (
        signed_in(),
        signed_in("+6281100000009", "mayor"),
    ):
        for page in (
            "/relawan/",
            "/relawan/baru/",
            f"/relawan/orang/{person}/",
            f"/relawan/orang/{person}/lihat/",
            "/kantor/peran/",
        ):
            assert client.get(page).status_code == 404
    assert Client().get("/relawan/").url == "/masuk/?next=/relawan/"
    assert signed_in("+6281100000002", "volunteer").get("/kantor/peran/").status_code == 404


# Roles


def test_an_officer_gives_and_ends_roles_but_not_their_own():
    client = signed_in("+6281100000003", "officer")
    role = {
        "phone": "0811 0000 0007",
        "name": "volunteer",
        "label": "Relawan 35 Ilir",
        "place": "16.71.01.1001",
    }
    assert client.post("/kantor/peran/", role).status_code == 302
    page = client.get("/kantor/peran/").content.decode()
    assert "Relawan 35 Ilir" in page and "35 Ilir" in page
    held = {h.name: h for h in people.role_holders()}
    assert client.post(f"/kantor/peran/{held['volunteer'].id}/akhiri/").status_code == 302
    own = client.post(f"/kantor/peran/{held['officer'].id}/akhiri/")
    assert own.status_code == 409 and "peran Anda sendiri" in own.content.decode()
    assert [h.name for h in people.role_holders()] == ["officer"]
    both = client.post("/kantor/peran/", {"phone": "081100000003", "name": "inspector", "label": "x"})
    assert "pengawas" in both.content.decode().lower() and both.status_code == 200


# Budgets


def test_every_page_keeps_to_twelve_queries_and_thirty_kilobytes(django_assert_max_num_queries):
    citizen, office = signed_in(), signed_in("+6281100000003", "officer")
    person = registered(citizen)
    at = fill(citizen, nik="1671015705900002")
    draft = at.removesuffix("periksa/")
    pages = [
        "/orang/",
        "/orang/baru/",
        f"/orang/{person}/",
        f"/orang/{person}/ubah/",
        f"/orang/{person}/izin/",
    ]
    pages += [f"/orang/{person}/hapus/", "/privasi/", "/kotak/", at, draft + "nik-terpakai/"]
    pages += [draft + f"{step}/" for step in ("nama", "lahir", "kecamatan", "kelurahan")]
    desk = ["/relawan/", "/relawan/baru/", "/kantor/peran/"]
    desk += [f"/relawan/orang/{person}/{page}" for page in ("", "lihat/", "ubah/")]
    for client, found in ((citizen, pages), (office, desk), (Client(), ["/masuk/"])):
        for page in found:
            with django_assert_max_num_queries(12):
                answer = client.get(page)
            assert answer.status_code == 200, page
            text = answer.content.decode()
            assert len(answer.content) < 30_000, page
            assert "style=" not in text and "<script" not in text and 'lang="id"' in text


def test_a_post_after_the_session_has_ended_comes_back_to_the_page_it_was_sent_from():
    person = registered(signed_in())
    sent = f"/relawan/orang/{person}/pin/"
    page = f"/relawan/orang/{person}/"
    assert Client().post(sent, headers={"referer": f"http://testserver{page}"}).url == f"/masuk/?next={page}"
    assert (
        Client().post(sent, headers={"referer": "https://elsewhere.example/"}).url == f"/masuk/?next={sent}"
    )
