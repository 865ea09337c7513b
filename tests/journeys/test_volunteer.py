"""At the kelurahan: somebody without a phone is registered, applies, shows the KTP, and goes home with a printed receipt."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ampera.simulation import cast

from . import walking
from .walking import Who
from .workers import enter

STAGE = "lock"


@pytest.fixture(autouse=True)
def registration_is_open(city):
    city.at(walking.INSIDE)


def test_a_volunteer_registers_somebody_without_a_phone(city, phone):
    it = phone()
    enter(it, cast.VOLUNTEER.phone, to="/relawan/").picture("counter")
    it.go("/relawan/baru/").picture("counter-new")
    it.page.locator("main form button").last.click()
    it.page.wait_for_load_state("load")
    who = Who("Nyimas Halimah", date(1961, 4, 5), serial=301)
    walking.fill_in(it.look(), who)
    it.press("Sudah benar, daftarkan").picture("counter-registered")
    pin = re.search(r"\b\d{6}\b", it.page.inner_text("main"))
    assert pin, "the PIN is shown once"
    person = re.search(r"/relawan/orang/(\d+)/", it.page.url)[1]

    it.go(f"/relawan/orang/{person}/lihat/").picture("counter-see")
    it.choose("KTP").fill("NIK", who.nik)
    it.page.locator("main form button").last.click()
    it.page.wait_for_load_state("load")
    it.look().picture("counter-seen")
    seen = f"from ampera.apps.people import api as p; print(p.person({person}).seen.how)"
    assert city.ask(seen) == "ktp"

    it.go(f"/lamaran/mulai/{person}/").press("Mulai")
    it.choose("Masyarakat umum").press("Simpan dan lanjutkan").press("Ke tes")
    walking.take_test(it)
    it.go(f"/lamaran/mulai/{person}/")
    application = city.ask(
        "from ampera.apps.admissions import api as a; from ampera.apps.programme import api as p; "
        f"print(a.of_person({person}, p.current().id).id)"
    )
    it.go(f"/lamaran/{application}/jenjang/")
    it.page.get_by_role("radio").first.check(force=True)
    it.press("Simpan dan lanjutkan").choose("Sabtu").choose("Ilir Timur I")
    it.press("Simpan dan lanjutkan").press("Lanjutkan").press("Kirim pendaftaran").picture("counter-receipt")
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", it.page.inner_text("main"))
    it.page.emulate_media(media="print")
    assert it.page.locator(".receipt").is_visible() and not it.page.locator(".site-footer").is_visible()


def test_a_volunteer_sees_only_the_counter(phone):
    it = phone()
    enter(it, cast.VOLUNTEER.phone, to="/kantor/")
    for path in ("/kantor/rencana/", "/kantor/pendaftaran/", "/kantor/undian/", "/kantor/peran/"):
        assert it.page.goto(it.city.address + path).status == 404
    it.look()
