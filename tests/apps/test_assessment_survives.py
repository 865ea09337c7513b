"""What real commits show: a killed process loses no answer, and of two answers at once one stands. Its own database."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

PRELUDE = """
import os, signal, threading, uuid
from datetime import UTC, date, datetime
from ampera.cli.django import migrate, wake
wake()
from django.db import connection, transaction
from ampera.apps.assessment import api as assessment
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
NOW, BY = datetime(2027, 3, 1, 2, tzinfo=UTC), audit.system("test")
def take(n, which=0, sitting=None):
    view = assessment.item_at(sitting or SITTING, n, "id")
    assessment.answer(
        sitting or SITTING, view.code, view.options[which][0], key=str(uuid.uuid4()), by=BY, now=NOW
    )
"""
BEGIN = """
migrate()
round_id = programme.load("palembang", by=BY, now=NOW)
assessment.load_bank(by=BY, now=NOW)
place = programme.places(kind="kelurahan")[0].code
row = people.Registration("Orang", "1671010101010001", date(2001, 1, 1), place, NOW)
person = people.register_many([row], by=BY, now=NOW)[0]
SITTING = assessment.start(person, round_id, "baseline", key="start", by=BY, now=NOW)
print(SITTING, flush=True)
for n in range(1, 6):
    take(n)
with transaction.atomic():
    take(6)
    os.kill(os.getpid(), signal.SIGKILL)
"""
RESUME = """
print(assessment.sitting(SITTING).answered, assessment.next_item(SITTING, "id").position)
"""
RACE = """
said, start = [], threading.Barrier(4)
def tap(which):
    start.wait()
    try:
        take(6, which)
        said.append("taken")
    except assessment.AnswerGiven:
        said.append("refused")
    finally:
        connection.close()
threads = [threading.Thread(target=tap, args=(n,)) for n in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(*sorted(said), assessment.sitting(SITTING).answered)
"""
FINISH = """
def end():
    start.wait()
    assessment.finish(SITTING, key=str(uuid.uuid4()), by=BY, now=NOW, incomplete=True)
    connection.close()
def late(n):
    start.wait()
    try:
        take(n)
    except assessment.SittingClosed:
        pass
    connection.close()
start = threading.Barrier(4)
threads = [threading.Thread(target=end), *(threading.Thread(target=late, args=(n,)) for n in (7, 8, 9))]
[t.start() for t in threads]
[t.join() for t in threads]
print(assessment.rescore(SITTING) == assessment.score(SITTING), assessment.sitting(SITTING).state)
"""


@pytest.fixture
def environment(tmp_path):
    """A city's settings on a database of its own: SQLite's file, or one made on the server and dropped again."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMPERA_")}
    mine = {**kept, "AMPERA_VAR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    server = os.environ.get("AMPERA_DATABASE", "")
    if not server:
        yield mine
        return
    psycopg = pytest.importorskip("psycopg")
    name = f"survives_{os.getpid()}_{time.monotonic_ns()}"
    admin = server.rsplit("/", 1)[0] + "/postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {**mine, "AMPERA_DATABASE": server.rsplit("/", 1)[0] + "/" + name}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(environment, code: str, sitting: str = "") -> subprocess.CompletedProcess:
    known = f"SITTING = uuid.UUID('{sitting}')\n" if sitting else ""
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + known + code], env=environment, capture_output=True, text=True
    )


def test_a_killed_process_loses_no_answer_and_of_several_at_once_one_stands(environment):
    begun = run(environment, BEGIN)
    assert begun.returncode == -9, begun.stderr
    sitting = begun.stdout.strip()

    def then(code: str) -> str:
        done = run(environment, code, sitting)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert then(RESUME) == "5 6"  # the sixth was never committed, and is asked again
    assert then(RACE) == "refused refused refused taken 6"
    assert then(FINISH) == "True FINISHED"
