"""The plan, what if, and the lock by two people, of whom one is outside the office; then what everybody sees of it."""

from __future__ import annotations

from ampera.simulation import cast
from tests.journeys.office import WIDE, officer, tap, when

STAGE = "prepare"


def test_before_the_lock_nobody_outside_sees_a_plan(city, phone):
    city.at(when(city, "opens_at", days=-16))
    it = phone()
    it.go("/rencana/").picture("rencana-kosong")
    assert it.reads("Belum ada rencana yang terkunci")
    assert it.page.request.get(city.address + "/rencana/1/").status == 404
    for path in ("/kantor/", "/kantor/rencana/1/", "/kantor/rencana/1/kunci/"):
        assert it.page.goto(city.address + path).status in {200, 404} and "Usulkan" not in it.page.content()


def test_an_officer_asks_what_if(city, phone):
    it = officer(phone)
    it.go("/kantor/").picture("kantor").press("Putaran dan rencana").picture("kantor-rencana")
    tap(it, "Putaran 1").picture("kantor-rencana-1")
    it.fill("Jumlah pendaftar", "200").fill("Dari 100", "55").press("Tampilkan").picture("what-if")
    assert it.page.input_value("[name=applicants]") == "200"
    it.fill("Jumlah pendaftar", "-3").press("Tampilkan").picture("what-if-error")
    assert it.page.locator(".error-summary").is_visible()
    desk = officer(phone, cast.SECOND, **WIDE)
    desk.go("/kantor/").picture("kantor-1280").go("/kantor/rencana/1/").picture("rencana-1280")
    desk.go("/kantor/rencana/1/kelas/").picture("kelas-1280")
    it.go("/kantor/rencana/1/kelas/").picture("kelas")
