"""Estimating is work for the worker: NumPy stays out of the web process."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs

from .estimating import estimate, ready


@task()
def write_results(job_id: str, round_id: int, cost: int | None, key: str, officer: str) -> None:
    with jobs.running(job_id, clock=timezone.now):
        estimate(
            round_id,
            key=f"{key}:results",
            by=officer,
            now=timezone.now(),
            cost=cost,
            progress=lambda done, of: jobs.progress(job_id, done, of),
        )


@transaction.atomic
def queue(round_id: int, *, cost: int | None, key: str, by: str, now: datetime) -> str:
    """Have the worker write the results: the job's id; once per key. Raises what `ready` raises."""
    with audit.once(key, by=by, payload=["results", round_id, cost], at=now) as first:
        if first.answer:
            return first.answer
        ready(round_id, now)
        return first.keep(
            jobs.start(
                "results",
                about=f"round:{round_id}",
                by=by,
                now=now,
                run=write_results,
                round_id=round_id,
                cost=cost,
                key=key,
                officer=by,
            )
        )
