"""From the open window to the dice: applicants, documents, civil servants, objections, freeze by two, draw, recheck."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from ampera.simulation import cast
from tests.journeys.conftest import ROOT, Phone
from tests.journeys.office import WIDE, officer, sign_in, tap, when

STAGE = "nominate"
PROJECTOR = {"width": 1280, "height": 720}
OWN = (
    "from ampera.apps.admissions.models import Application as A; from ampera.apps.people import api as people\n"
    "rows = [a for a in A.objects.filter(state='SUBMITTED').order_by('pk') if people.person(a.person_id).seen{seen}]\n"
    "a = next(a for a in rows if people.phone(a.person_id)); print(people.phone(a.person_id), a.pk, a.receipt)"
)


def staged(phone, name: str, query: str = "") -> Phone:
    """The ceremony as the room sees it: nothing below the screen's edge; and on a phone, which may scroll."""
    phone().go(f"/undian/1/upacara/{query}")
    it = phone(**PROJECTOR).go(f"/undian/1/upacara/{query}").picture(f"upacara-{name}")
    below = it.page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert below <= 0, f"{name}: {below} px below the edge of the screen"
    return it


def test_who_applies_where(city, phone):
    city.at(when(city, "closes_at", hours=-2))
    for name, it in (("360", officer(phone)), ("1280", officer(phone, cast.SECOND, **WIDE))):
        it.go("/kantor/pendaftaran/").picture(f"corong-{name}")
        assert it.page.locator(".map svg path").count() == 18
        it.go("/kantor/pendaftaran/?level=zzz&round=x")
        tap(it.go("/kantor/pendaftaran/"), "Daftar sementara").picture(f"daftar-{name}")


def test_the_list_is_filtered_sorted_and_paged(city, phone):
    it = officer(phone)
    it.go("/kantor/pendaftaran/1/daftar/")
    tap(it.choose("Masuk daftar", "ya"), "Tampilkan")
    receipt = it.page.locator("tbody th").first.inner_text()
    tap(it.fill("Tanda terima", receipt.lower()), "Tampilkan")
    assert it.page.locator("tbody tr").count() == 1
    tap(it.fill("Tanda terima", "<script>"), "Tampilkan").picture("daftar-kosong")
    assert it.reads("Tidak ada yang cocok")
    it.go("/kantor/pendaftaran/1/daftar/?sort=level&page=2")
    assert it.page.locator("tbody tr").count() > 0
    it.go("/kantor/pendaftaran/1/daftar/?sort=nonsense&page=999&kecamatan=0")
    inspector = officer(phone, cast.INSPECTOR)
    assert inspector.go("/kantor/pendaftaran/1/daftar/").reads("Daftar sementara")
    assert inspector.page.goto(city.address + "/kantor/pencalonan/").status == 404


def test_an_agency_names_civil_servants_checked_first(city, phone):
    city.at(when(city, "closes_at", hours=-1))
    it = officer(phone)
    it.go("/kantor/pencalonan/").picture("asn")
    code = city.ask(
        "from ampera.apps.programme import api as p; from ampera.apps.admissions import api as a\n"
        "cs = p.classes(p.rounds()[0].id, drawn=False); f = a.fillings([c.id for c in cs])\n"
        "print(next(c.code for c in cs if f[c.id].free))"
    )
    head = "nik;name;birth_date;kelurahan;class;phone\n"
    good = f"1671504507909998;Rahmawati;05-07-1990;16.71.02.1002;{code};0813\n"
    tap(it, "Periksa daftar")
    assert it.page.locator(".error-summary").is_visible()
    it.fill("Instansi", "BKPSDM").fill("surat", "800/12/2026")
    it.page.get_by_label("tempel").fill(head + good + f"12;B;1990-13-01;Entah;{code};\n")
    tap(it, "Periksa daftar").picture("asn-salah")
    assert it.reads("Tidak ada yang disimpan") and it.page.locator("tbody tr").count() >= 2
    it.page.get_by_label("tempel").fill(head + good.replace(";0813\n", ";081300001111\n"))
    tap(it, "Periksa daftar").picture("asn-benar")
    assert it.reads("Daftar tidak memuat kekeliruan") and not it.reads("Rahmawati")
    tap(it, "Simpan daftar").picture("asn-tersimpan")
    assert it.reads("1 orang") and it.reads("Rahmawati")


def test_documents_are_looked_at_one_after_another(city, phone):
    it = officer(phone)
    it.go("/kantor/pendaftaran/1/bukti/").picture("bukti")
    for _turn in range(60):
        if it.reads("Semua dokumen sudah diperiksa"):
            break
        tap(it, "Simpan keputusan") if not _turn else None
        if not _turn:
            assert it.page.locator(".error-summary").is_visible()
            it.picture("bukti-salah")
        it.page.locator("input[value=accept]").check(force=True)
        it.page.locator("main .form button").click()
        it.page.wait_for_load_state("load")
    assert it.reads("Semua dokumen sudah diperiksa")


def test_registration_closes_at_its_hour_and_not_before(city, phone):
    city.at(when(city, "closes_at", minutes=-10))
    it = officer(phone)
    assert not it.go("/kantor/undian/").picture("undian-buka").reads("Tutup pendaftaran")
    assert staged(phone, "buka").reads("Menuju pelemparan dadu")
    city.at(when(city, "closes_at", minutes=1))
    tap(it.go("/kantor/undian/"), "Usulkan").picture("tutup-usul")
    tap(it, "Usulkan").picture("tutup-diusulkan")
    assert not it.page.get_by_role("button", name="Sahkan").count()
    other = officer(phone, cast.SECOND)
    tap(other.go("/kantor/undian/").picture("tutup-menunggu"), "Lihat usulan")
    tap(other.picture("tutup-sahkan"), "Sahkan").picture("undian-tutup")
    assert other.reads("Pendaftaran ditutup")
    stranger = phone()
    assert stranger.go("/undian/1/daftar/").reads("Daftar sementara")


def test_a_citizen_objects_and_an_officer_answers(city, phone):
    city.at(when(city, "provisional_at", hours=2))
    number, application, _receipt = city.ask(OWN.format(seen=" is None")).split()
    it = sign_in(phone(), number)
    it.go(f"/lamaran/{application}/keberatan/").picture("keberatan")
    main = it.page.locator("main textarea")
    main.fill("Saya sudah menunjukkan KTP di kelurahan.\n<b>Tolong</b> periksa.")
    it.page.locator("main .form button").click()
    it.page.wait_for_load_state("load")
    assert it.look().picture("keberatan-terkirim").reads("Belum dijawab")

    desk = officer(phone)
    city.at(when(city, "freeze_at"))
    tap(desk.go("/kantor/undian/").picture("usulkan"), "Lihat daftarnya").picture("usulkan-keberatan")
    assert desk.reads("1 keberatan belum dijawab")
    tap(desk.go("/kantor/pendaftaran/1/keberatan/").picture("daftar-keberatan"), "Saya sudah").picture(
        "jawab"
    )
    desk.page.locator("input[value=no]").check(force=True)
    desk.page.locator("main textarea").fill("Kelurahan belum mencatat KTP Anda.")
    tap(desk, "Kirim jawaban")
    assert (
        it.go(f"/lamaran/{application}/keberatan/")
        .picture("terjawab")
        .reads("Kelurahan belum mencatat KTP Anda.")
    )


def test_two_officers_freeze_the_list_and_its_root_is_public(city, phone):
    city.at(when(city, "objections_until", hours=-1))
    first, second = officer(phone), officer(phone, cast.SECOND)
    tap(first.go("/kantor/undian/"), "Lihat daftarnya").picture("terlalu-dini")
    assert first.reads("Keberatan dapat diajukan sampai")
    city.at(when(city, "freeze_at"))
    tap(first, "Lihat daftarnya").picture("kelompok-kecil")
    tap(first, "Usulkan pembekuan")
    assert first.page.locator(".error-summary").is_visible()
    first.page.locator("input[value=keep]").check(force=True)
    first.page.locator("main textarea").fill("Kode kelompok dan kelas tidak menyebut siapa pun.")
    tap(first, "Usulkan pembekuan")
    assert first.picture("diusulkan").reads("Pembekuan diusulkan")
    assert not first.page.get_by_role("button", name="Bekukan daftar").count(), (
        "nobody confirms what they proposed"
    )
    tap(first, "Lihat daftar saat ini")
    tap(second.go("/kantor/undian/"), "Lihat dan sahkan").picture("bekukan")
    assert second.reads("Kode kelompok dan kelas tidak menyebut siapa pun.")
    tap(second, "Bekukan daftar")
    assert second.page.locator(".error-summary").is_visible()
    second.page.locator("[name=seen]").check(force=True)
    tap(second, "Bekukan daftar").picture("beku")
    root = re.search(r"\b[0-9a-f]{64}\b", second.page.inner_text("main"))
    stranger = phone()
    assert root and stranger.go("/undian/1/").picture("undian-umum-beku").reads(root[0])
    it = staged(phone, "beku")
    assert it.reads(f"{root[0][:8]} {root[0][8:16]}")
    seconds = it.page.locator("[data-part=seconds]")
    assert seconds.is_visible() and int(seconds.inner_text()) < 60
    still = phone(
        scripts=False, **PROJECTOR
    )  # it reloads itself since somebody asked it to, which axe can't know
    still.page.goto(city.address + "/undian/1/upacara/?jalan=1")
    assert not still.page.locator("[data-part=seconds]").is_visible() and still.reads("Berhenti")


def test_the_draw_is_not_early_runs_as_a_job_and_anybody_rechecks_it(city, phone, tmp_path):
    city.at(when(city, "draw_at", minutes=-5))
    it = officer(phone)
    root = re.search(r"\b[0-9a-f]{64}\b", it.go("/kantor/undian/").page.inner_text("main"))
    assert root and not it.reads("Masukkan mata dadu")
    count = int(city.ask("from ampera.apps.programme import api as p; print(p.plan(1).beacon_count)"))
    dice = " ".join(str(1 + n % 6) for n in range(count))

    second = officer(phone, cast.SECOND)

    def throw(faces: str, witnesses: int, who: Phone = it):
        who.go("/kantor/undian/1/nilai/").fill("Mata dadu", faces)
        for box in who.page.locator("[name=witnesses]").all()[:witnesses]:
            box.check(force=True)
        return tap(who, "Masukkan nilai ini")

    assert throw(dice, 2).picture("dadu-dini").page.locator(".error-summary").is_visible()
    city.at(when(city, "draw_at", minutes=5))
    assert throw(dice, 1).picture("dadu-saksi").page.locator(".error-summary").is_visible()
    assert throw("7 " + dice[2:], 2).picture("dadu-salah").page.locator(".error-summary").is_visible()
    assert throw(dice, 3).picture("dadu-satu-petugas").reads("Anda sudah memasukkan")
    assert staged(phone, "satu-petugas").reads("Satu petugas sudah memasukkannya")
    again = throw("1 1 " + dice[4:], 3, second).picture("dadu-berbeda")
    assert again.reads("tidak sama dengan yang dimasukkan petugas lain")
    assert throw(dice, 3, second).picture("kerja-antre").reads("Menunggu")
    here = second.page.url
    assert staged(phone, "mengundi").reads("Kursi sedang diundi")
    city.work()
    it.go(here).picture("kerja-selesai")
    tap(it, "Lihat hasil").picture("undian-umum")
    assert second.go("/kantor/undian/1/nilai/").path == "/kantor/undian/"

    shown = staged(phone, "hasil")
    assert shown.reads(dice.replace(" ", "")) and shown.reads(root[0][:8])
    scenes = int(re.search(r"1/(\d+)", shown.page.inner_text(".controls"))[1])
    for number in (2, 3, scenes):
        staged(phone, f"hasil-{number}", f"?adegan={number}")
    assert shown.press("Berikutnya").reads("Kursi per kecamatan")

    stranger = phone(dark=True)
    stranger.go("/undian/1/").picture("undian-umum-gelap")
    command = re.search(
        r"ampera draw verify \S+ --root (\w+) --beacon ([\w ,-]+)", stranger.page.inner_text("main")
    )
    assert command and command[1] == root[0] and stranger.reads(root[0])
    with stranger.page.expect_download() as got:
        stranger.page.get_by_role("link", name="Unduh berkas").first.click()
    assert "SIMULASI" in got.value.suggested_filename
    file = tmp_path / got.value.suggested_filename
    got.value.save_as(file)

    def verify(beacon: str, published: str):
        call = [
            sys.executable,
            "-m",
            "ampera.cli.draw",
            "draw",
            "verify",
            file,
            "--root",
            published,
            "--beacon",
            beacon,
        ]
        return subprocess.run(call, cwd=ROOT, env=city.environment, capture_output=True, text=True)

    sound = verify(command[2].strip(), root[0])
    assert sound.returncode == 0 and "every file agrees" in sound.stdout, sound.stdout + sound.stderr
    assert verify(command[2].strip(), "0" * 64).returncode == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_the_inspector_reads_what_the_codes_mean_and_that_is_kept(city, phone, width):
    it = officer(phone, cast.INSPECTOR, width=width)
    it.go("/kantor/undian/").picture(f"undian-inspektur-{width}")
    with it.page.expect_download() as got:
        it.page.get_by_role("button", name="Unduh arti kode").click()
    assert got.value.path().read_text().startswith("kind,code,means")
    assert "draw.labels_read" in city.ask(
        "from ampera.apps.audit import api as a; print([e.verb for e in a.events(about='round:1')])"
    )
