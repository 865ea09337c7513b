"""A certificate checked in flight mode, on a phone that has been to the page once."""

from __future__ import annotations

import json
import os
import time
import urllib.request

import pytest
from scripts import machine

from ampera.apps.certificates import paper
from ampera.cores.credentials import carrier

from .conftest import AXE, BYTES, RULES, Phone
from .test_exam_certificate import ISSUED
from .walking import sign_in

STAGE = "teach"
IN_ALL = 60_000
BOTH_STAND = """async () => {
    const standing = async () => (await navigator.serviceWorker.getRegistrations()).filter((one) => one.active?.state === "activated").length;
    while ((await standing()) < 2) await new Promise((done) => setTimeout(done, 50));
}"""  # the worker behind the page, and the one behind printed codes


@pytest.fixture(scope="module")
def certificates(city) -> list[tuple[str, str, str, bytes]]:
    """(number, phone, name, file) of each certificate of a class."""
    found = []
    for line in city.ask(ISSUED).splitlines():
        number, phone, name = line.split("|")
        with urllib.request.urlopen(f"{city.address}/sertifikat/{number}/sertifikat.json") as answer:
            found.append((number, phone, name, answer.read()))
    return found


def kept(it: Phone) -> None:
    """Wait until the page's service worker has everything."""
    it.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    it.page.reload()
    it.page.wait_for_function("navigator.serviceWorker.controller !== null")


def hand_in(it: Phone, data: bytes) -> float:
    """Choose a file, press the button, and wait for the verdict; seconds."""
    it.page.evaluate("document.getElementById('checking').replaceChildren()")
    it.page.set_input_files(
        "input[type=file]", {"name": "x.json", "mimeType": "application/json", "buffer": data}
    )
    begun = time.monotonic()
    it.page.get_by_role("button", name="Periksa", exact=True).click()
    it.page.wait_for_selector("#checking .notice")
    return time.monotonic() - begun


def sound(it: Phone) -> None:
    it.page.evaluate(AXE)
    found = it.page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]] == []


def test_after_the_first_visit_a_file_is_checked_without_a_network(city, phone, certificates):
    (number, _phone, name, file), *_others = certificates
    it = phone().go("/periksa/")
    kept(it)
    it.page.context.set_offline(True)
    it.page.goto(f"{city.address}/periksa/")
    assert hand_in(it, file) <= 1
    assert (
        it.reads("Ini CONTOH dari peragaan") and it.reads(name) and it.reads("Menurut daftar status tanggal")
    )
    assert it.page.evaluate("document.activeElement.classList.contains('notice')")
    sound(it)
    it.picture("offline-sample")
    altered = file.replace(name.encode(), b"Orang Lain")
    assert hand_in(it, altered) <= 1
    assert it.reads("Diubah") and not it.reads("Orang Lain")
    sound(it)
    it.picture("offline-altered")
    document = json.loads(file)
    document["type"].reverse()
    hand_in(it, json.dumps(document).encode())
    assert it.reads("tidak ditulis seperti sertifikat kota ini")
    hand_in(it, b"\x89PNG")
    assert it.reads("Peramban ini tidak dapat membaca kode QR sendiri")
    it.page.evaluate("document.querySelector('main form').reset()")
    it.page.evaluate("document.getElementById('checking').replaceChildren()")
    it.fill("Tautan atau nomornya", carrier.pack(file))  # what the camera app of a phone hands over
    begun = time.monotonic()
    it.page.get_by_role("button", name="Periksa", exact=True).click()
    it.page.wait_for_selector("#checking .notice")
    assert time.monotonic() - begun <= 1 and it.reads(name) and it.reads("Ini CONTOH dari peragaan")
    it.picture("offline-from-paper")
    if paper.available():
        assert hand_in(it, paper.pdf(file.decode())) <= 1 and it.reads(name)
    it.page.evaluate("document.querySelector('main form').reset()")
    it.fill("Tautan atau nomornya", number)
    it.page.get_by_role("button", name="Periksa", exact=True).click()
    it.page.wait_for_selector("text=Tautan hanya dapat diperiksa saat ada jaringan")
    sound(it)


def test_a_printed_code_opens_without_a_network_on_a_phone_that_has_been_here(city, browser, certificates):
    """The phone's own camera app opens the code's address, which is the demo's: the browser is led to the city."""
    _number, _phone, name, file = certificates[0]
    led = f"--host-resolver-rules=MAP 127.0.0.1:8000 {city.address.removeprefix('http://')}"
    own = browser.browser_type.launch(
        executable_path=os.environ.get("CHROMIUM") or machine.chromium(), args=["--no-sandbox", led]
    )
    page = own.new_context(viewport={"width": 360, "height": 740}, locale="id-ID").new_page()
    page.goto("http://127.0.0.1:8000/periksa/")
    page.evaluate(BOTH_STAND)
    page.context.set_offline(True)
    page.goto(carrier.pack(file))
    page.wait_for_selector("#checking .notice")
    shown = page.inner_text("#checking")
    assert (
        "Ini CONTOH dari peragaan" in shown
        and name in shown
        and page.url.startswith("http://127.0.0.1:8000/periksa/#/Q/")
    )
    own.close()


def test_with_a_network_what_the_phone_can_not_decide_the_site_does(city, phone, certificates):
    (number, _phone, name, file), *_others = certificates
    it = phone().go("/periksa/")
    document = json.loads(file)
    document["type"].reverse()  # the same statements under the same signature, written in another order
    hand_in(it, json.dumps(document).encode())
    assert it.reads("Ini CONTOH dari peragaan")
    hand_in(it, b"\x89PNG")
    assert it.reads("Bukan berkas sertifikat")
    it.page.evaluate("document.querySelector('main form').reset()")
    it.fill("Tautan atau nomornya", number)
    it.page.get_by_role("button", name="Periksa", exact=True).click()
    it.page.wait_for_selector(f"dd:has-text('{name}')")
    sound(it)


def test_the_page_obeys_its_own_security_policy_and_weighs_little(city, browser, certificates):
    """Here the policy is in force, as on a citizen's phone: the other pages lift it for axe."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    page.goto(f"{city.address}/periksa/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.set_input_files(
        "input[type=file]", {"name": "x.json", "mimeType": "application/json", "buffer": certificates[0][3]}
    )
    page.get_by_role("button", name="Check it").click()
    page.wait_for_selector("#checking .notice")
    assert "example (CONTOH)" in page.inner_text("#checking")
    assert complaints == []
    urls = page.evaluate("async () => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys()).map(r => r.url)))).flat()")  # fmt: skip
    sizes = {url: weight(url) for url in urls}
    assert sum(sizes.values()) <= IN_ALL, sizes
    assert sum(size for url, size in sizes.items() if not url.endswith((".mjs", ".json"))) <= BYTES, sizes
    context.close()


def weight(url: str) -> int:
    """Bytes over the network, compressed as a browser asks for it."""
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        return len(answer.read())


# --- the wallet ---


def test_a_holder_keeps_a_certificate_and_shows_it_without_a_network(city, phone, certificates):
    number, holders, name, file = certificates[0]
    it = sign_in(phone(), holders).go("/dompet/")
    it.page.wait_for_selector("text=Simpan di HP ini")
    it.look()
    it.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    it.page.get_by_role("button", name="Simpan di HP ini").first.click()
    it.page.wait_for_selector("text=Hapus dari HP ini")
    it.picture("wallet")
    it.page.context.set_offline(True)
    it.page.goto(f"{city.address}/dompet/")
    it.page.wait_for_selector("#keeping .notice")
    assert (
        it.reads(name) and it.reads("Ini CONTOH dari peragaan") and it.reads("Menurut daftar status tanggal")
    )
    assert it.reads(f"/sertifikat/{number}/")
    sound(it)
    it.picture("wallet-offline")
    with it.page.expect_download() as saved:
        it.page.get_by_role("link", name="Simpan berkas (JSON)").click()
    assert saved.value.path().read_bytes() == file
    it.page.get_by_role("button", name="Hapus dari HP ini").click()
    it.page.wait_for_selector("text=Belum ada yang disimpan di HP ini")


def test_without_scripts_the_holder_saves_files_and_withdraws_the_page(city, phone, certificates):
    number, holders, _name, _file = certificates[0]
    stranger = phone(scripts=False)
    it = sign_in(phone(scripts=False), holders).go("/dompet/")
    assert it.reads("Sertifikat saya") and not it.reads("Simpan di HP ini")
    it.press("Yang tersimpan di HP ini").press("Sertifikat saya")
    it.press("Buka dan bagikan").press("Tarik halamannya")
    assert it.reads("hanya Anda yang melihatnya")
    it.picture("page-withdrawn")
    assert stranger.go(f"/sertifikat/{number}/").reads("Pemegangnya telah menarik halaman ini")
    it.press("Tampilkan lagi halamannya")
    assert stranger.go(f"/sertifikat/{number}/").reads("Sertifikat Capaian")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_employer_checks_many_at_once(city, phone, certificates, scripts):
    it = phone(scripts=scripts).go("/periksa/").press("Periksa banyak sertifikat")
    files = [
        {"name": f"{n}.json", "mimeType": "application/json", "buffer": c[3]}
        for n, c in enumerate(certificates[:3])
    ]
    it.page.set_input_files("input[type=file]", files)
    it.press("Periksa semuanya").picture("many")
    assert all(it.reads(c[2]) for c in certificates[:3])
