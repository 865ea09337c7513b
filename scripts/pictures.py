"""The README's pictures, taken from a running demo on a phone of 360×740 and on a desk.

make run                                             in one window
python -m scripts.pictures http://127.0.0.1:8000     in another
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import machine

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"


class Taker:
    """One browser window on the demo. Buttons and links are pressed by their words."""

    def __init__(self, browser: Browser, address: str, width: int, height: int) -> None:
        self.address = address
        context = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
        self.page: Page = context.new_page()
        self.page.set_default_timeout(6000)

    def go(self, path: str) -> Taker:
        self.page.goto(self.address + path)
        return self

    def press(self, words: str) -> Taker:
        main = self.page.locator("main")
        main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words)).first.click()
        self.page.wait_for_load_state("load")
        return self

    def fill(self, label: str, text: str) -> Taker:
        self.page.get_by_label(label).first.fill(text)
        return self

    def choose(self, label: str, value: str | None = None) -> Taker:
        field = self.page.get_by_label(label).first
        if value is None:
            field.check(force=True)
        else:
            field.select_option(label=value)
        return self

    def save(self, name: str) -> Taker:
        """What stands in the window."""
        self.page.screenshot(path=FOLDER / f"{name}.png")
        return self

    def sign_in(self, number: str) -> Taker:
        self.go("/masuk/").fill("Nomor HP", number).press("Kirim kode").press("Lihat pesannya")
        code = re.search(r"Kode Ampera Anda (\d{6})", self.page.inner_text("main"))
        assert code
        self.page.go_back()
        return self.fill("Kode dari pesan", code[1]).press("Masuk")


def citizen(it: Taker, born: date, number: str) -> None:
    """From sign-in to the receipt; pictures of a question and of the receipt."""
    it.sign_in(number).go("/orang/baru/").press("Sudah saya baca, lanjutkan")
    nik = f"167103{born:%d%m%y}{number[-4:]}"
    it.fill("Nama, seperti di KTP", "Siti Rahmawati").fill("NIK", nik).press("Simpan dan lanjutkan")
    it.choose("Tanggal", str(born.day)).choose("Bulan", "Mei").choose("Tahun", str(born.year)).press(
        "Simpan dan lanjutkan"
    )
    it.choose("Ilir Timur I").press("Simpan dan lanjutkan").choose("18 Ilir").press("Simpan dan lanjutkan")
    it.press("Sudah benar, daftarkan").press("Mulai").press("Mulai")
    it.choose("Masyarakat umum").press("Simpan dan lanjutkan").press("Ke tes").press("Mulai tes").save(
        "question"
    )
    while "/soal/" in it.page.url:
        it.page.get_by_role("radio").first.check(force=True)
        it.press("Simpan jawaban dan lanjutkan")
    it.press("Selesaikan tes").press("Lanjutkan")
    it.page.get_by_role("radio").first.check(force=True)
    it.press("Simpan dan lanjutkan").choose("Sabtu").choose("Ilir Timur I").press("Simpan dan lanjutkan")
    it.press("Lanjutkan").press("Kirim pendaftaran").save("receipt")


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=machine.chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        phone = Taker(browser, address, 360, 740)
        phone.go("/").save("home").go("/hasil/1/").save("results")
        phone.go("/latihan/").page.locator("main form button").last.click()
        phone.page.wait_for_load_state("load")
        phone.save("drill")
        citizen(phone, date(1990, 5, 17), "081270009001")
        desk = Taker(browser, address, 1280, 860)
        desk.sign_in("081200000001").go("/kantor/pendaftaran/?round=1").save("office")
        desk.go("/kantor/sertifikat/")
        link = desk.page.locator("main table a").first.get_attribute("href")
        number = re.search(r"[0-9a-f-]{36}", link or "")
        assert number, "the demo has issued no certificate"
        phone.go(f"/sertifikat/{number[0]}/").save("certificate")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1].rstrip("/"))
