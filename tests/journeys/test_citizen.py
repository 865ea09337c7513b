"""A citizen from the front page to the receipt, with what can go wrong on the way."""

from __future__ import annotations

import re
from datetime import date

import pytest

from . import walking
from .walking import Who
from .workers import enter

STAGE = "lock"
RECEIPT = re.compile(r"\b[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}\b")


@pytest.fixture(autouse=True)
def registration_is_open(city):
    city.at(walking.INSIDE)


def apply(it):
    """From one's own page to the check page, taking what is offered."""
    it.press("Mulai").press("Mulai").picture("audience")
    it.choose("Masyarakat umum").press("Simpan dan lanjutkan").picture("test")
    it.press("Ke tes")
    walking.take_test(it).picture("level-found")
    it.press("Lanjutkan")
    return wish(it)


def wish(it):
    it.page.get_by_role("radio").first.check(force=True)
    it.press("Simpan dan lanjutkan").picture("wishes")
    it.choose("Sabtu").choose("Minggu").choose("Ilir Timur I")
    it.press("Simpan dan lanjutkan").picture("ranking")
    return it.press("Lanjutkan").picture("check")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_front_page_to_the_receipt(phone, scripts):
    number = f"0812 7000 000{int(scripts)}"
    it = phone(scripts=scripts)
    it.go("/").press("Daftar").fill("Nomor HP", number).press("Kirim kode")
    walking.enter_code(it).press("Mulai").picture("notice")
    it.press("Sudah saya baca, lanjutkan").picture("name")
    who = Who("Siti Rahmawati", date(1990, 5, 17), serial=1 + scripts)
    walking.fill_in(it, who).picture("identity")
    it.press("Sudah benar, daftarkan").picture("next")
    apply(it)
    it.press("Kirim pendaftaran").picture("receipt")
    receipt = RECEIPT.search(it.page.inner_text("main"))
    assert receipt and it.reads("KTP")

    again = phone(scripts=scripts)  # another device, the same number
    enter(again, "+62" + re.sub(r"\D", "", number)[1:], afresh=True)
    assert again.reads("Siti Rahmawati")
    again.go(it.path)
    assert again.reads(receipt[0])


def test_a_double_tap_and_the_back_button_make_nothing_twice(city, phone):
    it = phone()
    walking.sign_in(it, "0812 7000 0011")
    who = Who("Budi", date(1985, 2, 3), serial=11)
    it.go("/orang/baru/").press("Sudah saya baca, lanjutkan")
    walking.fill_in(it, who)
    form = it.page.locator("main form").last
    it.page.evaluate(
        "form => { const twin = form.cloneNode(true); twin.target = '_blank'; document.body.append(twin); twin.submit(); }",
        form.element_handle(),
    )
    it.press("Sudah benar, daftarkan")
    assert it.reads("Budi")
    it.page.go_back()
    count = (
        "from ampera.apps.people.models import Identity as I; print(I.objects.filter(name='Budi').count())"
    )
    assert city.ask(count) == "1"


def test_a_mistake_is_named_at_its_field_and_what_was_typed_stays(phone):
    it = phone()
    walking.sign_in(it, "0812 7000 0012")
    it.go("/orang/baru/").press("Sudah saya baca, lanjutkan")
    it.fill("Nama, seperti di KTP", "Dewi Lestari").fill("NIK", "16710").press(
        "Simpan dan lanjutkan"
    ).picture("nik-wrong")
    assert it.page.get_by_label("NIK").input_value() == "16710" and it.reads("16 angka")
    assert it.page.get_by_label("Nama, seperti di KTP").input_value() == "Dewi Lestari"


def test_a_number_that_somebody_else_gave_has_a_way_out(phone):
    first, second = phone(), phone()
    who = Who("Rina", date(1992, 8, 9), serial=21)
    walking.sign_in(first, "0812 7000 0021")
    walking.register(first, who)
    walking.sign_in(second, "0812 7000 0022")
    second.go("/orang/baru/").press("Sudah saya baca, lanjutkan")
    walking.name_and_nik(second, Who("Rina Asli", who.born, serial=21))
    if not second.reads("NIK ini"):
        walking.birth_date(second, who.born)
        walking.home(second, who).press("Sudah benar, daftarkan")
    second.picture("nik-used")
    assert second.reads("KTP"), "the way out: who shows the KTP wins"
    assert second.page.get_by_role("button").or_(second.page.get_by_role("link")).count() > 0


def test_under_eighteen_a_guardian_is_named(phone):
    it = phone()
    walking.sign_in(it, "0812 7000 0031")
    walking.register(it, Who("Putri", date(2010, 1, 2), serial=31, guardian="Ibu Sari"))
    assert it.reads("Putri")


def test_one_account_holds_a_household(phone):
    it = phone()
    walking.sign_in(it, "0812 7000 0041")
    walking.register(it, Who("Ayah Joko", date(1975, 3, 4), serial=41))
    walking.register(it, Who("Anak Dian", date(2004, 3, 4), serial=42))
    it.go("/saya/")
    assert it.reads("Ayah Joko") and it.reads("Anak Dian")


def test_an_answer_is_corrected_until_closing_and_refused_kindly_afterwards(city, phone):
    it = phone()
    walking.sign_in(it, "0812 7000 0051")
    walking.register(it, Who("Hendra", date(1980, 6, 7), serial=51))
    apply(it).press("Kirim pendaftaran")
    receipt = RECEIPT.search(it.page.inner_text("main"))[0]
    application = re.search(r"/lamaran/(\d+)/", it.page.url)[1]
    it.go(f"/lamaran/{application}/hari-tempat/").choose("Senin").press("Simpan dan kembali")
    it.go(f"/lamaran/{application}/bukti/")
    assert it.reads(receipt), "a correction keeps the receipt"
    it.go(f"/lamaran/{application}/hari-tempat/").choose("Selasa")
    city.at(walking.CLOSED)
    it.press("Simpan dan kembali").picture("closed")
    assert it.reads("sedang tidak dibuka") and it.page.get_by_label("Selasa").is_checked()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_who_was_signed_out_while_typing_sends_it_after_all(phone, scripts):
    it, number = phone(scripts=scripts), f"0812 7000 006{int(scripts)}"
    walking.sign_in(it, number)
    it.go("/orang/baru/").press("Sudah saya baca, lanjutkan")
    it.page.context.clear_cookies(name="sessionid")
    walking.name_and_nik(it, Who("Maya Sari", date(1999, 9, 9), serial=61 + scripts))
    assert it.path == "/masuk/"
    it.fill("Nomor HP", number).press("Kirim kode")
    walking.enter_code(it).picture("unsent")
    assert it.path == "/kirim/" and it.reads("masih ada")
    it.press("Kirim")
    assert it.path.endswith("/lahir/"), "the name is kept, the birth date comes next"

    it.page.context.clear_cookies(name="csrftoken")  # a page that was open too long
    walking.birth_date(it, date(1999, 9, 9))
    it.picture("too-old").press("Kirim")
    assert it.path.endswith("/kecamatan/")


def test_a_stranger_to_an_application_finds_nothing(phone):
    it = phone()
    walking.sign_in(it, "0812 7000 0071")
    for path in ("/lamaran/1/", "/lamaran/1/periksa/", "/orang/1/"):
        assert it.page.goto(it.city.address + path).status == 404
        it.look()
    assert it.reads("tidak")
