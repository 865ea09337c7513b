"""What real commits show: of many who claim the last seat one gets it. Threads on a database of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

RACE = """
import threading, uuid
from collections import Counter
from datetime import timedelta
from ampera.cli.django import migrate, wake
wake()
migrate()
from django.db import connection
from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, Call, Fill, Seat
from ampera.apps.admissions.seats import release
from ampera.refusal import Refusal
from tests.apps.drawn_round import *

round_id = opened_round()
applied(round_id, count=60)
frozen(round_id)
drawn(round_id)
now = programme.plan(round_id).draw_at + timedelta(hours=1)

def at_once(jobs):
    said, start = Counter(), threading.Barrier(len(jobs))
    def work(job):
        start.wait()
        try:
            job()
            said["taken"] += 1
        except Refusal as no:
            said[no.code] += 1
        finally:
            connection.close()
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return said

def seated():
    return Seat.objects.filter(state="TAKEN").count(), sum(Fill.objects.values_list("taken", flat=True))

call = admissions.calls(round_id)[0]
tap = lambda key: lambda: admissions.accept(call.id, key=key, by=FIRST, now=now)
assert at_once([tap("tap")] * 4) == {"taken": 4}, "a double tap is answered alike"
assert at_once([tap("a"), tap("b")]) == {"admissions.call_taken": 2}
assert seated() == (1, 1)

# one seat left in one class, four strangers who want it
rest = [c.id for c in admissions.calls(round_id, state="OFFERED")]
admissions.accept_many(rest, by=SYSTEM, now=now)
decided(round_id, "end_waves", because="test", now=now)
one = Seat.objects.filter(klass_id=call.class_id).first()
release(one.pk, because="test", key="free", by=FIRST, now=now)
strangers = registrations(4, start=500)
people.see_many([(p, "ktp", False) for p in strangers], by=SYSTEM, now=now)
claim = lambda p: lambda: admissions.claim_live(round_id, call.class_id, p, key=str(uuid.uuid4()), by=FIRST, now=now)
before = seated()
assert at_once([claim(p) for p in strangers]) == {"taken": 1, "admissions.class_full": 3}
assert seated() == (before[0] + 1, before[1] + 1)

# two seats in two classes, one person in a hurry
for seat in Seat.objects.filter(state="TAKEN", source="draw")[:8]:
    release(seat.pk, because="test", key=str(seat.pk), by=FIRST, now=now)
person = registrations(1, start=600)[0]
people.see_many([(person, "ktp", False)], by=SYSTEM, now=now)
free = [f.class_id for f in admissions.live_classes(round_id)][:2]
jobs = [lambda c=c: admissions.claim_live(round_id, c, person, key=str(uuid.uuid4()), by=FIRST, now=now) for c in free * 2]
assert at_once(jobs)["taken"] == 1
assert Seat.objects.filter(person_id=person, state="TAKEN").count() == 1
assert all(f.taken <= f.seats for f in Fill.objects.all())
print("held")
"""


@pytest.fixture
def environment(tmp_path):
    """A city's settings on a database of its own: SQLite's file, or one made on the server and dropped again."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMPERA_")}
    mine = {**kept, "AMPERA_VAR": str(tmp_path), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "AMPERA_POOL": "8"}
    server = os.environ.get("AMPERA_DATABASE", "")
    if not server:
        yield mine
        return
    psycopg = pytest.importorskip("psycopg")
    name = f"race_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(server.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {**mine, "AMPERA_DATABASE": server.rsplit("/", 1)[0] + "/" + name}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_last_seat_goes_to_one_of_four_claimants_and_a_person_gets_one(environment):
    done = subprocess.run([sys.executable, "-c", RACE], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "held"
