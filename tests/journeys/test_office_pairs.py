"""Somebody is registered twice: one officer proposes, another confirms, the citizen reads it and objects."""

from __future__ import annotations

from ampera.simulation import cast
from tests.journeys.office import WIDE, officer, sign_in, tap, when

STAGE = "nominate"
LAST = (
    "from ampera.apps.people.models import Pair, Person; p = Pair.objects.filter(state='FOUND', kind='person').last()\n"
    "print(p.pk, p.later.account.phone)"
)


def test_two_officers_join_two_registrations_and_the_citizen_reads_why(city, phone):
    city.at(when(city, "closes_at", hours=-1))
    pair, number = city.ask(LAST).split()

    it = officer(phone, **WIDE)
    it.go("/kantor/").picture("kembar-tugas")
    assert it.reads("Pendaftaran yang mungkin milik satu orang: 1")
    tap(it, "Pendaftaran yang mungkin").picture("kembar-daftar-1280")
    it.go(f"/kantor/kembar/{pair}/").picture("kembar-dua-1280")
    assert it.reads("•")
    it.page.locator("input[value=propose]").check(force=True)
    tap(it, "Simpan penilaian").picture("kembar-tanpa-alasan")
    assert it.page.locator(".error-summary").is_visible()
    it.page.locator("[name=because]").fill("KTP yang sama, dua nomor HP.")
    tap(it, "Simpan penilaian").picture("kembar-usul")
    assert it.reads("petugas lain harus menyetujuinya")

    other = officer(phone, cast.SECOND, scripts=False)
    other.go("/kantor/")
    tap(other, "Penggabungan yang perlu disetujui").picture("kembar-setuju-daftar")
    other.go(f"/kantor/kembar/{pair}/").picture("kembar-setuju")
    other.page.locator("input[value=confirm]").check(force=True)
    tap(other, "Simpan penilaian").picture("kembar-digabung")
    assert other.reads("Disahkan")

    citizen = sign_in(phone(scripts=False), number)
    citizen.go("/saya/").picture("kembar-warga-saya")
    tap(citizen, "Anda terdaftar dua kali").picture("kembar-warga")
    assert citizen.reads("KTP yang sama, dua nomor HP.")
    citizen.page.locator("[name=text]").fill("Itu adik saya.")
    tap(citizen, "Ajukan keberatan").picture("kembar-warga-keberatan")
    assert citizen.reads("Itu adik saya.")

    other.go("/kantor/")
    tap(other, "Keberatan atas penggabungan").look()
    other.go(f"/kantor/kembar/{pair}/").picture("kembar-jawab")
    other.page.locator("input[value=part]").check(force=True)
    other.page.locator("[name=because]").fill("Benar, dua orang.")
    tap(other, "Simpan penilaian")
    citizen.go("/saya/")
    assert citizen.go(citizen.page.locator("main a[href*='/orang/']").first.get_attribute("href")).reads(
        "digabung petugas"
    )


def test_a_search_is_asked_for_and_done_by_the_worker(city, phone):
    it = officer(phone)
    it.go("/kantor/kembar/?state=DISMISSED&sort=signs").picture("kembar-daftar-360")
    tap(it, "Cari sekarang")
    assert it.reads("Pencarian sedang berjalan")
    city.work()
    assert it.go("/kantor/kembar/").reads("terakhir dibandingkan pada")
