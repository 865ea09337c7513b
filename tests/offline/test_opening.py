"""The browser opens PDFs and QR codes as the core does: the same certificate, byte for byte, or the same code of a fault."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ampera.apps.certificates import blanks, paper
from ampera.cores.credentials import carrier
from ampera.cores.credentials.blank import Blank, split
from ampera.cores.credentials.document import to_bytes
from ampera.cores.credentials.faults import Fault
from ampera.cores.credentials.form import Result

from ..cores.credentials.city import ENDS, ISSUED, City

STATIC = Path(__file__).resolve().parent.parent.parent / "src/ampera/apps/certificates/static/certificates"
CITY = City()
NAMES = [
    "Siti Aminah",
    "SITI AMINAH",
    "Siti binti Ali",
    "O'Neil, Jr.-a",
    "李小龙",
    'Łódź 😀 \\ "x"',
    "x",
    "A" * 120,
]

OPEN = """async ([data, templates, isText]) => {
    const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
    try {
        const found = await Opening.opened(isText ? new TextDecoder().decode(bytes) : bytes, templates);
        return [typeof found === "string" ? found : new TextDecoder().decode(found), null];
    } catch (fault) {
        if (!(fault instanceof Opening.Closed)) throw fault;
        return [fault.verdict, fault.code];
    }
}"""


@pytest.fixture(scope="module")
def page(browser, bare) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{bare(STATIC)}/opening.js")
    page.add_script_tag(url=page.url)
    yield page
    page.close()


def opened(page: Page, data: bytes | str, templates: list[Blank]) -> list[str | None]:
    raw = data.encode() if isinstance(data, str) else data
    return page.evaluate(
        OPEN, [base64.b64encode(raw).decode(), blanks.bundled(templates), isinstance(data, str)]
    )


def template(document: bytes) -> Blank:
    return split(document)[0]


def signed(**changes) -> bytes:
    return to_bytes(CITY.signed(**changes))


@pytest.mark.parametrize("name", NAMES)
def test_a_codes_digits_give_the_whole_certificate_byte_for_byte(page, name):
    document = signed(holder_name=name, result=Result(3, -1.25, 0.07))
    text = carrier.pack(document)
    for said in (text, text.lower(), text.encode()):
        assert opened(page, said, [template(document)]) == [document.decode(), None]


def test_among_templates_of_many_days_and_kinds_the_right_one_is_found(page):
    other = replace(CITY.achievement, id="https://kota.example/lain", outcomes=CITY.achievement.outcomes[:1])
    documents = [
        signed(issued=ISSUED + timedelta(days=n), valid_until=ENDS + timedelta(days=n)) for n in range(5)
    ]
    documents += [signed(achievement=other), signed(evidence=())]
    kept = [template(d) for d in documents]
    bundle = blanks.bundled(kept)
    assert len(bundle) == 3 and sum(len(str(kind[1:])) for kind in bundle) < len(kept[0].text)
    for document in documents:
        assert opened(page, carrier.pack(document), kept) == [document.decode(), None]


def test_whatever_the_digits_are_the_browser_says_what_the_core_says(page):
    document = signed()
    blank, text = template(document), carrier.pack(document)
    dice = random.Random(5)
    forged = []
    for _ in range(60):
        place = (
            dice.randrange(len(text) - 30, len(text))
            if dice.random() < 0.2
            else dice.randrange(30, len(text))
        )
        forged.append(text[:place] + dice.choice("0123456789") + text[place + 1 :])
    forged += [
        text[:-1] + "2",
        text.replace("KOTA", "KOTE"),
        text[:40] + text[60:],
        text + "1",
        text[:30] + "0" * 400 + "1",
    ]
    for said in forged:
        try:
            expected = [carrier.unpack(said, {blank.id: blank}).decode(), None]
        except Fault as fault:
            expected = [fault.verdict, fault.code]
        assert opened(page, said, [blank]) == expected, said
    assert opened(page, text, []) == ["undetermined", "template_missing"]


def test_a_pdf_gives_the_attached_file_and_nothing_else_does(page):
    document = signed()
    assert opened(page, paper.pdf(document.decode()), []) == [document.decode(), None]
    assert opened(page, b"%PDF-1.7 nothing", [])[1] == "no_attachment"
    two = paper.pdf(document.decode()) + paper.pdf(signed(holder_name="Orang Lain").decode())
    assert opened(page, two, [])[1] == "several_attachments"
    for other in (document, b"", b"hello", b"\x00" * 4000):
        assert opened(page, other, []) == [other.decode(), None]


def test_a_picture_is_read_where_the_browser_can_and_told_where_not(page):
    document = signed()
    png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")  # fmt: skip
    page.evaluate("() => { delete globalThis.BarcodeDetector; }")
    assert opened(page, png, []) == ["undetermined", "no_reader"]
    # this machine's browser reads no codes; a phone's answers like this
    page.evaluate(
        "text => { globalThis.BarcodeDetector = class { async detect() { return text.map(rawValue => ({rawValue})); } }; }",
        [carrier.pack(document), "https://x.example"],
    )
    assert opened(page, png, [template(document)]) == [document.decode(), None]
    assert opened(page, png[:20], []) == ["undetermined", "not_a_picture"]
    page.evaluate("() => { globalThis.BarcodeDetector = class { async detect() { return []; } }; }")
    assert opened(page, png, []) == ["undetermined", "no_code"]
