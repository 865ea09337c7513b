"""The worker: rounds open and close by the clock, calls lapse, and what a killed worker left is taken up."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django_tasks_db.models import DBTaskResult

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs
from ampera.apps.programme import api as programme
from ampera.cli import worker
from ampera.simulation import play
from ampera.site import clockwork

from . import drawn_round
from .admissions_city import BEFORE, BY, NOW, OPENS, key
from .processes import ROOT, ampera, environment
from .test_jobs import count, work


@pytest.mark.django_db
def test_a_round_opens_and_closes_by_the_clock_and_once():
    round_id = programme.load("palembang", by=BY, now=BEFORE, opens_at=OPENS)
    assert clockwork.tick(OPENS) == [], "a draft waits for two people, whatever the hour"
    proposed = programme.propose_lock(round_id, key=key(), by=BY, now=BEFORE)
    programme.confirm_lock(round_id, proposed, key=key(), by=audit.system("inspector"), now=BEFORE)
    closes = programme.plan(round_id).closes_at
    second = timedelta(seconds=1)
    moments = (OPENS - second, OPENS, OPENS, closes - second, closes, closes)
    assert [clockwork.tick(at) for at in moments] == [
        [],
        [f"{round_id}:open"],
        [],
        [],
        [f"{round_id}:close"],
        [],
    ]
    assert programme.round_(round_id).state == "OBJECTIONS"


@pytest.mark.django_db
def test_a_worker_that_slept_through_the_window_catches_up():
    round_id = programme.load("palembang", by=BY, now=BEFORE, opens_at=OPENS)
    proposed = programme.propose_lock(round_id, key=key(), by=BY, now=BEFORE)
    programme.confirm_lock(round_id, proposed, key=key(), by=audit.system("inspector"), now=BEFORE)
    assert clockwork.tick(programme.plan(round_id).closes_at) == [f"{round_id}:open", f"{round_id}:close"]


@pytest.mark.django_db
def test_the_clock_leaves_a_round_alone_that_a_play_lives_through():
    play.play(citizens=60, seed=1, until="lock")
    assert len(play.playing()) == 1
    long_after = play.OPENS + timedelta(days=400)
    assert clockwork.tick(long_after, but=play.playing()) == []
    assert clockwork.tick(long_after) != []


@pytest.mark.django_db
def test_due_calls_lapse_by_the_clock():
    round_id = drawn_round.opened_round()
    drawn_round.applied(round_id)
    drawn_round.frozen(round_id)
    drawn_round.drawn(round_id)
    waiting = admissions.calls(round_id, state="OFFERED")
    assert clockwork.tick(waiting[0].until) == [] and waiting
    assert clockwork.tick(waiting[0].until + timedelta(seconds=1)) == [f"{round_id}:lapse {len(waiting)}"]
    assert not admissions.calls(round_id, state="OFFERED")


@pytest.mark.django_db
def test_a_drawn_round_teaches_from_the_day_its_classes_begin():
    round_id = drawn_round.opened_round()
    drawn_round.applied(round_id)
    drawn_round.frozen(round_id)
    drawn_round.drawn(round_id)
    first_day = programme.plan(round_id).classes_start_on
    midnight = datetime.combine(first_day, datetime.min.time(), ZoneInfo("Asia/Jakarta"))
    assert f"{round_id}:teach" not in clockwork.tick(midnight - timedelta(minutes=1))
    assert f"{round_id}:teach" in clockwork.tick(midnight)
    assert programme.round_(round_id).state == "TEACHING"


@pytest.mark.django_db
def test_status_lists_are_signed_before_a_reader_would_have_to():
    from ampera.apps.certificates import issuers, models

    issuers.ensure_keys(by="system:test", now=OPENS)
    models.StatusList.objects.create(demo=True)
    assert clockwork.tick(OPENS) == ["status lists:1"]
    assert clockwork.tick(OPENS + timedelta(hours=19)) == []
    assert clockwork.tick(OPENS + timedelta(hours=21)) == ["status lists:1"]


def left_running(times: int) -> str:
    job_id = jobs.start("count", about="round:1", by="system:test", now=NOW, run=count, up_to=2)
    task = DBTaskResult.objects.get()
    for n in range(times):
        task.claim(f"killed {n}")
    from ampera.apps.jobs.models import Job

    Job.objects.filter(pk=job_id).update(state="RUNNING", done=1, total=2)
    return job_id


@pytest.mark.django_db
def test_what_a_killed_worker_left_running_begins_again():
    job_id = left_running(times=1)
    assert jobs.recover(by=BY, now=NOW) == (1, 0)
    assert (jobs.get(job_id).state, jobs.get(job_id).done) == ("QUEUED", 0)
    work()
    assert jobs.get(job_id).state == "DONE"
    assert jobs.recover(by=BY, now=NOW) == (0, 0)


@pytest.mark.django_db
def test_a_job_that_took_two_workers_with_it_fails_and_says_so():
    job_id = left_running(times=2)
    assert jobs.recover(by=BY, now=NOW) == (0, 1)
    assert (jobs.get(job_id).state, jobs.get(job_id).fault) == ("FAILED", "WorkerStopped")
    assert DBTaskResult.objects.get().status == "FAILED"


def test_only_one_worker_takes_up_what_was_left(tmp_path):
    first = worker.only_one(tmp_path)
    assert first is not None and worker.only_one(tmp_path) is None
    first.close()
    assert worker.only_one(tmp_path) is not None


@pytest.mark.django_db
def test_one_failure_does_not_stop_the_clock(caplog):
    stop, calls = threading.Event(), []

    def work() -> None:
        calls.append(1)
        if len(calls) == 3:
            stop.set()
        raise OSError("the disk is away for a moment")

    thread = threading.Thread(target=worker.again, args=(work, 0.001, stop))
    thread.start()
    thread.join(5)
    assert len(calls) == 3 and "tried again" in caplog.text


def test_the_real_worker_stops_when_told(tmp_path):
    assert ampera(environment(tmp_path / "bare", model="empty"), "worker", "--once").returncode == 1, (
        "no tables"
    )
    mine = environment(tmp_path)
    assert ampera(mine, "worker", "--once").returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "ampera", "worker"], cwd=ROOT, env=mine, stderr=subprocess.PIPE, text=True
    )
    time.sleep(3)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=10)
    assert "Traceback" not in said


def test_a_worker_ends_with_a_site_that_was_killed(tmp_path):
    made = environment(tmp_path)
    assert ampera(made, "load").returncode == 0
    start = "import subprocess, sys, os; subprocess.Popen([sys.executable, '-m', 'ampera', 'worker', '--under', str(os.getpid())]); print(flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    site = subprocess.Popen([sys.executable, "-c", start], cwd=ROOT, env=made, stdin=pipe, stdout=pipe)
    assert site.stdout
    site.stdout.readline()
    held = tmp_path / "worker.lock"
    until = time.monotonic() + 20
    while not held.exists() and time.monotonic() < until:
        time.sleep(0.1)
    site.kill()
    site.wait()
    while (free := worker.only_one(tmp_path)) is None and time.monotonic() < until:
        time.sleep(0.2)
    assert free is not None, "the orphan still holds the site's lock"
    free.close()
