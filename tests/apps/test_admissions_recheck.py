"""One receipt, followed from row to root to ticket to reason: on the server, and once more by the page's script."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import sync_playwright
from scripts import machine

from ampera.apps.admissions.office_refusals import NotDrawn
from ampera.apps.admissions.rechecking import Listed, followed, known_receipt, own
from ampera.cores import allocation
from tests.cores.allocation.alterations import OUTCOMES

from .drawn_round import applied, drawn, frozen, opened_round

STATIC = Path(__file__).resolve().parents[2] / "src/ampera/apps/admissions/static"
EVERYBODY = [
    (name, outcome, receipt) for name, outcome in OUTCOMES.items() for receipt in sorted(outcome.assignments)
]
every = pytest.mark.parametrize(
    ("outcome", "receipt"), [x[1:] for x in EVERYBODY], ids=[f"{x[0]}-{x[2]}" for x in EVERYBODY]
)


def one(outcome, receipt):
    return followed(outcome, Listed.of(outcome.problem), receipt)


def holds(here) -> None:
    """Everything on the page, recomputed from the words on the page alone."""
    got = hashlib.sha256(b"\x00" + here.row.encode()).digest()
    for step in here.steps:
        pair = bytes.fromhex(step.hash) + got if step.left else got + bytes.fromhex(step.hash)
        got = hashlib.sha256(b"\x01" + pair).digest()
    assert got.hex() == here.root
    assert here.row.split(",")[3] == ";".join(line.klass for line in here.lines)
    for line in here.lines:
        assert not line.cutoff or (line.ticket <= line.cutoff if line.before else line.ticket > line.cutoff)
        assert line.before == (line.klass == here.klass)


@every
def test_row_path_ticket_and_cutoffs_fit_together(outcome, receipt):
    here = one(outcome, receipt)
    holds(here)
    assert here.root == outcome.root and here.klass == outcome.assignments[receipt].klass


def test_somebody_is_behind_somebody_before_and_somebody_not_compared_by_ticket():
    lines = [line for _, outcome, receipt in EVERYBODY for line in one(outcome, receipt).lines]
    kinds = {(line.before, bool(line.cutoff)) for line in lines}
    assert kinds == {(True, True), (True, False), (False, True), (False, False)}


def test_a_receipt_of_nowhere_is_unknown():
    with pytest.raises(allocation.UnknownReceipt):
        one(OUTCOMES["dice"], "R99")


@pytest.mark.django_db
def test_in_a_round_every_receipt_can_be_followed_and_before_the_draw_none():
    round_id = opened_round()
    applied(round_id, count=40)
    frozen(round_id)
    with pytest.raises(NotDrawn):
        own(round_id, "R0001")
    drawn(round_id)
    for n in range(39):
        holds(own(round_id, f"R{n:04d}"))


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "P7K4-M2XQ", "P7K4M2X0", "x\x00y", "<script>", "9" * 500])
def test_whatever_else_is_typed_is_no_receipt(text):
    assert known_receipt(1, text) is None


def test_the_script_finds_every_receipt_sound_and_any_other_character_wrong():
    """In Chromium, at an address that may use its cryptography; without a server."""

    def page_of(outcome, receipt: str) -> str:
        here = one(outcome, receipt)
        lines = [(line, str(line.reason)) for line in here.lines]
        context = {"own": here, "lines": lines, "round": SimpleNamespace(number=1)}
        return render_to_string("admissions/recheck_receipt.html", context)

    sound = [page_of(outcome, receipt) for _, outcome, receipt in EVERYBODY]
    seated = next(here for _, o, r in EVERYBODY if (here := one(o, r)).klass and here.steps[0].left)
    html = page_of(OUTCOMES["dice"], seated.receipt)
    first = seated.lines[0]
    wrong = [
        html.replace(seated.row, seated.row.replace(",R", ",S", 1)),
        html.replace(seated.steps[0].hash, "0" * 64),
        html.replace(first.ticket, "0" * 64),
        html.replace(seated.root, "0" * 64),
        html.replace(f'data-material="{seated.material}"', 'data-material="1"'),
        html.replace(f'data-cutoff="{first.cutoff}"', f'data-cutoff="{"0" * 64}"'),
        html.replace(f'data-class="{first.klass}"', 'data-class="K99"'),
    ]
    assert all(page != html for page in wrong)
    pages = {f"http://localhost/{n}": page for n, page in enumerate([*sound, *wrong])}
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or machine.chromium(), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.route(
            "**/*",
            lambda route: (
                route.fulfill(body=pages[route.request.url], content_type="text/html; charset=utf-8")
                if route.request.url in pages
                else route.fulfill(path=STATIC / "admissions/receipt.js")
                if "receipt" in route.request.url
                else route.abort()
            ),
        )
        found = []
        for address in pages:
            page.goto(address)
            page.locator("#verdict:not([hidden])").wait_for()
            found.append("success" in page.locator("#verdict").get_attribute("class"))
        browser.close()
    assert found == [True] * len(sound) + [False] * len(wrong)
