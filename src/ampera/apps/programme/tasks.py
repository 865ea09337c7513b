"""Stamping a plan as a job: an authority far away may take its time, and the lock doesn't wait for it."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs

from .stamping import stamp


@task()
def stamp_in_background(*, job_id: str, round_id: int) -> None:
    """Have the locked plan of a round time-stamped."""
    with jobs.running(job_id, clock=timezone.now):
        stamp(round_id, by=audit.system("worker"), now=timezone.now())
