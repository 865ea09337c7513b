"""Stamping a plan as a job: an authority far away may take its time, and the lock doesn't wait for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs

from . import models
from .stamping import stamp

JOB = "time stamp"
AGAIN_AFTER = timedelta(hours=1)  # an authority that didn't answer is asked again
IN_TIME = (models.Round.State.LOCKED, models.Round.State.OPEN, models.Round.State.OBJECTIONS)


@task()
def stamp_in_background(*, job_id: str, round_id: int) -> None:
    """Have the locked plan of a round time-stamped."""
    with jobs.running(job_id, clock=timezone.now):
        stamp(round_id, by=audit.system("worker"), now=timezone.now())


def request_stamp(round_id: int, *, by: str, now: datetime) -> str:
    """Queue the stamping of a locked plan; the job's id, "" if there is nothing to do.

    Nothing to do: no authority is set, the round is simulated or past its objections (a later stamp would say nothing about
    the lock), the plan has its stamp, or a try is under way or less than an hour old.
    """
    if not settings.TSA_URL:
        return ""
    round_ = models.Round.objects.filter(pk=round_id, simulated=False, state__in=IN_TIME).first()
    if round_ is None or models.TimeStamp.objects.filter(plan__round=round_id).exists():
        return ""
    about = f"round:{round_id}"
    last = jobs.latest(JOB, about=about)
    if last and (last.finished_at is None or now - last.finished_at < AGAIN_AFTER):
        return ""
    return jobs.start(JOB, about=about, by=by, now=now, run=stamp_in_background, round_id=round_id)
