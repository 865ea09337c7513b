"""Run W3C's test suites against the VC-API endpoint: `python -m scripts.suites FOLDER`.

FOLDER holds checkouts, side by side, of SUITES and LIBRARIES (github.com/w3c, github.com/w3c-ccg); none of their code is
ours. Their packages are installed there from npm, a throw-away site is started behind TLS, which the suites ask for, and
each suite is run. Needs node 20, npm and openssl. Exit 0 if no more tests fail than SUITES allows.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

SUITES = {
    "vc-di-eddsa-test-suite": 0,
    "vc-bitstring-status-list-test-suite": 0,
    "vc-data-model-2.0-test-suite": 2,
}
LIBRARIES = ("vc-test-suite-implementations", "data-integrity-test-suite-assertion")
# TLS in front of the site: certificate and key, its own port, the site's
PROXY = """
const [file, own, to] = process.argv.slice(1), fs = require('fs'), pem = fs.readFileSync(file);
require('https').createServer({key: pem, cert: pem}, (asked, answer) => {
  const {method, url, headers} = asked;
  const passed = require('http').request({host: '127.0.0.1', port: to, path: url, method, headers}, got => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  asked.pipe(passed);
}).listen(own, '127.0.0.1');
"""


def install(folder: Path) -> None:
    """The suites as one npm workspace, in which what they take from GitHub is the checkout beside them."""
    for name in (*SUITES, *LIBRARIES):
        file = folder / name / "package.json"
        package = json.loads(file.read_text("utf-8"))
        package.pop("devDependencies", None)
        package["dependencies"] |= dict.fromkeys(set(LIBRARIES) & set(package["dependencies"]), "*")
        if name in SUITES:
            package["dependencies"]["mocha"] = "^10.0.0"
        file.write_text(json.dumps(package, indent=2), "utf-8")
    (folder / "package.json").write_text(
        json.dumps({"private": True, "workspaces": [*SUITES, *LIBRARIES]}), "utf-8"
    )
    subprocess.run(["npm", "install", "--ignore-scripts", "--silent", "--no-audit"], cwd=folder, check=True)


def free() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serve(stack: ExitStack) -> tuple[str, str]:
    """A throw-away site with the endpoint on; its address and the DID with which it signs."""
    var = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    site, tls = free(), free()
    origin = f"https://localhost:{tls}"
    os.environ |= {
        "AMPERA_VAR": str(var),
        "AMPERA_DATABASE": "",
        "AMPERA_VC_API": "on",
        "AMPERA_ORIGIN": origin,
    }
    os.environ["DJANGO_SETTINGS_MODULE"] = "ampera.settings"
    import django

    django.setup()
    from ampera.apps.certificates import vc_api
    from ampera.cli.django import migrate

    migrate()
    pem = var / "tls.pem"
    request = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-days",
        "2",
    ]
    subprocess.run([*request, "-keyout", pem, "-out", var / "c.pem"], check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + (var / "c.pem").read_bytes())
    for command in (
        [sys.executable, "-m", "gunicorn", "ampera.wsgi", "-b", f"127.0.0.1:{site}", "--threads", "4", "--log-level", "critical"],
        ["node", "-e", PROXY, str(pem), str(tls), str(site)],
    ):  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.terminate)
    for port in (site, tls):
        _wait_for(port)
    return origin, vc_api.signer().did


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def run(folder: Path, suite: str, origin: str, did: str) -> tuple[int, int, int]:
    """How many tests passed, failed, and were skipped as they ask for what we don't use."""
    tags = ["eddsa-rdfc-2022", "vc2.0", "BitstringStatusList"]
    options = {"credentialStatus": {"type": "BitstringStatusListEntry"}} if "status" in suite else {}
    ends = {
        "issuers": ("credentials/issue", options),
        "verifiers": ("credentials/verify", {}),
        "vpVerifiers": ("presentations/verify", {}),
    }
    ours = {"name": "Ampera", "implementation": "Ampera"} | {
        kind: [{"id": did, "endpoint": f"{origin}/api/{at}", "tags": tags, "supports": {"vc": ["2.0"]}, "options": more}]
        for kind, (at, more) in ends.items()
    }  # fmt: skip
    config = {
        "settings": {"enableInteropTests": True, "testAllImplementations": False},
        "implementations": [ours],
    }
    (folder / suite / "localConfig.cjs").write_text(f"module.exports = {json.dumps(config)};", "utf-8")
    command = [
        "npx",
        "--no-install",
        "mocha",
        "tests/",
        "--reporter",
        "spec",
        "--timeout",
        "30000",
        "--preserve-symlinks",
    ]
    # the certificate is our own, made a moment ago
    environment = os.environ | {"APP_ROOT_PATH": str(folder / suite), "NODE_TLS_REJECT_UNAUTHORIZED": "0"}
    done = subprocess.run(
        command, cwd=folder / suite, env=environment, capture_output=True, text=True, check=False
    )
    (folder / f"{suite}.txt").write_text(done.stdout + done.stderr, "utf-8")
    passed, failed, pending = (
        int(found[1]) if (found := re.search(rf"(\d+) {word}", done.stdout)) else 0
        for word in ("passing", "failing", "pending")
    )
    return passed, failed, pending


def main(folder: Path) -> int:
    install(folder)
    worst = 0
    with ExitStack() as stack:
        origin, did = serve(stack)
        print("| suite | passed | failed | not asked of us |\n|---|---|---|---|")
        for suite, allowed in SUITES.items():
            passed, failed, pending = run(folder, suite, origin, did)
            print(f"| {suite} | {passed} | {failed} | {pending} |", flush=True)
            worst |= failed > allowed or not passed
    return int(worst)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
