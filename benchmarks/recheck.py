"""How long a browser takes to draw a whole round again: `python -m benchmarks.recheck [APPLICANTS …]`.

Headless Chromium on the real page, /undian/1/periksa/ of a small played city, with a bundle of so many applicants given to it
as a visitor's own file: from the press of the button to "Everything agrees". Processor time of all the browser's
processes beside the clock, since other work on the machine moves the clock. Target: 100,000 in 10 s on one desktop core.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.allocation import crowd
from playwright.sync_api import Page, sync_playwright
from scripts import machine

TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def city() -> Iterator[str]:
    """The address of a played city of sixty citizens."""
    with tempfile.TemporaryDirectory() as var, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AMPERA_")}
        options = {
            "env": kept | {"AMPERA_VAR": var},
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        ampera = [sys.executable, "-m", "ampera"]
        subprocess.run([*ampera, "play", "--citizens", "60", "--seed", "1"], check=True, **options)
        with subprocess.Popen([*ampera, "run", "--bare", "--port", str(port)], **options) as server:
            address = f"http://127.0.0.1:{port}"
            while True:
                try:
                    urllib.request.urlopen(f"{address}/undian/1/periksa/").close()
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.5)
            yield address
            server.terminate()


def worked() -> float:
    """Processor time of all processes that come from this one, in seconds."""
    times, children = {}, dict[int, list[int]]()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            times[int(entry.name)] = int(fields[11]) + int(fields[12])
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    total, waiting = 0, [*children.get(os.getpid(), [])]
    while waiting:
        pid = waiting.pop()
        total += times[pid]
        waiting += children.get(pid, [])
    return total / TICK


def drawn_again(page: Page, address: str, bundle: Path) -> tuple[float, float]:
    """Seconds by the clock and of processor time."""
    page.goto(f"{address}/undian/1/periksa/")
    for name in ("root", "beacon"):  # those of the page are of another draw
        page.locator(f"#{name}").fill("")
    page.set_input_files("#file", bundle)
    began, before = time.perf_counter(), worked()
    page.locator("#recheck button").click()
    page.locator("#found .title").wait_for(timeout=600_000)
    took = time.perf_counter() - began, worked() - before
    assert page.locator("#found .success").count() == 1, page.inner_text("#found")
    return took


def main(sizes: list[int]) -> None:
    from ampera.cores.allocation import fast

    with city() as address, sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(
            executable_path=machine.chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for size in sizes:
            bundle = Path(folder) / f"{size}.zip"
            bundle.write_bytes(fast.bundle(fast.draw(crowd(size, reserves=True), beacon="")))
            took = [drawn_again(browser.new_page(), address, bundle) for _ in range(3)]
            clock, processor = (min(column) for column in zip(*took, strict=True))
            print(
                f"{size:>9,} applicants, bundle of {bundle.stat().st_size / 1e6:.0f} MB, Chromium "
                f"{browser.version}: {processor:.1f} s of processor time, {clock:.1f} s by the clock (target 10)",
                flush=True,
            )
        browser.close()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
