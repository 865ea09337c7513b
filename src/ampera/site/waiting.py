"""What waits for somebody in the office, said on its front page: the one next thing of each kind, not a list of doors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ampera.apps.admissions import api as admissions
from ampera.apps.certificates import api as certificates
from ampera.apps.programme import api as programme

STILL_OPEN = {
    "LOCKED",
    "OPEN",
    "OBJECTIONS",
}  # until the freeze documents are looked at and objections answered


@dataclass(frozen=True)
class Task:
    says: str
    url: str


def tasks(
    roles: frozenset[str], *, by: str, now: datetime, rounds: tuple[programme.Round, ...]
) -> list[Task]:
    """For these roles, of these rounds. by: the account; what it proposed itself waits for somebody else."""
    found: list[Task] = []
    for round_ in rounds:
        if "inspector" in roles and round_.state == "DRAFT":
            found += _lock(round_, by)
        if "officer" in roles:
            found += _admission(round_, by, now)
    if "officer" in roles:
        found += _certificates(by)
    return found


def _lock(round_: programme.Round, by: str) -> Iterator[Task]:
    plan = programme.plan(round_.id)
    if plan.proposed_by and plan.proposed_by != by:
        yield Task(
            _("A plan waits for your confirmation"), reverse("programme:office_plan", args=[round_.id])
        )


def _admission(round_: programme.Round, by: str, now: datetime) -> Iterator[Task]:
    if round_.state in STILL_OPEN:
        open_ = admissions.open_questions(round_.id)
        if n := open_.documents:
            says = _("Documents to look at: %(n)d") % {"n": n}
            yield Task(says, reverse("admissions:office_claims", args=[round_.id]))
        if n := open_.objections:
            says = _("Objections without an answer: %(n)d") % {"n": n}
            yield Task(says, reverse("admissions:office_objections", args=[round_.id]))
    if round_.state == "OBJECTIONS":
        proposal = admissions.proposed_freeze(round_.id)
        if proposal and proposal.by != by:
            yield Task(
                _("A freeze waits for your confirmation"),
                reverse("admissions:office_confirm_freeze", args=[round_.id]),
            )
    if round_.state == "FROZEN":
        yield from _draw(round_, by, now)
    for motion in admissions.open_motions(round_.id):
        if motion.what in admissions.STEPS and motion.by != by:
            says = _("It waits for your confirmation: %(step)s") % {
                "step": _(admissions.STEPS[motion.what].title)
            }
            yield Task(says, reverse("admissions:office_motion", args=[motion.id]))


def _draw(round_: programme.Round, by: str, now: datetime) -> Iterator[Task]:
    """Once its hour has come: until two officers have entered the value, each alone, and the draw runs."""
    plan = programme.plan(round_.id)
    if now < plan.draw_at:
        return
    agreed, half = admissions.entered(round_.id, plan), admissions.half_entered(round_.id, plan)
    if agreed and (agreed.job is None or agreed.job.failed):
        yield Task(_("It is time to draw"), reverse("admissions:office_draw"))
    elif not agreed and not (half and half.by == by):
        yield Task(_("It is time to draw"), reverse("admissions:office_enter", args=[round_.id]))


def _certificates(by: str) -> Iterator[Task]:
    for batch in certificates.batches(waiting=True):
        if batch.proposed_by != by:
            yield Task(
                _("Certificates wait for your confirmation"),
                reverse("certificates:class", args=[batch.class_id]),
            )
