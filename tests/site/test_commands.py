"""Wrong use of the commands: one sentence with a remedy, an exit code that is not 0, never a traceback."""

from __future__ import annotations

import socket

import pytest
from tests.apps.processes import ampera, environment

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    "words, extra, sentence",
    [
        (("run", "--port", "99999"), {}, "from 1 to 65535"),
        (("run", "--host", "203.0.113.7"), {}, "try --host or --port"),
        (("check",), {"AMPERA_DATABASE": "postgresql://u@127.0.0.1:port/x"}, "AMPERA_DATABASE: write postgresql"),
        (("check",), {"AMPERA_DATABASE": "mysql://u@127.0.0.1/x"}, "AMPERA_DATABASE: write postgresql"),
        (("check",), {"AMPERA_THREADS": "0"}, "AMPERA_THREADS: must be a whole number of at least 1"),
        (("check",), {"AMPERA_DATABASE": "", "AMPERA_WORKERS": "3"}, "AMPERA_WORKERS: the embedded database takes 1"),
        (("check",), {"AMPERA_GATEWAY": "http://gateway"}, "begins with https://"),
        (("check",), {"AMPERA_DATABASE": NOWHERE}, "check AMPERA_DATABASE"),
        (("play", "--citizens", "60"), {"AMPERA_DATABASE": NOWHERE}, "run `ampera check`"),
        (("check",), {"AMPERA_DATABASE": "", "AMPERA_VAR": "/proc/none"}, "or set AMPERA_VAR"),
        (("run", "--port", "8765"), {"AMPERA_DATABASE": "", "AMPERA_VAR": "/proc/none"}, "check the path"),
        (("draw", "explain", "README.md", "X"), {}, "Fetch it again"),
        (("draw", "run", "nowhere", "--out", "x.zip"), {}, "is not a folder. Check the path"),
        (("certificate", "verify", "nowhere.json"), {}, "check the path"),
    ],
)  # fmt: skip
def test_wrong_use_is_answered_in_words(tmp_path, words, extra, sentence):
    done = ampera(environment(tmp_path) | extra, *words)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and said.count(sentence) == 1, said
    assert "Traceback" not in said and "Errno" not in said and "pool" not in said, said


def test_a_taken_port_is_named_before_anything_is_played(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]
        done = ampera(environment(tmp_path), "run", "--port", str(taken))
    assert (
        done.returncode == 1 and done.stderr == f"ampera: port {taken} is taken; choose another with --port\n"
    )
