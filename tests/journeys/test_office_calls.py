"""After the dice, in the office: answers at the counter, the next wave, the end of the calls, seats that stayed empty."""

from __future__ import annotations

from datetime import datetime, timedelta

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


def pressed(it, name: str):
    """Press a form's button that may stand in a closed fold."""
    button = it.page.get_by_role("button", name=name)
    if not button.is_visible():
        it.page.locator("summary").last.click()
    button.click()
    it.page.wait_for_load_state("load")
    return it.look()


def test_an_answer_is_given_at_the_counter_with_the_pin_or_the_ktp(city, phone):
    call, at = first(city)
    city.at(at + timedelta(hours=1))
    it = officer(phone)
    taken = fits(city)
    it.go(f"/kantor/panggilan/{call}/").picture("loket-panggilan")
    tap(it, "Simpan jawaban")
    assert it.page.locator(".error-summary li").count() == 2
    it.page.locator("input[value=accept]").check(force=True)
    it.page.locator("input[value=pin]").check(force=True)
    it.page.locator("[name=secret]").fill("000000")
    tap(it, "Simpan jawaban").picture("loket-pin")
    assert it.page.locator(".error-summary").is_visible() and fits(city) == taken
    it.page.locator("input[value=ktp]").check(force=True)
    it.page.get_by_role("button", name="Simpan jawaban").dblclick()
    it.page.locator("main summary").last.wait_for()
    assert it.look().picture("loket-diambil") and fits(city) == taken + 1


def test_a_seat_is_given_back_only_with_a_reason(city, phone):
    it = officer(phone)
    call = city.ask(
        "from ampera.apps.admissions.models import Call; print(Call.objects.filter(state='TAKEN')[0].pk)"
    )
    taken = fits(city)
    it.go(f"/kantor/panggilan/{call}/")
    pressed(it, "Kosongkan kursi")
    assert it.reads("Alasan belum ditulis") and fits(city) == taken
    it.go(f"/kantor/panggilan/{call}/").page.locator("summary").last.click()
    it.page.locator("[name=because]").last.fill("Pindah kota")
    pressed(it, "Kosongkan kursi").picture("kursi-bebas")
    assert it.path == "/kantor/panggilan/" and fits(city) == taken - 1


def test_the_next_wave_waits_until_the_time_of_the_last_is_over(city, phone):
    it = officer(phone, **WIDE)
    it.go("/kantor/panggilan/?state=OFFERED").picture("panggilan-1280")
    it.go("/kantor/panggilan/?state=x&wave=zwei&receipt=%25&page=99")
    assert it.go("/kantor/panggilan/").picture("gelombang-dini").reads("masih punya waktu")
    assert not it.page.get_by_role("button", name="Panggil gelombang").is_visible()
    hours = int(city.ask(ROUND + "print(plan.accept_hours)"))
    city.at(first(city)[1] + timedelta(hours=hours, minutes=1))
    it.go("/kantor/panggilan/").page.get_by_role("button", name="Panggil gelombang").dblclick()
    it.page.wait_for_load_state("networkidle")
    waves = int(city.ask(OFFERS + "print(max(Call.objects.values_list('wave', flat=True)))"))
    assert waves == 2 and it.look().picture("gelombang-2").path == "/kantor/panggilan/"
    fits(city)


def test_seats_that_stay_empty_go_live_to_people_who_were_seen(city, phone):
    it = officer(phone)
    assert it.go("/kantor/panggilan/1/sisa/").picture("sisa-belum").reads("Tidak ada kursi terbuka")
    hours = int(city.ask(ROUND + "print(plan.accept_hours)"))
    city.at(first(city)[1] + timedelta(hours=hours, minutes=1))
    it.go("/kantor/panggilan/").page.locator("summary").last.click()
    it.page.locator("[name=because]").fill("Kelas dimulai pekan depan")
    pressed(it, "Akhiri panggilan").picture("panggilan-berakhir")
    tap(it, "Beri kursi kosong").picture("sisa")

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
