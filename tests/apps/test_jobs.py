"""Jobs: queued with their verb, run by the worker, seen on a page, ended by a refusal in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from ampera.apps.jobs import api as jobs
from ampera.apps.jobs.models import Job
from ampera.refusal import Refusal

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Rain(Refusal):
    code = "test.rain"
    says = "It rains in %(city)s."
    mend = "Wait."


@task()
def count(job_id: str, up_to: int) -> None:
    with jobs.running(job_id, clock=lambda: NOW):
        for i in range(up_to):
            jobs.progress(job_id, i + 1, up_to)


@task()
def rain(job_id: str) -> None:
    with jobs.running(job_id, clock=lambda: NOW):
        raise Rain(city="Palembang")


@task()
def break_down(job_id: str) -> None:
    with jobs.running(job_id, clock=lambda: NOW):
        raise ZeroDivisionError


def started(run, **kwargs) -> str:
    return jobs.start("count", about="round:1", by="system:test", now=NOW, run=run, **kwargs)


def work() -> None:
    """What the worker does with each task it finds; its own loop wants a connection without a test's transaction."""
    worker = Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="test", excluded_queue_names=[],
    )  # fmt: skip
    for task_result in DBTaskResult.objects.ready():
        task_result.claim("test")
        worker.run_task(task_result)


@pytest.mark.django_db
def test_a_job_whose_arguments_its_task_does_not_take_is_refused_before_it_is_queued():
    with pytest.raises(TypeError, match="up_to"):
        started(count)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_the_worker_runs_a_job_to_its_end():
    job_id = started(count, up_to=3)
    assert jobs.get(job_id).state == "QUEUED"
    work()
    job = jobs.get(job_id)
    assert (job.state, job.done, job.total, job.finished_at) == ("DONE", 3, 3, NOW)


@pytest.mark.django_db
def test_a_refusal_ends_a_job_in_words_and_is_no_fault_of_the_worker_s():
    job_id = started(rain)
    work()
    assert (jobs.get(job_id).state, jobs.get(job_id).fault) == ("FAILED", "It rains in Palembang. Wait.")
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.django_db
def test_a_fault_ends_a_job_without_its_inner_words():
    job_id = started(break_down)
    work()
    assert (jobs.get(job_id).state, jobs.get(job_id).fault) == ("FAILED", "ZeroDivisionError")
    assert DBTaskResult.objects.get().status == "FAILED"


@pytest.mark.django_db
def test_a_job_goes_with_the_transaction_that_began_it():
    with pytest.raises(Rain), transaction.atomic():
        started(count, up_to=1)
        raise Rain(city="x")
    assert Job.objects.count() == DBTaskResult.objects.count() == 0


@pytest.mark.django_db
def test_the_page_offers_to_look_again_until_the_work_is_done():
    job_id = started(count, up_to=4)
    jobs.progress(job_id, 1, 4)
    with jobs.running(job_id, clock=lambda: NOW):
        page = render_to_string("jobs/progress.html", {"job": jobs.get(job_id)})
        assert 'max="4" value="1"' in page
        assert 'href=""' in page
    assert 'href=""' not in render_to_string("jobs/progress.html", {"job": jobs.get(job_id)})


@pytest.mark.django_db
def test_nobody_s_job_is_said_to_be_nobody_s():
    for verb in (lambda: jobs.get("0" * 32), lambda: jobs.progress("0" * 32, 1, 2)):
        with pytest.raises(LookupError):
            verb()
