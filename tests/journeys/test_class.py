"""From the timetable to the grades: officer, lecturer and those who sit in the class."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ampera.simulation import cast

from .workers import enter

STAGE = "fill"
ZONE = ZoneInfo("Asia/Jakarta")
CLASS = "MHR-1-01"  # of the first partner, Mondays and Wednesdays at 19.00
FIRST_MEETING = datetime(2026, 4, 6, 19, 5, tzinfo=ZONE)


@pytest.fixture(scope="module")
def seated(city):
    """[class id, person id, name, phone] of those who sit in the class."""
    asked = city.ask(
        "from ampera.apps.admissions import api as a; from ampera.apps.people import api as p\n"
        "from ampera.apps.programme import api as g\n"
        f"c = next(c for c in g.classes(1, drawn=None) if c.code == '{CLASS}')\n"
        "for s in a.seats_of_class(c.id):\n"
        "    print(c.id, s.person_id, p.phone(s.person_id), p.person(s.person_id).name)"
    )
    return [line.split(" ", 3) for line in asked.splitlines()]


@pytest.fixture(scope="module")
def meetings(city, seated):
    """Ids of the class's meetings, once its timetable is made."""
    return city.ask(
        "from datetime import datetime; from ampera.apps.classes import api as c\n"
        f"for m in c.timetable({seated[0][0]}, by='system:test', now=datetime.fromisoformat('2026-04-01T09:00+07:00')):\n"
        "    print(m.id)"
    ).split()


def test_an_officer_makes_the_timetables_and_a_citizen_finds_the_class(city, phone, seated):
    city.at(datetime(2026, 4, 2, 10, tzinfo=ZONE))
    class_id, person_id, number, name = seated[0]
    citizen = enter(phone(scripts=False), number)
    citizen.press("Buka kelas saya")
    assert citizen.reads(name) and citizen.reads("Hari kelas ini sedang ditetapkan")

    officer = enter(phone(), cast.OFFICER.phone)
    officer.go("/kantor/kelas/").press("Buat semua jadwal")
    assert officer.reads("pertemuan dibuat atau dipindahkan")
    officer.press("Buat semua jadwal")
    assert officer.reads("Semua jadwal sudah sesuai dengan rencana")

    citizen.go(f"/kelas/{class_id}/{person_id}/").picture("class-citizen")
    assert citizen.reads("Datanglah ke pertemuan 1") and citizen.reads("Senin, 6 April 2026, 19.00–21.15")
    for elsewhere in (
        f"/kelas/{class_id}/{seated[1][1]}/",
        f"/kelas/1/{person_id}/",
        "/kantor/kelas/",
        f"/kantor/kelas/{class_id}/peserta/",
    ):
        citizen.go(elsewhere)
        assert citizen.reads("tidak ditemukan"), elsewhere


def test_a_code_shown_in_the_room_marks_a_person_present(city, phone, seated, meetings):
    city.at(FIRST_MEETING)
    class_id, person_id, number, _name = seated[0]
    lecturer = enter(phone(), cast.LECTURER.phone)
    lecturer.go("/kantor/kelas/").picture("class-work").press(CLASS).picture("class-office").press(
        "Tampilkan kode"
    )
    shown = lambda: "".join(filter(str.isdigit, lecturer.page.inner_text(".receipt .number")))  # noqa: E731
    old = shown()
    lecturer.picture("class-code")
    citizen = enter(phone(), number)
    mine = f"/kelas/{class_id}/{person_id}/"
    citizen.go(mine).press("Saya hadir")
    assert citizen.reads("Ketik enam angka yang ditampilkan di kelas")
    citizen.fill("Kode yang ditampilkan", "bukan").press("Saya hadir")
    assert citizen.reads("bukan kode yang sedang ditampilkan")

    city.at(FIRST_MEETING.replace(minute=7))
    citizen.fill("Kode yang ditampilkan", old).press("Saya hadir").picture("class-old-code")
    assert citizen.reads("Baca kode terbaru di kelas")
    lecturer.go(lecturer.path)
    assert shown() != old
    spaced = f"{shown()[:3]} {shown()[3:]}"
    citizen.fill("Kode yang ditampilkan", spaced).press("Saya hadir").picture("class-present")
    assert citizen.reads("Anda tercatat hadir di pertemuan 1")

    other = enter(phone(scripts=False, dark=True), number, afresh=True)  # the same person on another device
    other.go(mine).picture("class-other-device")
    assert (
        other.reads("Anda tercatat hadir di pertemuan 1") and not other.page.get_by_label("Kode yang").count()
    )

    late = enter(phone(scripts=False), seated[1][2])
    late.go(f"/kelas/{class_id}/{seated[1][1]}/").fill("Kode yang ditampilkan", shown())
    city.at(FIRST_MEETING.replace(hour=21, minute=30))
    late.press("Saya hadir").picture("class-late")
    assert late.reads("hanya dibuka selama kelas berlangsung") and late.reads("minta pengajar mencatat")
    assert late.reads("Datanglah ke pertemuan 2")

    lecturer.go(lecturer.path)
    assert lecturer.reads("Kode hanya ada selama kelas berlangsung")
    lecturer.press("Catat kehadiran langsung").press("Catat hadir")
    assert lecturer.reads("Pilih sekurang-kurangnya satu orang")
    lecturer.choose(seated[1][3]).press("Catat hadir").picture("class-by-hand")
    assert lecturer.reads("1 orang dicatat hadir") and lecturer.reads("2")
    late.go(f"/kelas/{class_id}/{seated[1][1]}/")
    assert late.reads("Anda hadir di 1 dari 16 pertemuan")


def test_a_lecturer_works_with_the_partners_classes_only(city, phone, seated, meetings):
    city.at(FIRST_MEETING.replace(hour=22))
    lecturer = enter(phone(scripts=False), cast.LECTURER.phone)
    lecturer.go("/kantor/kelas/")
    assert lecturer.reads(CLASS) and not lecturer.reads("MHR-2-01") and not lecturer.reads("DSR-")
    assert not lecturer.page.get_by_role("button", name="Buat semua jadwal").count()
    other = str(int(seated[0][0]) + 1)
    for path in ("", "peserta/", "nilai/", "hadir/", "nilai.csv", "daftar-hadir/"):
        lecturer.go(f"/kantor/kelas/{other}/{path}")
        assert lecturer.reads("tidak ditemukan"), path
    lecturer.go("/kantor/ujian/")
    assert lecturer.reads("tidak ditemukan")


def test_grades_go_out_as_a_file_and_come_back_with_every_mistake_by_row(
    city, phone, seated, meetings, tmp_path
):
    city.at(FIRST_MEETING.replace(hour=22, minute=30))
    lecturer = enter(phone(), cast.LECTURER.phone)
    lecturer.go(f"/kantor/kelas/{seated[0][0]}/").press("Daftar peserta dan nilai").picture("class-roster")
    with lecturer.page.expect_download() as waiting:
        lecturer.page.get_by_role("link", name="Unduh daftar peserta").click()
    text = waiting.value.path().read_text("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text)))
    assert head[:2] == ["pseudonym", "name"] and len(rows) == len(seated)
    assert not any(number[3:] in text or "1671" in text for _c, _p, number, _n in seated)

    def send(table) -> None:
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(table)
        file = tmp_path / "nilai.csv"
        file.write_text(out.getvalue(), "utf-8")
        lecturer.page.get_by_label("Berkas (CSV)").set_input_files(file)
        lecturer.press("Periksa berkas")

    lecturer.press("Masukkan nilai").picture("class-bring").press("Periksa berkas")
    assert lecturer.reads("Pilih berkas CSV")
    wrong = [
        head,
        [*rows[0][:2], "101", "70", "x"],
        ["tak-dikenal", "Siapa", "1", "2", "3"],
        [*rows[0][:2], "", "", ""],
    ]
    send(wrong)
    lecturer.picture("class-mistakes")
    assert lecturer.reads("Tidak ada yang disimpan") and lecturer.reads("“101” bukan angka dari 0 sampai 100")
    assert lecturer.reads("nama samaran “tak-dikenal”") and lecturer.reads("sudah ada di baris 2")
    lecturer.page.get_by_label("Berkas (CSV)").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"\xff\xfe\x00"}
    )
    lecturer.press("Periksa berkas")
    assert lecturer.reads("tidak memakai UTF-8")

    right = [head] + [[*row[:2], "80,5", "70", ""] for row in rows]
    send(right)
    lecturer.picture("class-dry-run")
    assert lecturer.reads(f"{len(seated)} peserta, {2 * len(seated)} isian, tanpa kesalahan")
    assert not city.ask("from ampera.apps.classes.models import Grade; print(Grade.objects.count() or '')")
    lecturer.press("Simpan")
    assert lecturer.reads(f"{2 * len(seated)} isian disimpan") and lecturer.reads("80,5")
    lecturer.page.go_back()  # and once more, as people do
    lecturer.press("Simpan")
    assert lecturer.reads("isian disimpan") or lecturer.reads("sudah disimpan")
    citizen = enter(phone(scripts=False), seated[0][2])
    citizen.go(f"/kelas/{seated[0][0]}/{seated[0][1]}/").picture("class-grades")
    assert citizen.reads("80,5")


def test_a_class_moves_and_its_people_are_told(city, phone, seated, meetings):
    city.at(datetime(2026, 4, 7, 9, tzinfo=ZONE))
    class_id, person_id, number, _name = seated[0]
    officer = enter(phone(), cast.OFFICER.phone)
    officer.go(f"/kantor/rencana/kelas/{class_id}/").picture("class-change")
    officer.fill("Ruang", "Kampus mitra, Lab B").press("Simpan perubahan")
    assert officer.go(f"/kantor/kelas/{class_id}/").reads("Kampus mitra, Lab B")
    citizen = enter(phone(scripts=False), number)
    citizen.go(f"/kelas/{class_id}/{person_id}/")
    assert citizen.reads("Kampus mitra, Lab B")
    citizen.go(f"/kotak/?to=0{number[3:]}").picture("class-outbox")
    assert citizen.reads(f"Kelas Anda {CLASS} pindah") and citizen.reads(
        "Rabu, 8 April 2026, pukul 19.00 WIB, di Kampus mitra, Lab B."
    )
