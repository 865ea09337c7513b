"""The draw as a job: its chances take a while, and nobody waits with an open page."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from ampera.apps.jobs import api as jobs

from .drawing import draw


@task()
def draw_in_background(*, job_id: str, round_id: int, key: str, officer: str, at: str) -> None:
    """Run the draw that an officer (an actor) began at `at` (ISO 8601)."""

    def progress(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            jobs.progress(job_id, done, total)

    with jobs.running(job_id, clock=timezone.now):
        draw(
            round_id,
            key=key,
            by=officer,
            now=datetime.fromisoformat(at),
            progress=progress,
        )
