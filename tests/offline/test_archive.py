"""The archive in a browser: from a bare file server, and from the folder itself."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ampera.apps.certificates import archive as archiving
from ampera.apps.certificates import blanks, offline, paper
from ampera.cores.credentials import carrier
from ampera.cores.credentials.blank import split
from ampera.cores.credentials.document import to_bytes

from ..cores.credentials import test_jwt as tokens
from ..cores.credentials.city import City
from ..journeys.conftest import AXE, RULES

# A city's archive is made from its database by `archive_files`, which tests/apps holds to its word; what a browser does
# with the folder is looked at here, with the core's example city in the material.
CITY = City()


MIDNIGHT = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)


def signed() -> dict[str, Any]:
    return CITY.signed(issued=MIDNIGHT, valid_until=datetime(2099, 1, 1).astimezone())


@pytest.fixture
def folder(tmp_path) -> Path:
    issued = datetime.now().astimezone()
    template = split(to_bytes(signed()))[0]
    material = {
        "issuers": {CITY.did: tokens.document()},
        "lists": {url: to_bytes(d).decode() for url, d in CITY.status_lists(issued=issued).items()},
        "templates": blanks.bundled([template]),
        "trusted": [CITY.did],
    }
    files = {f"static/{name}": offline.path(name).read_bytes() for name in archiving.FILES}
    files["material.js"] = f"globalThis.MATERIAL = {json.dumps(material)};\n".encode()
    files |= {name: archiving._page(language, issued).encode() for language, name in archiving.PAGES.items()}
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("where", ["server", "folder"])
def test_the_archives_page_says_valid_altered_and_what_it_can_not_tell(browser, bare, folder, where):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{bare(folder) if where == 'server' else folder.as_uri()}/index.html")
    issued = signed()

    def hand_in(data: bytes, name: str = "x.json") -> str:
        page.evaluate("document.getElementById('checking').replaceChildren()")
        page.set_input_files("#file", {"name": name, "mimeType": "", "buffer": data})
        page.get_by_role("button", name="Periksa").click()
        page.wait_for_selector("#checking .notice")
        return page.inner_text("#checking")

    said = hand_in(to_bytes(issued))
    assert "Berlaku" in said and "Siti Aminah" in said and "Menurut daftar status tanggal" in said
    by_pdf = hand_in(paper.pdf(to_bytes(issued).decode()), "sertifikat.pdf")
    by_code = hand_in(carrier.pack(to_bytes(issued)).encode(), "kode.txt")
    assert said == by_pdf == by_code, "one signature, three carriers"
    token = tokens.jwt.secure(issued, signer=tokens.SIGNER, issued=MIDNIGHT)
    assert hand_in(token.encode(), "sertifikat.jwt") == said, "and the same words under another"
    assert "tidak dapat membaca kode QR sendiri" in page.inner_text("#camera")
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]] == []
    said = hand_in(to_bytes(issued | {"name": "Rektor"}))
    assert "Diubah" in said and "Rektor" not in said
    assert "tidak ditulis seperti" in hand_in(to_bytes(issued | {"type": issued["type"][::-1]}))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


# This machine has no camera, and its browser reads no codes: both stand in for a phone's.
PHONE = """text => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 9, 9);
    const stream = canvas.captureStream(5);
    navigator.mediaDevices.getUserMedia = async () => { globalThis.seen = stream; return stream; };
    let looks = 0;
    globalThis.BarcodeDetector = class { async detect() { return looks++ < 2 ? [] : [{ rawValue: text }]; } };
}"""


def test_the_camera_reads_a_code_and_is_switched_off_or_says_why_it_can_not(browser, bare, folder):
    page = browser.new_page(viewport={"width": 360, "height": 740}, permissions=["camera"])
    page.add_init_script(f"({PHONE})({json.dumps(carrier.pack(to_bytes(signed())))})")
    page.goto(f"{bare(folder)}/index.html")
    page.get_by_role("button", name="Pindai kode QR").click()
    page.wait_for_selector("#checking .notice")
    assert "Berlaku" in page.inner_text("#checking") and "Siti Aminah" in page.inner_text("#checking")
    assert page.evaluate("seen.getTracks().every(track => track.readyState === 'ended')")
    assert not page.locator("video").is_visible()
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no'); }; }"
    )
    page.get_by_role("button", name="Pindai kode QR").click()
    page.wait_for_selector("text=Kamera tidak bisa dipakai")
    page.close()
