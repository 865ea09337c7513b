"""The plan, what if, and the lock by two people, of whom one is outside the office; then what everybody sees of it."""

from __future__ import annotations

import hashlib
import json
import re

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
    it.go("/kantor/rencana/1/ubah/?preset=uji-coba-kecamatan").picture("paket")
    it.fill("Horizon k", "0").press("Simpan ketentuan ini").picture("paket-salah")
    assert it.page.locator(".error-summary").is_visible() and it.page.input_value("[name=horizon]") == "0"


def test_two_people_lock_the_plan_and_one_of_them_is_outside_the_office(city, phone):
    first, inspector = officer(phone), officer(phone, cast.INSPECTOR, dark=True)
    inspector.go("/kantor/rencana/1/kunci/").picture("kunci-belum")
    assert inspector.reads("Tidak ada yang menunggu Anda di sini")
    tap(first.go("/kantor/rencana/1/"), "Usulkan penguncian")
    assert first.reads("Penguncian sudah diusulkan") and first.reads("Petugas 1, Dinas Kominfo")
    first.picture("diusulkan")
    full = re.search(r"\b[0-9a-f]{64}\b", first.page.inner_text("main"))
    assert full and first.reads(full[0][:8])
    assert first.page.goto(city.address + "/kantor/rencana/1/kunci/").status == 404

    tap(inspector.go("/kantor/rencana/1/"), "Cocokkan dan sahkan penguncian").picture("kunci")
    tap(inspector, "Kunci rencana")
    assert inspector.reads("Tulis 8 karakter pertama dari hash")
    tap(inspector.fill("8 karakter pertama", "deadbeef"), "Kunci rencana").picture("kunci-beda")
    assert inspector.reads("hash-nya berbeda")
    inspector.fill("8 karakter pertama", full[0][:8].upper())
    inspector.page.get_by_role("button", name="Kunci rencana").dblclick()
    inspector.page.wait_for_url("**/kantor/rencana/1/")
    inspector.look().picture("dikunci")
    assert inspector.reads("Rencana sudah dikunci") and inspector.reads("Inspektorat Kota")
    inspector.page.go_back()
    inspector.page.reload()
    assert inspector.reads("Tidak ada yang menunggu Anda di sini")
    assert first.go("/kantor/rencana/1/").reads("Terkunci") and not first.reads("Usulkan penguncian")


def test_one_number_cant_hold_both_roles_of_the_lock(city, phone):
    said = city.ask(
        "from django.utils import timezone; from ampera.apps.people import api as people\n"
        "from ampera.apps.audit import api as audit; from ampera.refusal import Refusal\n"
        "try:\n"
        f"    people.give_role(phone='{cast.SECOND.phone}', name='inspector', label='Rangkap', "
        "by=audit.system('t'), now=timezone.now())\n"
        "except Refusal as no: print(no.code)"
    )
    assert said == "people.roles_apart"
    assert officer(phone, cast.SECOND).page.goto(city.address + "/kantor/rencana/1/kunci/").status == 404


def test_everybody_can_check_the_published_hash(city, phone):
    it = phone()
    tap(it.go("/rencana/"), "Putaran 1").picture("rencana-umum")
    published = re.search(r"\b[0-9a-f]{64}\b", it.page.inner_text("main"))
    assert published and it.reads(published[0][:8])
    with it.page.expect_download() as got:
        it.page.get_by_role("link", name="Unduh naskah").click()
    text = got.value.path().read_bytes()
    assert hashlib.sha256(text).hexdigest() == published[0]
    assert json.loads(text)["mark"] == "SIMULASI" and "SIMULASI" in got.value.suggested_filename
