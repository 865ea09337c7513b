"""Long work that people wait for: begun inside the verb's transaction, run by the worker, its progress seen on a page."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import override
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from ampera.apps.audit import api as audit
from ampera.forms import told
from ampera.refusal import Refusal

from .models import Job as Row

__all__ = ["Job", "get", "latest", "progress", "recover", "running", "start"]

TRIES = 2


class WorkerStopped(Exception):
    """The worker was killed while it ran the job."""


@dataclass(frozen=True)
class Job:
    """state: QUEUED, RUNNING, DONE or FAILED. done of total steps; total 0 while it isn't known. fault: what went wrong."""

    id: str
    name: str
    about: str
    by: str
    state: str
    done: int
    total: int
    fault: str
    queued_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.state in (Row.State.DONE, Row.State.FAILED)

    @property
    def failed(self) -> bool:
        return self.state == Row.State.FAILED


@transaction.atomic
def start(name: str, *, about: str, by: str, now: datetime, run: Task, **kwargs: object) -> str:
    """Queue `run(job_id=…, **kwargs)` (a django-tasks task, its arguments JSON) in the caller's transaction; the job's id.

    The task wraps its work in `running`. name: what it is, `draw`; about: what it is for, `round:3`.
    Raises TypeError if the task doesn't take these arguments: better here than in the worker, where nobody looks.
    """
    inspect.signature(run.func).bind(job_id="", **kwargs)
    job = Row.objects.create(id=uuid.uuid4(), name=name, about=about, by=by, queued_at=now)
    audit.record("job.queued", about=about, by=by, at=now, job=str(job.pk), name=name)
    run.enqueue(job_id=str(job.pk), **kwargs)
    return str(job.pk)


@contextmanager
def running(job_id: str, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """Run a job's work: RUNNING, then DONE, or FAILED with its fault. A task's outermost statement, in no transaction.

    A Refusal ends the job and goes no further, since an expected no is no fault; anything else is raised again, so that
    the worker logs it.
    """
    _set(job_id, state=Row.State.RUNNING)
    try:
        yield
    except Refusal as no:
        with override(settings.LANGUAGE_CODE):
            says = told(no)
        _set(job_id, state=Row.State.FAILED, fault=says, finished_at=clock())
    except BaseException as error:
        _set(job_id, state=Row.State.FAILED, fault=type(error).__name__, finished_at=clock())
        raise
    else:
        _set(job_id, state=Row.State.DONE, finished_at=clock())


def progress(job_id: str, done: int, total: int) -> None:
    """Say how far it is. Inside a transaction nobody sees it before the commit: call it between transactions."""
    _set(job_id, done=done, total=total)


def _set(job_id: str, **values: object) -> None:
    if not Row.objects.filter(pk=job_id).update(**values):
        raise LookupError(f"no job {job_id}")


@transaction.atomic
def recover(*, by: str, now: datetime) -> tuple[int, int]:
    """After a worker was killed: its running jobs begin again, those it left a second time fail; (again, failed).

    To be called only while no worker runs: a job that runs now would be done twice. Tasks are safe to begin again, since
    their verbs take a key. A job that twice took its worker with it is not given a third one.
    """
    again = failed = 0
    for task in DBTaskResult.objects.running().select_for_update():
        job = Row.objects.filter(pk=task.args_kwargs["kwargs"].get("job_id")).first()
        if job is None or job.state in (Row.State.DONE, Row.State.FAILED):
            task.set_successful(None)
        elif len(task.worker_ids) < TRIES:
            DBTaskResult.objects.filter(pk=task.pk).update(status="READY", started_at=None)
            _set(str(job.pk), state=Row.State.QUEUED, done=0)
            audit.record("job.restarted", about=job.about, by=by, at=now, job=str(job.pk))
            again += 1
        else:
            stopped = WorkerStopped()
            task.set_failed(stopped)
            _set(str(job.pk), state=Row.State.FAILED, fault=type(stopped).__name__, finished_at=now)
            audit.record("job.given_up", about=job.about, by=by, at=now, job=str(job.pk))
            failed += 1
    return again, failed


def get(job_id: str) -> Job:
    """One job as it stands. Raises LookupError."""
    row = Row.objects.filter(pk=job_id).first()
    if row is None:
        raise LookupError(f"no job {job_id}")
    return _frozen(row)


def latest(name: str, *, about: str) -> Job | None:
    """The last job of this name that was begun for a thing, None if there is none."""
    row = Row.objects.filter(name=name, about=about).order_by("-queued_at", "pk").first()
    return _frozen(row) if row else None


def _frozen(row: Row) -> Job:
    return Job(
        str(row.pk), row.name, row.about, row.by, row.state, row.done, row.total, row.fault, row.queued_at, row.finished_at
    )  # fmt: skip
