"""Stretches that many journeys share: signing in, saying who one is, the short test, the parts of an application.

Everything is done as on a phone: by the words of buttons and labels, in Indonesian.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ampera.simulation import play

from .conftest import Phone

INSIDE: datetime = play.OPENS + timedelta(days=2)
CLOSED: datetime = play.OPENS + timedelta(days=14)
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


@dataclass(frozen=True)
class Who:
    """Somebody as on the card. The NIK carries the birth date; `serial` keeps it apart from others born that day."""

    name: str
    born: date
    serial: int = 1
    kecamatan: str = "Ilir Timur I"
    kelurahan: str = "18 Ilir"
    guardian: str = ""

    @property
    def nik(self) -> str:
        return f"167103{self.born:%d%m%y}{self.serial:04d}"


def sign_in(it: Phone, number: str) -> Phone:
    """From the front page: the number, the code from the demo's outbox, and on to one's own page."""
    it.go("/masuk/").fill("Nomor HP", number).press("Kirim kode")
    return enter_code(it)


def enter_code(it: Phone) -> Phone:
    """On the code's page: read the newest code of the number, come back, type it."""
    it.press("Lihat pesannya")
    code = re.search(r"Kode Ampera Anda (\d{6})", it.page.inner_text("main"))
    assert code, it.page.inner_text("main")
    it.page.go_back()
    return it.fill("Kode dari pesan", code[1]).press("Masuk")


def name_and_nik(it: Phone, who: Who) -> Phone:
    return it.fill("Nama, seperti di KTP", who.name).fill("NIK", who.nik).press("Simpan dan lanjutkan")


def birth_date(it: Phone, born: date) -> Phone:
    it.choose("Tanggal", str(born.day)).choose("Bulan", MONTHS[born.month - 1]).choose(
        "Tahun", str(born.year)
    )
    return it.press("Simpan dan lanjutkan")


def home(it: Phone, who: Who) -> Phone:
    it.choose(who.kecamatan).press("Simpan dan lanjutkan")
    return it.choose(who.kelurahan).press("Simpan dan lanjutkan")


def fill_in(it: Phone, who: Who) -> Phone:
    """From the first page of the form to the page that shows all answers."""
    name_and_nik(it, who)
    birth_date(it, who.born)
    if who.guardian:
        it.fill("Nama orang tua atau wali", who.guardian).choose("Ibu").press("Simpan dan lanjutkan")
    return home(it, who)


def register(it: Phone, who: Who) -> Phone:
    """From one's own page: the notice, the form, and the person is registered."""
    it.go("/orang/baru/").press("Sudah saya baca, lanjutkan")
    return fill_in(it, who).press("Sudah benar, daftarkan")


def take_test(it: Phone, *, pick: int = 0) -> Phone:
    """From the test's front page to its result, always taking the answer at the same place."""
    it.press("Mulai tes")
    while "/soal/" in it.path:
        it.page.get_by_role("radio").nth(pick).check()
        it.press("Simpan jawaban dan lanjutkan")
    return it.press("Selesaikan tes")
