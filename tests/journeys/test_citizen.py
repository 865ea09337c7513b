"""A citizen from the front page to the receipt, with all that can go wrong on the way."""

from __future__ import annotations

from datetime import date

import pytest

from . import walking
from .walking import Who

STAGE = "lock"


@pytest.fixture(autouse=True)
def registration_is_open(city):
    city.at(walking.INSIDE)


def test_from_the_front_page_to_the_receipt(phone):
    it = phone()
    it.go("/").picture("01-home")
    it.press("Daftar").picture("02-signin")
    it.fill("Nomor HP", "0812 7000 0001").press("Kirim kode").picture("03-code")
    walking.enter_code(it).picture("04-saya")
    it.press("Mulai").picture("05-notice")
    it.press("Saya sudah membacanya, lanjutkan").picture("06-name")
    siti = Who("Siti Rahmawati", date(1990, 5, 17))
    walking.name_and_nik(it, siti).picture("07-birth")
    walking.birth_date(it, siti.born).picture("08-kecamatan")
    walking.home(it, siti).picture("09-check")
    it.press("Sudah benar, daftarkan").picture("10-saya")
    it.press("Mulai").picture("11-begin")
    it.press("Mulai").picture("12-audience")
    it.choose("Masyarakat umum").press("Simpan dan lanjutkan").picture("13-test")
    it.press("Ke tes").picture("14-test")
    it.press("Mulai tes").picture("15-item")
    print(it.page.inner_text("main"))
