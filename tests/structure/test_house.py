"""The house as a whole: migrations in step, translations complete, documents that agree with the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from scripts import catalogues

from ampera import environment

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_message_has_its_indonesian():
    assert catalogues.missing() == []


def test_every_refusal_is_worded_and_its_words_are_marked_for_translation():
    from ampera.refusal import Refusal

    import_all_refusals()
    known = {m for template in catalogues.collect(ROOT / "src").values() for m in (x.id for x in template)}
    codes = set()
    for refusal in every(Refusal):
        if not refusal.__module__.startswith("ampera."):
            continue
        assert re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)?", refusal.code)
        assert refusal.code not in codes, f"{refusal.code} is used twice"
        codes.add(refusal.code)
        assert refusal.says in known and refusal.mend in known, f"{refusal.code}: wrap its words in _()"
    assert len(codes) > 30


def every(kind):
    yield kind
    for child in kind.__subclasses__():
        yield from every(child)


def import_all_refusals() -> None:
    import importlib

    for path in (ROOT / "src/ampera").rglob("refusals.py"):
        importlib.import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))


def test_the_settings_in_the_manual_are_those_of_the_code():
    from ampera.cli.settings import table

    assert table() in (ROOT / "docs/operating.md").read_text("utf-8")


@pytest.mark.parametrize(
    "variables, complaint",
    [
        ({"AMPERA_MODE": "prod"}, "AMPERA_MODE: must be one of demo, production"),
        ({"AMPERA_PORT": "1"}, "AMPERA_PORT: nobody knows this variable"),
        ({"AMPERA_NIK_KEY": "short"}, "AMPERA_NIK_KEY: must be 32 bytes in base64"),
        ({"AMPERA_POOL": "many"}, "AMPERA_POOL: must be a whole number"),
    ],
)
def test_a_value_that_nobody_can_read_refuses_to_start(variables, complaint):
    with pytest.raises(environment.BadEnvironment, match=re.escape(complaint)):
        environment.read(variables)


PRODUCTION = {
    "AMPERA_MODE": "production",
    "AMPERA_HOSTS": "ampera.example",
    "AMPERA_ORIGIN": "https://ampera.example",
    "AMPERA_HTTPS": "on",
    "AMPERA_GATEWAY": "https://gateway.example/send",
    "AMPERA_SECRET_KEY": "a-secret-that-is-the-city's-own-and-long",
    "AMPERA_NIK_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "AMPERA_SIGNING_KEY": "MTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


@pytest.mark.parametrize(
    "change",
    [
        {"AMPERA_DEBUG": "on"},
        {"AMPERA_HOSTS": ""},
        {"AMPERA_HOSTS": "*"},
        {"AMPERA_SECRET_KEY": None},
        {"AMPERA_NIK_KEY": None},
        {"AMPERA_SIGNING_KEY": None},
        {"AMPERA_GATEWAY": "screen"},
        {"AMPERA_HTTPS": "off"},
        {"AMPERA_ORIGIN": "http://ampera.example"},
    ],
)
def test_production_refuses_what_only_a_demo_may_have(change):
    environment.read(PRODUCTION)
    with pytest.raises(environment.BadEnvironment, match=next(iter(change))):
        environment.read({k: v for k, v in (PRODUCTION | change).items() if v is not None})


def test_a_production_start_with_demo_keys_says_so_in_one_message():
    done = subprocess.run(
        [sys.executable, "-m", "ampera", "check"], cwd=ROOT, capture_output=True, text=True,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin:/bin", "AMPERA_MODE": "production"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "AMPERA_SECRET_KEY" in done.stdout and "Traceback" not in done.stdout + done.stderr
