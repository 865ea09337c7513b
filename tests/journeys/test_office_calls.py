"""After the dice, in the office: answers at the counter, the next wave, the end of the calls, seats that stayed empty."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ampera.simulation import cast
from tests.journeys.office import ROUND, WIDE, officer, tap

STAGE = "draw"
OFFERS = "from ampera.apps.admissions.models import Call, Seat; o = Call.objects.filter(state='OFFERED').order_by('pk')\n"
# What must hold whatever anybody taps: no class above its seats, nobody seated twice, the counters as the rows.
CAPACITY = (
    "from ampera.apps.admissions.models import Seat; from ampera.apps.admissions import api; from collections import Counter\n"
    "from ampera.apps.programme import api as p; held = list(Seat.objects.filter(state='TAKEN'))\n"
    "by = Counter(s.klass_id for s in held); seats = {c.id: c.seats for c in p.classes(1, drawn=None)}\n"
    "filled = api.fillings(seats)\n"
    "print(all(n <= seats[k] and filled[k].taken == n for k, n in by.items())"
    " and len({s.person_id for s in held}) == len(held), len(held))"
)
PASSER_BY = (
    "from datetime import date, datetime; from ampera.apps.people import api as people; from ampera.apps.audit import api as audit\n"
    "now = datetime.fromisoformat('{now}'); by = audit.system('test')\n"
    "pk = people.register(account_id=None, name='Nurhayati', nik='1671014507901234', birth_date=date(1990, 7, 5),"
    " kelurahan='16.71.02.1002', notice_at=now, key='nurhayati', by=by, now=now)\n"
    "print(pk)"
)


def first(city) -> tuple[int, datetime]:
    """The first open offer: its number, and when it was made."""
    number, at = city.ask(OFFERS + "print(o[0].pk, o[0].offered_at.isoformat())").split()
    return int(number), datetime.fromisoformat(at)


def fits(city) -> int:
    """Seats taken, once it is sure that they fit."""
    sound, taken = city.ask(CAPACITY).split()
    assert sound == "True"
    return int(taken)


def proposed(it, address: str, because: str = "") -> str:
    """Propose a step; the address at which another officer confirms it."""
    it.go(address)
    if because:
        it.page.locator("[name=because]").fill(because)
    return tap(it, "Usulkan").path


def test_a_seat_is_taken_at_the_counter_with_the_pin_or_the_ktp_and_given_back_only_with_a_code(city, phone):
    call, at = first(city)
    city.at(at + timedelta(hours=1))
    it = officer(phone)
    taken, here = fits(city), f"/kantor/panggilan/{call}/"
    tap(it.go(here).picture("loket-panggilan"), "Orang ini mengambil kursi")
    assert it.page.locator(".error-summary li").count() == 1
    it.page.locator("#take_how_0").check(force=True)
    it.page.locator("#take_secret").fill("000000")
    tap(it, "Orang ini mengambil kursi").picture("loket-pin")
    assert it.page.locator(".error-summary").is_visible() and fits(city) == taken
    it.page.locator("#take_how_1").check(force=True)
    it.page.get_by_role("button", name="Orang ini mengambil kursi").dblclick()
    it.page.get_by_role("link", name="Kursi yang diambilnya").wait_for()
    assert it.look().picture("loket-diambil") and fits(city) == taken + 1
    tap(it, "Kursi yang diambilnya").page.locator("summary").last.click()
    tap(it.picture("loket-kursi"), "Kirim kode ke ponselnya")
    newest = city.ask("from ampera.apps.messaging import api as m; print(m.latest(limit=1)[0].body)")
    it.page.locator("input[value=code]").check(force=True)
    it.page.locator("[name=secret]").fill(re.search(r"\d{6}", newest)[0])
    tap(it, "Lepaskan untuk seterusnya").picture("loket-dikembalikan")
    assert it.reads("Kursi ini sudah dikembalikan") and fits(city) == taken


def test_the_next_wave_waits_until_the_time_of_the_last_is_over_and_takes_two_officers(city, phone):
    it = officer(phone, **WIDE)
    it.go("/kantor/panggilan/?state=OFFERED").picture("panggilan-1280")
    it.go("/kantor/panggilan/?state=x&wave=zwei&receipt=%25&page=99")
    assert it.go("/kantor/panggilan/").picture("gelombang-dini").reads("masih punya waktu")
    assert not it.page.get_by_role("link", name="Usulkan").is_visible()
    hours = int(city.ask(ROUND + "print(plan.accept_hours)"))
    city.at(first(city)[1] + timedelta(hours=hours, minutes=1))
    tap(it.go("/kantor/panggilan/"), "Usulkan")
    asked = tap(it, "Usulkan").picture("gelombang-usul").path
    second = officer(phone, cast.SECOND, **WIDE)
    assert (
        second.go("/kantor/panggilan/")
        .picture("gelombang-menunggu")
        .reads("Petugas lain harus mengesahkannya")
    )
    second.go(asked).page.get_by_role("button", name="Sahkan").dblclick()
    second.page.wait_for_url("**/kantor/panggilan/")
    waves = int(city.ask(OFFERS + "print(max(Call.objects.values_list('wave', flat=True)))"))
    assert waves == 2 and second.look().picture("gelombang-2").path == "/kantor/panggilan/"
    fits(city)


def test_seats_that_stay_empty_go_live_to_people_who_were_seen(city, phone):
    it = officer(phone)
    assert it.go("/kantor/panggilan/1/sisa/").picture("sisa-belum").reads("Tidak ada kursi terbuka")
    hours = int(city.ask(ROUND + "print(plan.accept_hours)"))
    city.at(first(city)[1] + timedelta(hours=hours, minutes=1))
    tap(it.go("/kantor/panggilan/"), "Akhiri panggilan lebih awal")
    asked = proposed(it, it.path, because="Kelas dimulai pekan depan")
    tap(officer(phone, cast.SECOND).go(asked), "Sahkan").picture("panggilan-berakhir")
    tap(it.go("/kantor/panggilan/"), "Beri kursi kosong").picture("sisa")

    def claim(nik: str, place: int = 1):
        it.go("/kantor/panggilan/1/sisa/").fill("NIK", nik)
        it.page.locator("select[name=klass]").select_option(index=place)
        return tap(it, "Ambil kursi ini")

    person = city.ask(PASSER_BY.format(now=first_seen(city)))
    taken = fits(city)
    assert claim("abc").picture("sisa-nik").page.locator(".error-summary").is_visible()
    assert claim("1671014507901234").picture("sisa-belum-dilihat").page.locator(".error-summary").is_visible()
    assert fits(city) == taken
    city.ask(
        "from datetime import datetime; from ampera.apps.people import api as people\n"
        f"people.see_many([({person}, 'ktp', False)], by='system:test', now=datetime.fromisoformat('{first_seen(city)}'))"
    )
    dasar = next(
        i
        for i, o in enumerate(it.page.locator("select[name=klass] option").all_inner_texts())
        if o.startswith("DSR")
    )
    assert claim("1671014507901234", dasar).picture("sisa-diambil").reads("Kursi sudah")
    assert fits(city) == taken + 1
    assert claim("1671014507901234", dasar).picture("sisa-dua").page.locator(".error-summary").is_visible()
    assert fits(city) == taken + 1


def first_seen(city) -> str:
    return (city.var / "clock").read_text()
