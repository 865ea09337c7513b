"""The three verifiers behind one question: the package, the Python file, and the JavaScript under node or in Chromium."""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright
from scripts import machine

from ampera.cores import allocation

STATIC = Path(__file__).resolve().parents[3] / "src/ampera/apps/admissions/static/admissions"
PYTHON, JAVASCRIPT = STATIC / "ampera_verify.py", STATIC / "ampera_verify.js"


@dataclass(frozen=True)
class Asked:
    """A bundle to check. root, beacon: as published; empty if nobody says."""

    data: bytes
    root: str = ""
    beacon: str = ""


@dataclass(frozen=True)
class Said:
    """ok: whether everything agrees. root: as recomputed, "" if it did not come so far. words: the rest."""

    ok: bool
    root: str
    words: str


def by_package(asked: Sequence[Asked]) -> list[Said]:
    found = [allocation.verify(a.data, root=a.root or None, beacon=a.beacon or None) for a in asked]
    return [Said(v.ok, v.root, v.difference) for v in found]


def by_python(asked: Sequence[Asked]) -> list[Said]:
    """The file's own `main`, without an import of the package: from its place in the file system."""
    spec = importlib.util.spec_from_file_location("ampera_verify", PYTHON)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["ampera_verify"] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    said = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        for a in asked:
            path.write_bytes(a.data)
            published = [f"--{n}={v}" for n, v in (("root", a.root), ("beacon", a.beacon)) if v]
            with contextlib.redirect_stdout(io.StringIO()) as out:
                code = module.main([str(path), *published])
            words = out.getvalue()
            root = words.split()[1] if words.startswith("root") else ""
            said.append(Said(code == 0, root, words))
    return said


def by_javascript(asked: Sequence[Asked]) -> list[Said]:
    """Under node if the machine has it, else in Chromium."""
    return under_node(asked) if shutil.which("node") else in_chromium(asked)


_EACH = """list => list.map(([zip, root, beacon]) =>
    check(Uint8Array.from(atob(zip), c => c.charCodeAt(0)), { root, beacon }))"""


def under_node(asked: Sequence[Asked]) -> list[Said]:
    code = (
        f"const {{ check }} = require({json.dumps(str(JAVASCRIPT))});"
        f"const list = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify(({_EACH})(list)))"
    )
    done = subprocess.run(
        ["node", "-e", code], input=json.dumps(_packed(asked)), capture_output=True, text=True, check=True
    )
    return _said(json.loads(done.stdout))


def in_chromium(asked: Sequence[Asked]) -> list[Said]:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or machine.chromium(),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page()
        page.add_script_tag(content=JAVASCRIPT.read_text("utf-8"))
        found = page.evaluate(_EACH, _packed(asked))
        browser.close()
    return _said(found)


def _packed(asked: Sequence[Asked]) -> list[list[str]]:
    return [[base64.b64encode(a.data).decode(), a.root, a.beacon] for a in asked]


def _said(found: Sequence[dict[str, object]]) -> list[Said]:
    return [Said(f["verdict"] == "agrees", str(f.get("root", "")), json.dumps(f)) for f in found]


VERIFIERS = {"package": by_package, "Python file": by_python, "JavaScript": by_javascript}
