"""After the dice: a result with its true reason, a seat taken, one given up, one let go, and the next wave."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tests.journeys.office import ROUND, officer, sign_in, tap

STAGE = "draw"
FIND = (
    "from ampera.apps.admissions.models import Call, Outcome; from ampera.apps.people import api as people\n"
    "for o in Outcome.objects.filter({which}).select_related('application').order_by('pk'):\n"
    "    number = people.phone(o.application.person_id)\n"
    "    if number: print(number, o.application_id, o.application.receipt)\n"
)
CALLED = "application__in=Call.objects.filter(state='OFFERED').values('application')"


def those(city, which: str) -> list[list[str]]:
    """Phone, application and receipt of those with a phone."""
    return [line.split() for line in city.ask(FIND.format(which=which)).splitlines()]


def of_calls(city, what: str, which: str = "") -> str:
    return city.ask(
        f"from ampera.apps.admissions.models import Call; print(Call.objects.filter({which}){what})"
    )


def first_offer(city) -> datetime:
    return datetime.fromisoformat(of_calls(city, ".earliest('offered_at').offered_at.isoformat()"))


def test_who_was_not_drawn_reads_why_and_the_sentence_is_true(city, phone):
    city.at(first_offer(city) + timedelta(minutes=10))
    number, application, receipt = those(city, "klass=None")[0]
    it = sign_in(phone(), number)
    tap(it.go(f"/lamaran/{application}/hasil/").picture("hasil-tanpa"), "Alasan").picture("alasan")
    assert it.reads(receipt)
    tickets = re.findall(r"\b([0-9a-f]{16})…", it.page.inner_text("main"))
    assert tickets, "a cutoff stands beside the person's own ticket"
    for mine, last in zip(tickets[::2], tickets[1::2], strict=True):
        assert mine > last, "a lower ticket would have got in"
    assert it.page.goto(f"{city.address}/lamaran/{application}/panggilan/terima/").status == 404
    tap(it.go(f"/lamaran/{application}/hasil/"), "Buka halaman umum undian")
    assert it.path == "/undian/1/"


def test_a_seat_is_taken_once_however_often_it_is_tapped(city, phone):
    number, application, _receipt = those(city, CALLED)[0]
    it = sign_in(phone(dark=True), number)
    tap(it.go(f"/lamaran/{application}/hasil/").picture("hasil-dipanggil"), "Ambil kursi ini").picture(
        "terima"
    )
    again = sign_in(phone(scripts=False), number)
    again.go(f"/lamaran/{application}/panggilan/terima/")
    it.page.locator("main .form button").dblclick()
    it.page.wait_for_url("**/hasil/")
    assert it.look().picture("hasil-kursi").reads("Kursi itu milik Anda") or it.reads("Anda mendapat kursi")
    tap(again, "Ambil kursi ini")
    assert of_calls(city, ".get().state", f"application={application}") == "TAKEN"
    assert again.go(f"/lamaran/{application}/hasil/").page.inner_text("h1") == it.page.inner_text("h1")


def test_a_seat_that_is_given_up_is_gone_for_good(city, phone):
    number, application, _receipt = those(city, CALLED)[0]
    it = sign_in(phone(scripts=False), number)
    tap(it.go(f"/lamaran/{application}/panggilan/tolak/"), "Nanti saja")
    assert it.path == f"/lamaran/{application}/hasil/"
    tap(it.go(f"/lamaran/{application}/panggilan/tolak/").picture("tolak"), "Kirim kodenya")
    newest = city.ask(
        f"from ampera.apps.messaging import api as m; print(m.latest(to='{number}', limit=1)[0].body)"
    )
    code = re.search(r"\d{6}", newest)[0]
    wrong = "111111" if code != "111111" else "222222"
    tap(it.fill("Kode dari pesan", wrong), "Lepaskan").picture("tolak-salah")
    assert it.reads("Tidak ada yang berubah")
    tap(it.fill("Kode dari pesan", code), "Lepaskan").picture("hasil-dilepas")
    assert of_calls(city, ".get().state", f"application={application}") == "DECLINED"
    assert it.go(f"/lamaran/{application}/panggilan/terima/").path == f"/lamaran/{application}/hasil/"


def test_an_answer_after_the_hours_is_too_late_and_the_seat_goes_on(city, phone):
    number, application, _receipt = those(city, CALLED)[0]
    desk = officer(phone)
    assert "WaveOpen" in city.ask(wave(first_offer(city) + timedelta(hours=1)))
    hours = int(city.ask(ROUND + "print(plan.accept_hours)"))
    over = first_offer(city) + timedelta(hours=hours, minutes=1)
    it = sign_in(phone(), number).go(f"/lamaran/{application}/panggilan/terima/")
    city.at(over)
    tap(it, "Ambil kursi ini").picture("terima-lewat")
    assert it.path == f"/lamaran/{application}/hasil/" and it.reads("Waktu untuk kursi ini habis pada")
    assert not it.reads("Ambil kursi ini")
    called = int(city.ask(wave(over)))
    assert called == int(of_calls(city, ".count()", "wave=2")) > 0
    assert of_calls(city, ".get().state", f"application={application}") == "LAPSED"
    assert it.go(f"/lamaran/{application}/hasil/").picture("hasil-gugur").reads("tidak diambil")
    desk.go("/kantor/panggilan/").picture("panggilan")


def wave(now: datetime) -> str:
    """Code by which two officers call the next wave; prints how many it called, or why not."""
    return (
        "from datetime import datetime; from tests.apps.drawn_round import waved; from ampera.refusal import Refusal\n"
        f"try: print(waved(1, datetime.fromisoformat('{now.isoformat()}')))\n"
        "except Refusal as no: print(type(no).__name__)"
    )
