"""After the dice, what went wrong: a seat said to be unused whose holder objects, an error proved that adds a seat."""

from __future__ import annotations

from datetime import timedelta

from ampera.simulation import cast
from tests.journeys.office import officer, sign_in, tap
from tests.journeys.test_result import CALLED, first_offer, those

STAGE = "draw"
SEAT = (
    "from ampera.apps.admissions.models import Seat; s = Seat.objects.get(call__application={0}); print({1})"
)
# Somebody without a seat whom one more group would give one, by the draw's own rule.
HELPED = (
    "from datetime import datetime; from ampera.apps.admissions import api; from ampera.apps.admissions.models import Outcome\n"
    "from django.db import transaction; from ampera.apps.people import api as people\n"
    "now = datetime.fromisoformat('{now}')\n"
    "for o in Outcome.objects.filter(klass=None, inside={inside}).select_related('application').order_by('ticket'):\n"
    "    number, stood = people.phone(o.application.person_id), api.drawn_with(o.application_id)\n"
    "    if not number or 'umkm' in stood: continue\n"
    "    with transaction.atomic():\n"
    "        c = api.propose_correction(o.application_id, groups=[*stood, 'umkm'], because='x', key=f'try{{o.pk}}', by='system:test', now=now)\n"
    "        added = api.would_add(c)\n"
    "        transaction.set_rollback(True)\n"
    "    if any(a.receipt == o.application.receipt for a in added):\n"
    "        print(number, o.application_id, o.application.receipt); break"
)


def heading(it, application: str) -> str:
    return it.go(f"/lamaran/{application}/hasil/").page.inner_text("h1")


def test_who_is_said_not_to_come_objects_in_one_sentence_and_keeps_the_seat(city, phone):
    city.at(first_offer(city) + timedelta(hours=1))
    number, application, _receipt = those(city, CALLED)[0]
    it = sign_in(phone(), number)
    tap(it.go(f"/lamaran/{application}/panggilan/terima/"), "Ambil kursi ini")
    seat = city.ask(SEAT.format(application, "s.pk"))
    desk, second = officer(phone), officer(phone, cast.SECOND)
    tap(desk.go(f"/kantor/panggilan/kursi/{seat}/"), "Orangnya tidak hadir")
    desk.page.locator("[name=because]").fill("Dua pertemuan tidak hadir.")
    asked = tap(desk, "Usulkan").picture("tidak-hadir-usul").path
    assert not it.go(f"/lamaran/{application}/hasil/").reads("tampaknya tidak dipakai")
    tap(second.go(asked), "Sahkan")
    assert it.go(f"/lamaran/{application}/hasil/").picture("result-no-show").reads("tampaknya tidak dipakai")
    tap(it, "Saya akan hadir").fill("Jawaban Anda kepada kantor", "Saya sakit pekan lalu; Senin saya hadir.")
    tap(it.picture("result-no-show-object"), "Pertahankan kursi saya")
    assert not it.reads("tampaknya tidak dipakai")
    city.at(first_offer(city) + timedelta(hours=60))
    city.ask(
        "from ampera.site import clockwork; from tests.journeys.server import now; clockwork.tick(now())"
    )
    assert city.ask(SEAT.format(application, "s.state")) == "TAKEN"
    assert (
        desk.go(f"/kantor/panggilan/kursi/{seat}/").picture("tidak-hadir-keberatan").reads("Senin saya hadir")
    )


def test_an_error_that_two_officers_put_right_adds_a_seat_and_says_why(city, phone):
    now = first_offer(city) + timedelta(hours=2)
    city.at(now)
    found = next(
        filter(None, (city.ask(HELPED.format(now=now.isoformat(), inside=i)) for i in (True, False)))
    )
    number, application, receipt = found.split()
    it = sign_in(phone(), number)
    assert heading(it, application) != "Anda mendapat kursi"
    desk, second = officer(phone), officer(phone, cast.SECOND)
    desk.go("/kantor/undian/1/koreksi/").fill("Tanda terima", receipt)
    tap(desk, "Tampilkan")
    desk.page.locator("input[value=umkm]").check(force=True)
    desk.page.locator("[name=because]").fill("NIB sah, tertolak karena salah baca.")
    asked = tap(desk, "Usulkan pembetulan").picture("pembetulan-usul").path
    assert heading(it, application) != "Anda mendapat kursi"
    tap(second.go(asked).picture("pembetulan-sahkan"), "Sahkan pembetulan")
    told = city.ask(
        f"from ampera.apps.messaging import api as m; print(m.latest(to='{number}', limit=1)[0].body)"
    )
    assert receipt in told and "ditambahkan" in told
    assert heading(it, application) == "Anda mendapat kursi"
    assert it.picture("result-added").reads("Kursi ini ditambahkan")
    assert it.reads("NIB sah, tertolak karena salah baca.")
    assert it.go("/undian/1/").picture("result-public").reads("NIB sah, tertolak karena salah baca.")
