"""A phone in a small simulated city: a real server, a real browser, and every page that it visits is looked at.

Each page must have no violation of WCAG 2.2 AA that axe can see, weigh at most 30 KB compressed at first load, take at
most 12 queries, and never scroll sideways.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, Response, sync_playwright
from scripts import machine

from tests import databases

ROOT = Path(__file__).resolve().parent.parent.parent
BYTES, QUERIES = 30_000, 12
AXE = Path(AXE_FILE_PATH).read_text("utf-8")
SOUND: set[str] = set()  # pages in which axe found nothing, by what they are made of
STATIC: dict[str, int] = {}  # bytes, compressed, of files that never change
SHAPES: set[str] = set()  # and their addresses, without numbers
LOOKED = """rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}).then(found =>
    found.violations.map(v => `${v.id}: ${v.help} — ${v.nodes[0].html.slice(0, 200)}`))"""
BONES = """() => {
    const words = ['value', 'nonce', 'href', 'action', 'src', 'alt', 'title', 'content', 'placeholder', 'aria-label', 'd', 'points'];
    const bones = (node) => {
        if (node.nodeType === 3) return 'x'.repeat(Math.min(node.data.trim().length, 3));
        if (node.nodeType !== 1) return '';
        const said = [...node.attributes].map(({name, value}) =>
            words.includes(name) ? name + (value.trim() ? '' : '=') : `${name}=${value.replace(/\\d+/g, '')}`);
        const within = [];
        for (const child of node.childNodes) {
            const found = bones(child);
            if (found && found !== within.at(-1)) within.push(found);
        }
        return `<${[node.localName, ...said].join(' ')}>${within.join('')}</>`;
    };
    const all = [...document.body.querySelectorAll('*')];
    const ids = all.map((one) => one.id).filter(Boolean);
    const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
    const over = all.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline').map((one) => one.localName);
    return [twice, over, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, Boolean(document.title),
        document.documentElement.lang, bones(document.body)].join(' ');
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class City:
    """One city on its own database, served."""

    var: Path
    database: dict[str, str]  # what leads a process to it
    address: str

    @property
    def environment(self) -> dict[str, str]:
        return self.database | {"AMPERA_THREADS": "4"}

    def run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.journeys.server", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def at(self, moment: datetime) -> None:
        """Set the city's clock."""
        (self.var / "clock").write_text(moment.isoformat())

    def work(self) -> None:
        """Do the queued jobs."""
        self.run("work")

    def ask(self, code: str) -> str:
        """Run a few lines in the city's server; what they print."""
        try:
            with urllib.request.urlopen(f"{self.address}/asked/", code.encode(), timeout=60) as said:
                return str(said.read().decode().strip())
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error


@pytest.fixture(scope="module")
def city(request, tmp_path_factory) -> Iterator[City]:
    """This module's own copy of a city played up to its STAGE, served on a free port."""
    var = tmp_path_factory.mktemp("city")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mine = City(var, databases.copy(request.module.STAGE, var), f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "tests.journeys.server", "serve", str(port)]
    with (var / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=mine.environment, stdout=log, stderr=log)
    try:
        for _ in range(900):
            try:
                urllib.request.urlopen(mine.address, timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, (var / "log").read_text()
                time.sleep(0.1)
        else:
            raise AssertionError((var / "log").read_text())
        yield mine
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a module: while it runs it holds an event loop, under which Django refuses its database to other tests."""
    with sync_playwright() as play:
        yield play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or machine.chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        )  # fmt: skip


@dataclass
class Phone:
    """A cheap phone in somebody's hand."""

    city: City
    page: Page
    scripts: bool
    open_second: Callable[[], Page]
    second: Page | None = None
    weights: dict[str, int] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def go(self, path: str) -> Phone:
        self.page.goto(self.city.address + path if path.startswith("/") else path)
        return self.look()

    def fill(self, label: str, value: str) -> Phone:
        self.page.get_by_label(label, exact=False).first.fill(value)
        return self

    def choose(self, label: str, value: str | None = None) -> Phone:
        """Tick a radio or box by its words, or choose a value in a list."""
        if value is None:
            self.page.get_by_label(label, exact=False).first.check(force=True)
        else:
            self.page.get_by_label(label, exact=False).first.select_option(label=value)
        return self

    def press(self, name: str) -> Phone:
        """Press a button or follow a link by its words, in the page's own part if it is there; look at what comes."""
        for part in (self.page.locator("main"), self.page.locator("body")):
            target = part.get_by_role("button", name=name).or_(part.get_by_role("link", name=name))
            if target.count():
                break
        target.first.click()
        return self.look()

    def reads(self, words: str) -> bool:
        return words in re.sub(r"\s+", " ", self.page.inner_text("body"))

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def look(self) -> Phone:
        """Hold the page against the budgets and against axe."""
        self.page.wait_for_load_state("load")  # whoever tapped may have left before anything stood here
        path = self.path
        shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)", "…", path)
        self.seen.append(shape)
        own = {
            url: size
            for url, size in self.weights.items()
            if urlsplit(url).netloc == urlsplit(self.city.address).netloc
        }
        page_url = self.page.url.split("#")[0]
        assert page_url in own, f"{path} came and was not weighed"
        first_load = own.get(page_url, 0) + sum(size for url, size in own.items() if "/static/" in url)
        assert first_load <= BYTES, f"{path} weighs {first_load:,} bytes at first load"
        queries = self.queries.get(page_url, 0)
        assert queries <= QUERIES, f"{path} takes {queries} queries"
        sideways = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sideways <= 0, f"{path} scrolls sideways by {sideways} px"
        made = self.made_of()
        if made not in SOUND and (
            self.scripts or shape not in SHAPES
        ):  # without scripts a page costs a second tab
            page = self.page if self.scripts else self.with_scripts()
            page.evaluate(AXE)
            faults = page.evaluate(LOOKED, RULES)
            assert not faults, f"{path}\n" + "\n".join(faults)
            SOUND.add(made)
            SHAPES.add(shape)
        report(shape, first_load, queries)
        return self

    def with_scripts(self) -> Page:
        """The very page that stands here, in a second tab whose scripts run: axe is one."""
        address, html = self.page.url.split("#")[0], self.page.content()
        if self.second is None:
            self.second = self.open_second()
        self.second.unroute_all()
        self.second.route(
            address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
        )
        self.second.goto(address)
        return self.second

    def made_of(self) -> str:
        """The page's bones: what differs in words, numbers or repeated rows alone is looked at once."""
        return str(self.page.evaluate(BONES))

    def picture(self, name: str) -> Phone:
        """Keep a screenshot, if somebody asked for pictures."""
        folder = os.environ.get("PICTURES")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        return self


def report(shape: str, first_load: int, queries: int) -> None:
    """Add a line to the table of pages, if somebody asked for it."""
    table = os.environ.get("PAGES_TABLE")
    if table:
        with open(table, "a", newline="") as file:
            csv.writer(file).writerow([shape, first_load, queries])


@pytest.fixture
def phone(city, browser):
    """Make phones: `phone()`, or `phone(scripts=False)`."""
    contexts = []

    def make(
        *,
        scripts: bool = True,
        language: str = "id-ID",
        width: int = 360,
        height: int = 740,
        dark: bool = False,
    ) -> Phone:
        def tab(scripts: bool) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale=language, java_script_enabled=scripts, bypass_csp=scripts,
                color_scheme="dark" if dark else "light", is_mobile=width < 500, has_touch=width < 500,
            )  # fmt: skip
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(30_000)
            return page

        page = tab(scripts)
        held = Phone(city, page, scripts, lambda: tab(True))

        def heard(response: Response) -> None:
            if not 300 <= response.status < 400:
                said = response.headers
                if response.url not in STATIC and "x-weight" not in said:
                    try:
                        STATIC[response.url] = len(gzip.compress(response.body(), 6))
                    except Exception:  # a body that the browser has already dropped
                        return
                held.weights[response.url] = int(said.get("x-weight", 0)) or STATIC[response.url]
                if response.request.method == "GET":  # what a form does is work, not a page
                    held.queries[response.url] = int(said.get("x-queries", 0))

        page.on("response", heard)
        return held

    yield make
    for context in contexts:
        context.close()
