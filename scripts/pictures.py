"""The pictures of the README, taken from a running demo as its people see it.

    make run                                                       in another terminal
    python -m scripts.pictures http://127.0.0.1:8000

Writes docs/pictures/*.png: the top of each page, as much as the screen shows. Each run registers one more citizen.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import machine

FOLDER = Path(__file__).resolve().parent.parent / "docs/pictures"
BYTES = 120_000
PHONE, DESK = (
    (360, 740, 1.0),
    (1280, 1120, 0.65),
)  # the desk made smaller: the README shows it so, and it weighs half
OFFICER = "081200000001"
NOBODY_IN_A_HURRY = 20_000  # milliseconds


def main(address: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=machine.chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        with screen(browser, address, PHONE) as page:
            stranger(page)
        while True:  # the first message is drawn by lot
            with screen(browser, address, PHONE) as page:
                if drill(page):
                    break
        with screen(browser, address, PHONE) as page:
            citizen(page)
        with screen(browser, address, DESK) as page:
            officer(page)
        with screen(browser, address, PHONE) as page:
            certified(page)
        browser.close()


def stranger(page: Page) -> None:
    page.goto("/")
    keep(page, "home")
    page.goto("/hasil/1/")
    keep(page, "results")


def drill(page: Page) -> bool:
    """A message without emoji, which few servers have a font for; whether it was one."""
    page.goto("/latihan/")
    tap(page, "Mulai")
    plain = all(ord(sign) < 0x2600 for sign in page.inner_text("main"))
    if plain:
        keep(page, "drill")
    return plain


def citizen(page: Page) -> None:
    """From registering to the receipt, and on the way one question of the level test."""
    serial = int(time.time()) % 9_999 + 1  # another number and another card at each run
    sign_in(page, f"08129999{serial:04d}")
    page.goto("/orang/baru/")
    tap(page, "Sudah saya baca, lanjutkan")
    page.get_by_label("Nama, seperti di KTP").fill("Siti Rahmawati")
    page.get_by_label("NIK").first.fill(f"167103570590{serial:04d}")
    tap(page, "Simpan dan lanjutkan")
    for label, value in (("Tanggal", "17"), ("Bulan", "Mei"), ("Tahun", "1990")):
        page.get_by_label(label).first.select_option(label=value)
    tap(page, "Simpan dan lanjutkan")
    for place in ("Ilir Timur I", "18 Ilir"):
        pick(page, place)
    for name in ("Sudah benar, daftarkan", "Mulai", "Mulai"):
        tap(page, name)
    pick(page, "Masyarakat umum")
    for name in ("Ke tes", "Mulai tes"):
        tap(page, name)
    keep(page, "question")
    while "/soal/" in page.url:
        page.get_by_role("radio").first.check()
        tap(page, "Simpan jawaban dan lanjutkan")
    for name in ("Selesaikan tes", "Lanjutkan"):
        tap(page, name)
    page.get_by_role("radio").first.check(force=True)
    tap(page, "Simpan dan lanjutkan")
    for wish in ("Sabtu", "Minggu"):
        page.get_by_label(wish).first.check(force=True)
    pick(page, "Ilir Timur I")
    for name in ("Lanjutkan", "Kirim pendaftaran"):
        tap(page, name)
    keep(page, "receipt")


def officer(page: Page) -> None:
    """The applicants of round 1, with their map."""
    sign_in(page, OFFICER)
    page.goto("/kantor/pendaftaran/")
    tap(page, "Putaran 1")
    keep(page, "office")


def certified(page: Page) -> None:
    """The sample that was issued last, as its holder shows it."""
    sign_in(page, OFFICER)
    page.goto("/kantor/sertifikat/")
    page.locator("main table a").first.click()
    page.locator("main a[href^='/sertifikat/']").first.click()
    page.wait_for_load_state("load")
    keep(page, "certificate")


@contextmanager
def screen(browser: Browser, address: str, size: tuple[int, int, float]) -> Iterator[Page]:
    width, height, scale = size
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, device_scale_factor=scale,
        locale="id-ID", color_scheme="light",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(NOBODY_IN_A_HURRY)
    yield page
    context.close()


def sign_in(page: Page, number: str) -> None:
    page.goto("/masuk/")
    page.get_by_label("Nomor HP").fill(number)
    tap(page, "Kirim kode")
    form = page.url
    page.goto(f"/kotak/?to={number}")
    code = re.search(r"Kode Ampera Anda (\d{6})", page.inner_text("main"))
    if code is None:
        raise SystemExit(f"No code for {number} under /kotak/: is this a demo that runs?")
    page.goto(form)
    page.get_by_label("Kode dari pesan").fill(code[1])
    tap(page, "Masuk")


def tap(page: Page, name: str) -> None:
    main = page.locator("main")
    main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()
    page.wait_for_load_state("load")


def pick(page: Page, label: str) -> None:
    page.get_by_label(label).first.check(force=True)
    tap(page, "Simpan dan lanjutkan")


def keep(page: Page, name: str) -> None:
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    size = file.stat().st_size
    if size > BYTES:
        raise SystemExit(f"{file.name} has {size:,} bytes, more than {BYTES:,}: show less of the page")
    print(f"{file.name}: {size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Say where the demo runs: python -m scripts.pictures http://127.0.0.1:8000")
    main(sys.argv[1])
