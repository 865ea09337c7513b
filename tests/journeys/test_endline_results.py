"""From the endline's sample to the mayor's page, and to a journalist who recomputes it."""

from __future__ import annotations

import csv
import hashlib
import io
import urllib.request
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from ampera.simulation import cast

from .workers import enter

STAGE = "certify"
ZONE = ZoneInfo("Asia/Jakarta")
WHO = """
from ampera.apps.people import api as p; from ampera.apps.results import api as r
m = r.members(1); willing = p.consents([x.person_id for x in m], 'research')
for x in m:
    if x.person_id in willing and p.phone(x.person_id):
        print(x.person_id, p.phone(x.person_id)); break
asked = {x.person_id for x in m}
for n in range(1, 99):
    if n not in asked and p.phone(n):
        print(n, p.phone(n)); break
"""
OTHERS_SIT = """
from ampera.apps.assessment import api as a; from ampera.apps.people import api as p; from ampera.apps.results import api as r
from ampera.simulation import play, proving, stages
town = stages.Town(citizens=80, seed=7, programme='palembang', opens_at=play.OPENS)
m = [x for x in r.members(1) if x.sitting_id is None]; willing = p.consents([x.person_id for x in m], 'research')
come = [x for x in m if x.person_id in willing][1:]
proving._sit(town, come, proving.attendance(town))
"""


def recomputed(text: str) -> tuple[float, int]:
    """The effect from the open data, as its method page says: a weighted regression, in SDs of those outside."""
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["score"]]
    y, w, chance = (np.array([float(row[name]) for row in rows]) for name in ("score", "weight", "chance"))
    inside = np.array([row["arm"] == "inside" for row in rows])
    x = np.column_stack([inside, np.ones(len(rows)), chance])
    root = np.sqrt(w)[:, None]
    effect = np.linalg.lstsq(x * root, y * root[:, 0], rcond=None)[0][0]
    out, n = y[~inside], (~inside).sum()
    mean = np.average(out, weights=w[~inside])
    sd = np.sqrt(np.average((out - mean) ** 2, weights=w[~inside]) * n / (n - 1))
    return float(effect / sd), len(rows)


def test_a_round_ends_with_results_that_anybody_can_recompute(city, phone):
    city.at(datetime(2026, 6, 22, 9, tzinfo=ZONE))
    public = phone(scripts=False)
    public.go("/hasil/1/").picture("results-not-yet")
    assert public.reads("Belum ada") and public.reads("Aturan yang dikunci sebelum undian")
    assert public.go("/hasil/1/metode/").reads("Sampel belum diundi")
    assert public.go("/hasil/9/").reads("tidak ditemukan")
    assert public.go("/hasil/1/data.csv").reads("belum ada")

    officer = enter(phone(), cast.OFFICER.phone)
    officer.go("/kantor/hasil/").page.get_by_role("link", name="Putaran 1").first.click()
    officer.look().picture("endline-draw").press("Undi sampel").picture("endline-drawn")
    assert officer.reads("Sampel sudah diundi") and officer.reads("Tes akhir dibuka sampai 13 Juli 2026")
    office = officer.path

    (person, number), (stranger, other_number) = (line.split() for line in city.ask(WHO).splitlines())
    outsider = enter(phone(scripts=False), other_number)
    outsider.go(f"/hasil/tes/{stranger}/").picture("endline-not-asked")
    assert outsider.reads("Tidak ada yang perlu dilakukan di sini")
    assert outsider.go(f"/hasil/tes/{person}/").reads("tidak ditemukan")

    member = enter(phone(scripts=False), number)
    assert member.reads("Kerjakan tes akhir")
    member.picture("endline-invited").press("Mulai").picture("endline-start").press(
        "Mulai atau lanjutkan"
    ).picture("endline-test")
    assert member.reads("Ikut serta tidak mengubah apa pun pada kursi atau sertifikat Anda")
    member.press("Mulai tes")
    while "/soal/" in member.path:
        member.page.get_by_role("radio").first.check()
        member.press("Simpan jawaban dan lanjutkan")
    member.press("Selesaikan tes").picture("endline-thanks")
    assert member.reads("Jawaban Anda tersimpan") and not member.reads("skala")
    assert not member.go("/saya/").reads("Kerjakan tes akhir")
    assert member.go(f"/hasil/tes/{person}/").reads("Tidak ada yang perlu dilakukan di sini")
    city.ask(OTHERS_SIT)

    officer.go(office)
    assert not officer.page.get_by_role("button", name="Tulis dan umumkan hasil").count(), (
        "the window is open"
    )
    city.at(datetime(2026, 7, 14, 10, tzinfo=ZONE))
    officer = enter(phone(), cast.OFFICER.phone, afresh=True)
    late = enter(phone(scripts=False), number, afresh=True, to=f"/hasil/tes/{person}/")
    assert late.reads("Tidak ada yang perlu dilakukan di sini")
    officer.go(office).picture("endline-close").press("Tulis dan umumkan hasil")
    assert officer.reads("Centang kotak ini")
    officer.fill("rupiah", "banyak").choose("ditulis sekali").press("Tulis dan umumkan hasil").picture(
        "endline-rubbish"
    )
    assert officer.reads("angka saja")
    officer.fill("rupiah", "250000000").choose("ditulis sekali").press("Tulis dan umumkan hasil").picture(
        "endline-work"
    )
    assert "/kerja/" in officer.path
    job = officer.path
    city.work()
    officer.go(job)
    assert officer.path == "/hasil/1/"
    officer.picture("results")
    phone(dark=True).go("/hasil/1/").picture("results-dark")
    assert officer.reads("Aturan yang dikunci menyatakan") and officer.reads("Rp250.000.000")
    assert officer.reads("10.000") and officer.reads("Bersertifikat")
    officer.go(office)
    assert not officer.page.get_by_role("button", name="Tulis dan umumkan hasil").count(), "written once"

    journalist = phone(scripts=False)
    journalist.go("/").press("Hasil: Putaran 1").press("Cara hasil ini dihitung").picture("results-method")
    with urllib.request.urlopen(f"{city.address}/hasil/1/data.csv") as answer:
        assert "SIMULASI" in answer.headers["Content-Disposition"]
        data = answer.read()
    assert journalist.reads(hashlib.sha256(data).hexdigest())
    effect, answered = recomputed(data.decode())
    words = f"{effect:.2f}".replace(".", ",").replace("-0,00", "0,00")
    row = journalist.page.locator("tr", has_text="Dari data terbuka, rentang 95%").inner_text()
    assert words in row.replace("−", "-"), (words, row)
    assert (
        answered >= 20 and b"SIMULASI" in data and not any(n.encode() in data for n in (number[1:], "16.71"))
    )

    journalist.go("/perjanjian/").picture("agreement-delivered")
    assert journalist.reads("Terlaksana") and journalist.reads("10.000")
    english = phone(language="en-US")
    english.go("/hasil/1/")
    assert english.reads("The locked rule says")
