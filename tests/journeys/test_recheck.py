"""Anybody rechecks a draw: one receipt in a few kilobytes, and the whole of it in the browser."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from urllib.parse import urlsplit

import pytest

from tests.journeys.office import tap

STAGE = "draw"
LIGHT = 10_000  # bytes of page and script, compressed, of the check of one receipt
ONE = (
    "from ampera.apps.admissions.models import Outcome\n"
    "print(Outcome.objects.filter({which}).order_by('pk').first().application.receipt)"
)


def receipt(city, which: str) -> str:
    return city.ask(ONE.format(which=which))


def code(it, selector: str) -> str:
    return it.page.locator(selector).first.inner_text()


def climbed(it) -> str:
    """The root, by hand: from the row and the steps that the page shows, as the page says it is done."""
    here = hashlib.sha256(b"\x00" + code(it, "main > p > code").encode()).digest()
    it.page.locator("details").first.click()
    for step in it.page.locator("#path li").all():
        side, other = step.inner_text().split()
        pair = bytes.fromhex(other) + here if side == "kiri" else here + bytes.fromhex(other)
        here = hashlib.sha256(b"\x01" + pair).digest()
    return here.hex()


def draw_again(it, words: str, button: str = "Undi ulang di sini") -> None:
    """Press the button; wait for these words in what is found."""
    it.page.get_by_role("button", name=button).click()
    it.page.locator("#found").get_by_text(words).wait_for()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("which", ["klass=None", "rank__gt=1", "rank=1"])
def test_one_receipt_is_followed_from_row_to_root_to_ticket_to_reason(city, phone, which, scripts):
    mine = receipt(city, which)
    it = phone(scripts=scripts)
    tap(it.go("/undian/1/"), "Periksa di sini").picture(f"periksa-{scripts}")
    it.fill("Nomor tanda terima Anda", mine.lower().replace("-", " "))
    tap(it, "Periksa tanda terima saya")
    assert it.path == f"/undian/1/periksa/{mine}/"
    good = it.page.get_by_text("Baru saja dihitung ulang di HP Anda")
    if scripts:
        good.wait_for()
        it.look()
    else:
        assert not good.is_visible()
    light = sum(
        size for url, size in it.weights.items() if urlsplit(url).path == it.path or "/receipt" in url
    )
    assert light <= LIGHT, f"{light:,} bytes"
    it.picture(f"periksa-{mine}-{scripts}")
    root = it.page.locator("#own").get_attribute("data-root")
    assert climbed(it) == root and phone().go("/undian/1/").reads(root)
    assert it.page.locator("#classes li").count() >= 1


def test_a_number_on_the_page_that_is_not_true_is_noticed_in_the_browser(city, phone):
    mine = receipt(city, "klass=None")
    it = phone()
    shown = re.search(r'data-ticket="([0-9a-f]+)"', it.go(f"/undian/1/periksa/{mine}/").page.content())
    assert shown

    def forged(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(shown[1], "0" * 64))

    it.page.route(f"**/periksa/{mine}/", forged)
    it.page.goto(f"{city.address}/undian/1/periksa/{mine}/")
    it.page.get_by_text("hasilnya tidak cocok dengan yang ditampilkan").wait_for()
    assert it.look().picture("periksa-palsu").reads(shown[1])


def test_a_wrong_receipt_gets_a_kind_word(city, phone):
    it = phone(scripts=False)
    tap(it.go("/undian/1/periksa/").fill("Nomor tanda terima Anda", "P7K4-M2X0"), "Periksa tanda terima saya")
    assert it.picture("periksa-tak-ada").reads("Nomor tanda terima ini tidak ada dalam undian ini")
    assert it.page.get_by_label("Nomor tanda terima Anda").input_value() == "P7K4-M2X0"
    answer = it.page.goto(f"{city.address}/undian/1/periksa/<b>/")
    assert answer.status == 404 and it.look().reads("Mohon cocokkan sekali lagi")
    assert it.page.goto(f"{city.address}/undian/7/periksa/").status == 404


def test_the_whole_draw_is_made_again_in_the_browser(city, phone):
    it = phone()
    it.go("/undian/1/periksa/")
    draw_again(it, "Semuanya cocok")
    assert it.look().picture("periksa-cocok").reads("Sidik daftar dan pengacak sama dengan yang diumumkan")
    assert not it.reads("Tidak diperiksa")
    it.page.get_by_label("Sidik daftar").fill("0" * 64)
    draw_again(it, "ini bukan daftar yang dibekukan")
    it.look()
    for label in ("Sidik daftar", "Dadu, seperti diumumkan"):
        it.page.get_by_label(label).fill("")
    draw_again(it, "Semuanya cocok")
    assert it.look().page.inner_text("#found").count("Tidak diperiksa") == 2


def test_a_file_of_ones_own_is_checked_and_its_first_difference_said(city, phone):
    it = phone(dark=True)
    it.go("/undian/1/periksa/")
    data = it.page.request.get(f"{city.address}/undian/1/paket.zip").body()
    forged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(forged, "w") as now:
        for name in was.namelist():
            file = was.read(name)
            if name == "calls.csv":
                rows = file.splitlines(keepends=True)
                file = b"".join([rows[0], rows[2], rows[1], *rows[3:]])
            now.writestr(name, file)
    for name, bundle, words in (
        ("own.zip", data, "Semuanya cocok"),
        ("forged.zip", forged.getvalue(), "calls.csv, baris 2"),
        ("half.zip", data[: len(data) // 2], "Itu bukan penilaian atas undian"),
    ):
        it.page.set_input_files("#file", {"name": name, "mimeType": "application/zip", "buffer": bundle})
        draw_again(it, words)
        it.look().picture(f"periksa-{name}")


def test_without_scripts_the_page_says_how_to_check_on_a_computer(city, phone):
    it = phone(scripts=False)
    it.go("/undian/1/periksa/")
    assert not it.page.get_by_role("button", name="Undi ulang di sini").is_visible()
    assert it.reads("tanpa itu: lihat di bawah") and it.reads("python3 ampera_verify.py undian-1")
    with it.page.expect_download() as got:
        it.page.get_by_role("link", name="ampera_verify.py").click()
    assert got.value.suggested_filename == "ampera_verify.py"
    assert b"def merkle_root" in got.value.path().read_bytes()


def test_the_pages_speak_english_too(city, phone):
    it = phone(language="en-GB")
    it.go("/undian/1/periksa/")
    draw_again(it, "Everything agrees.", "Draw it again here")
    mine = receipt(city, "klass=None")
    it.go(f"/undian/1/periksa/{mine}/").page.get_by_text("Recomputed on your phone just now").wait_for()
