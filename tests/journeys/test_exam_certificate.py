"""From the exam's plan to a certificate in a stranger's hands, and its end."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ampera.content import bank
from ampera.simulation import cast

from .conftest import ROOT, City, Phone
from .workers import enter

STAGE = "teach"
ZONE = ZoneInfo("Asia/Jakarta")
CLASS, FORM = "DSR-A-01", "exam-dasar-1"
EXAM = datetime(2026, 6, 9, 9, tzinfo=ZONE)
RIGHT = {item.stem_id: item.options_id[item.key] for item in bank.load().form_items(FORM)}
SEATED = f"""
from ampera.apps.admissions import api as a; from ampera.apps.people import api as p
from ampera.apps.programme import api as g; from ampera.apps.classes import api as c
k = next(k for k in g.classes(1, drawn=None) if k.code == '{CLASS}')
final = c.final(k.id, [s.person_id for s in a.seats_of_class(k.id)])
for person, f in sorted(final.items(), key=lambda one: not one[1].complete):
    print(k.id, person, p.phone(person), p.person(person).name, sep='|')
"""
ISSUED = """
from ampera.simulation import learning, play, stages
from ampera.apps.certificates import api as c; from ampera.apps.people import api as p
town = stages.Town(citizens=80, seed=7, programme='palembang', opens_at=play.OPENS)
k = next(k for k in town.classes if k.code == 'DSR-C-01')
learning._examine(town, k, 'exam-dasar-1'); learning._certify(town, k)
for one in c.candidates(k.id):
    if one.why == 'issued':
        print(c.of_person(one.person_id)[0].id, p.phone(one.person_id), one.name, sep='|')
"""


def answer(it: Phone, *, most: int = 99) -> None:
    """Answer rightly, question by question; at most so many."""
    while "/soal/" in it.path and most:
        stem = it.page.inner_text("legend").strip()
        it.page.get_by_role("radio", name=RIGHT[stem], exact=True).check()
        it.press("Simpan jawaban dan lanjutkan")
        most -= 1


def plan(officer: Phone) -> None:
    """The officer plans the session, after the mistakes that one makes."""
    officer.go("/kantor/ujian/").press("Jadwalkan sesi baru").press("Jadwalkan sesi")
    assert officer.reads("Pilih kelas") and officer.reads("Tulis ruang")
    form = officer.page.get_by_label("Naskah ujian")
    officer.page.get_by_label("Kelas").select_option(label=f"{CLASS} · Dasar · Seberang Ulu I")
    form.select_option("exam-mahir-1")
    officer.fill("Tanggal", f"{EXAM:%Y-%m-%d}").fill("Waktu", "09:00").fill("Ruang", "Aula Camat").press(
        "Jadwalkan sesi"
    )
    officer.picture("exam-plan-refused")
    assert officer.reads("tidak menguji tingkat kelas tersebut")
    form.select_option(FORM)
    officer.fill("Tanggal", "2026-06-01").press("Jadwalkan sesi")
    assert officer.reads("sudah lewat")
    officer.fill("Tanggal", f"{EXAM:%Y-%m-%d}").press("Jadwalkan sesi").picture("exam-planned")
    assert officer.reads("Sesi ujian sudah dijadwalkan") and officer.reads(CLASS)


def test_an_exam_from_its_plan_to_the_certificate(city, phone):
    (class_id, _p, number, name), (_c, _p, other_number, other_name), *_ = (
        line.split("|") for line in city.ask(SEATED).splitlines()
    )
    city.at(EXAM - timedelta(days=3))
    officer = enter(phone(), cast.OFFICER.phone)
    plan(officer)
    officer.go("/kantor/ujian/?state=CLOSED")
    assert officer.reads("Tidak ada sesi ujian di sini")

    candidate = enter(phone(scripts=False), number)
    assert candidate.picture("exam-mine").reads("Datanglah ke ujian") and candidate.reads(
        "Selasa, 9 Juni 2026, 09.00, di Aula Camat"
    )
    candidate.press("Lihat keterangan ujian").picture("exam-door")
    assert (
        candidate.reads("Tunjukkan KTP")
        and candidate.reads("Selasa, 9 Juni 2026")
        and candidate.reads("Aula Camat")
    )
    assert not candidate.page.get_by_role("button", name="Mulai ujian").count()
    door = candidate.path
    stranger = enter(phone(scripts=False), other_number)
    assert stranger.go(door).reads("tidak ditemukan")

    city.at(EXAM)
    invigilator = enter(phone(), cast.INVIGILATOR.phone)
    invigilator.go("/pengawas/").picture("exam-today").press(CLASS).picture("exam-roster")
    invigilator.press(f"Kartu dilihat: hadir {name}")
    assert candidate.go(door).reads("Tunggu sampai pengawas memulai ujian")
    invigilator.press("Mulai ujian").press(f"Kartu dilihat: hadir {other_name}")
    stranger.go("/saya/").press("Ke ujian").press("Mulai ujian").press("Mulai tes")
    answer(stranger, most=1)

    candidate.press("Muat ulang").picture("exam-begin").press("Mulai ujian").press("Mulai tes").picture(
        "exam-item"
    )
    candidate.press("Simpan jawaban dan lanjutkan")
    assert candidate.reads("Pilih salah satu jawaban")
    answer(candidate, most=8)
    candidate.page.go_back()  # the question before, again: its answer stands
    candidate.go(candidate.path)
    assert candidate.reads("Jawaban ini tersimpan dan tidak bisa diubah") or candidate.reads(
        "tidak dapat diubah"
    )
    second = enter(
        phone(scripts=False, dark=True), number, afresh=True
    )  # the battery is empty: on a borrowed phone
    second.press("Ke ujian").press("Ke ujian Anda").press("Lanjutkan tes").picture("exam-other-device")
    answer(second)
    second.press("Selesaikan tes").picture("exam-result")
    assert second.reads("Anda lulus ujian tingkat Dasar") and second.reads("16 dari 16")
    assert candidate.go("/saya/").reads("Anda lulus ujian")

    invigilator.fill("Apa yang terjadi?", "Listrik padam lima menit.").press("Laporkan")
    assert invigilator.reads("Listrik padam lima menit.")
    invigilator.press("Tutup ujian").picture("exam-closed")
    assert not invigilator.page.get_by_role("button", name="Tutup ujian").count()
    left = stranger.page.get_by_role("radio").first
    left.check()
    stranger.press("Simpan jawaban dan lanjutkan").picture("exam-not-passed")
    assert stranger.reads("belum lulus ujian tingkat Dasar")
    assert stranger.go("/saya/").reads("Sisa kesempatan di putaran ini: 2")

    city.at(EXAM + timedelta(days=6, hours=6))
    where = f"/kantor/sertifikat/kelas/{class_id}/"
    officer.go("/kantor/sertifikat/").press("Terbitkan untuk satu kelas").picture("certificates-classes")
    officer.press(CLASS).picture("certificates-class")
    assert officer.path == where and officer.reads("Belum lulus ujian") and officer.reads("CONTOH")
    officer.press("Usulkan penerbitan")
    assert officer.reads("Petugas lain yang mengesahkan")
    assert not officer.page.get_by_role("button", name="Terbitkan sertifikat").count()
    confirmer = enter(phone(), cast.SECOND.phone)
    confirmer.go("/kantor/sertifikat/").page.get_by_role("link", name="Diusulkan oleh").click()
    confirmer.look().picture("certificates-confirm").press("Terbitkan sertifikat")
    assert confirmer.reads("1 sertifikat diterbitkan") and confirmer.reads("Sudah memiliki")
    candidate.go("/saya/").picture("certificate-mine").press("Buka sertifikat saya")
    assert candidate.reads(name) and candidate.reads("CONTOH – bukan sertifikat")
    candidate.go(f"/kotak/?to=0{number[3:]}")
    assert candidate.reads("Sertifikat Anda sudah terbit")


CHECKED = datetime(2026, 6, 16, 9, tzinfo=ZONE)
AT_THAT_TIME = f"""
import sys
from datetime import datetime
from ampera.cli import certificate, main
class Then(datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromisoformat("{CHECKED.isoformat()}")
certificate.datetime = Then
sys.exit(main.main(sys.argv[1:]))
"""


def verify(*arguments: str) -> str:
    """The word of `ampera certificate verify`, as somebody without our database runs it on the day of the check."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THAT_TIME, "certificate", "verify", "--json", *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout, done.stderr
    word = json.loads(done.stdout)["verdict"]
    assert done.returncode == {"valid": 0, "undetermined": 2}.get(word, 1)
    return word


def save(city: City, path: str, to) -> str:
    with urllib.request.urlopen(city.address + path) as answer_:
        to.write_bytes(answer_.read())
    return str(to)


@pytest.fixture(scope="module")
def issued(city):
    """[certificate id, phone, name] of those of another class who have one."""
    return [line.split("|") for line in city.ask(ISSUED).splitlines()]


def test_a_certificate_is_shown_saved_and_checked_by_anybody(city, phone, issued, tmp_path):
    (certificate, _number, name), (other, *_), *_ = issued
    city.at(CHECKED)
    employer = phone()
    employer.go(f"/sertifikat/{certificate}/").picture("certificate")
    assert (
        employer.reads(name)
        and employer.reads("Certificate of Achievement")
        and employer.reads("Bukan dari kami: hanya CONTOH")
    )
    phone(dark=True).go(f"/sertifikat/{certificate}/").picture("certificate-dark")
    link = employer.page.locator("p.number").first.inner_text()
    employer.page.emulate_media(media="print")
    employer.picture("certificate-print")
    assert not employer.page.get_by_role("link", name="Simpan berkas").is_visible(), "buttons are not printed"
    assert employer.page.pdf(format="A4").count(b"/Type /Page\n") == 1, "it fills one sheet"
    employer.page.emulate_media(media="screen")
    with employer.page.expect_download() as waiting:
        employer.page.get_by_role("link", name="Simpan berkas").click()
    file = tmp_path / "sertifikat.json"
    waiting.value.save_as(file)
    employer.press("Lihat apa yang diperiksa").picture("check-sample")
    assert employer.reads("Ini CONTOH dari peragaan") and employer.reads("Menurut daftar status tanggal 1")

    stranger = phone(scripts=False)
    stranger.go("/periksa/").press("Periksa")
    assert stranger.reads("Pilih berkas, atau isi tautannya")

    def hand_in(label: str, value) -> Phone:
        stranger.go("/periksa/")
        field = stranger.page.get_by_label(label)
        field.set_input_files(value) if label.startswith("Berkas") else field.fill(value)
        return stranger.press("Periksa")

    assert hand_in("Berkas sertifikat", file).reads("Ini CONTOH dari peragaan") and stranger.reads(name)
    assert hand_in("Atau tempel", file.read_text("utf-8")).reads("Ini CONTOH dari peragaan")
    assert hand_in("Tautan atau nomornya", link).reads("Ini CONTOH dari peragaan")
    assert hand_in("Tautan atau nomornya", certificate).reads(name)
    assert hand_in("Tautan atau nomornya", "https://contoh.example/sertifikat/1").reads(
        "kami tidak membukanya"
    )
    altered = file.read_text("utf-8").replace(name, "Orang Lain")
    assert hand_in("Atau tempel", altered).reads("Ini bukan yang ditandatangani penerbit")
    stranger.picture("check-altered")
    assert not stranger.reads("Orang Lain"), "what an altered file claims is not repeated"
    assert hand_in(
        "Berkas sertifikat", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff"}
    ).reads("Gambar ini tidak dapat dibuka")
    assert hand_in("Atau tempel", "[]").picture("check-rubbish").reads("Bukan berkas sertifikat")

    issuer = save(city, "/sertifikat/contoh/did.json", tmp_path / "did.json")
    document = json.loads(file.read_text("utf-8"))
    list_id = document["credentialStatus"]["statusListCredential"].rsplit("/", 1)[1]
    statuses = save(city, f"/status/{list_id}", tmp_path / "status.json")
    others = save(city, f"/status/{list_id}/suspensions", tmp_path / "suspensions.json")
    at_hand = ["--did-document", issuer, "--status-list", statuses, "--status-list", others]
    demo = ["--trust", document["issuer"]["id"], "--allow-samples"]
    wrong = tmp_path / "altered.json"
    wrong.write_text(altered, "utf-8")
    assert verify(str(file)) == "undetermined", "without the issuer's keys at hand"
    assert verify(str(file), *at_hand) == "foreign", "a sample is nobody's certificate"
    assert verify(str(file), *at_hand, *demo) == "valid", "unless one asks for samples"
    assert verify(str(wrong), *at_hand, *demo) == "altered"

    officer = enter(phone(), cast.OFFICER.phone)
    officer.go("/kantor/sertifikat/").picture("certificates-office").go(
        f"/kantor/sertifikat/{certificate}/"
    ).press("Simpan keputusan")
    assert officer.reads("Tulis alasannya") and officer.reads("Pilih keputusan Anda")
    officer.choose("Cabut:").fill("Mengapa?", "Ujian diikuti orang lain.").press("Simpan keputusan").picture(
        "certificate-one"
    )
    assert officer.reads("Sertifikat ini dicabut")
    assert (
        stranger.go(f"/sertifikat/{certificate}/")
        .picture("certificate-revoked")
        .reads("sudah dicabut penerbitnya")
    )
    assert hand_in("Berkas sertifikat", file).picture("check-revoked").reads("Dicabut")
    assert not stranger.reads("Ujian diikuti orang lain"), "the reason is the office's"
    assert hand_in("Tautan atau nomornya", other).reads("Ini CONTOH dari peragaan"), "another's stands"
    statuses = save(city, f"/status/{list_id}", tmp_path / "status.json")
    assert verify(str(file), *at_hand) == "revoked"
