"""Two registrations turn out to be one person, or two people one household: every app that holds something takes part."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_tasks import task

from ampera.apps.admissions import api as admissions
from ampera.apps.jobs import api as jobs
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

# Who acts when two are joined or parted, in this order.
TAKES_PART = ("people", "admissions")
# Who need not, and why. A structure test asks that every app is in one of the two.
STAYS = {
    "audit": "ids and facts; append-only",
    "messaging": "written to through people, who know where somebody is reached",
    "jobs": "about rounds, classes and searches",
    "programme": "about no citizen",
    "assessment": "answers and presence stay under the registration that gave them, append-only; the person's page opens them",
    "drills": "readings under an account; both accounts stay",
    "classes": "attendance and grades stay under the registration that holds the seat; the person's page opens them",
    "certificates": "a certificate is kept as it was signed; both accounts see those of both registrations",
    "results": "the sample stays as drawn; the person's page opens what either registration was drawn for",
}
ONE_PERSON = gettext_noop(
    "Two registrations of yours were joined: you are in the programme once. Why, and which application goes on, "
    "stands on your page. If they are not both yours, say so there or at the kelurahan."
)
ONE_HOUSEHOLD = gettext_noop(
    "Two registrations of your household now share one ticket in the draw. Why stands on your page. If you are "
    "not one household, say so there or at the kelurahan."
)
ANSWERED = gettext_noop("Your objection about joined registrations has its answer. It stands on your page.")
SEARCH = "search for pairs"  # the job's name
STANDS = {
    "DRAFT": gettext_noop("begun, not sent in"),
    "SUBMITTED": gettext_noop("application sent"),
    "WITHDRAWN": gettext_noop("withdrawn"),
    "DISPLACED": gettext_noop("another person showed the KTP with this NIK"),
    "MERGED": gettext_noop("registered twice: the other registration stands"),
}


@transaction.atomic
def search(*, by: str, now: datetime) -> int:
    """Compare everybody, and keep who may be one person or one household; how many pairs are new."""
    searched = people.search_all()
    households = admissions.households_apart(searched.households)
    return people.keep_found(searched, households=households, by=by, now=now)


@task()
def search_in_background(*, job_id: str, officer: str, at: str) -> None:
    """The search that an officer (an actor) asked for at `at` (ISO 8601)."""
    with jobs.running(job_id, clock=clock):
        search(by=officer, now=datetime.fromisoformat(at))


@transaction.atomic
def begin_search(*, by: str, now: datetime) -> None:
    """Search in the background, unless a search is on its way."""
    before = jobs.latest(SEARCH, about="people")
    if before is None or before.finished:
        jobs.start(
            SEARCH, about="people", by=by, now=now, run=search_in_background, officer=by, at=now.isoformat()
        )


@transaction.atomic
def confirm(pair_id: int, *, key: str, by: str, now: datetime) -> None:
    """Join what another officer proposed, everywhere, and tell the people. Raises what people.confirm_pair raises."""
    joined = people.confirm_pair(pair_id, key=key, by=by, now=now)
    if not joined.first:
        return
    pair = joined.pair
    if pair.kind == "person":
        admissions.reunite(pair.earlier, because=pair.because, by=by, now=now)
        _tell(joined, ONE_PERSON, now)
    else:
        admissions.join_households(pair.earlier, pair.later, by=by, now=now)
        _tell(joined, ONE_HOUSEHOLD, now)


@transaction.atomic
def answer(pair_id: int, *, because: str, part: bool, key: str, by: str, now: datetime) -> None:
    """Answer an objection; `part` undoes what can be undone. Raises what people.answer_pair raises."""
    answered = people.answer_pair(pair_id, because=because, part=part, key=key, by=by, now=now)
    if not answered.first:
        return
    pair = answered.pair
    if part and pair.kind == "person":
        admissions.part_again(pair.earlier, pair.later, by=by, now=now)
    elif part:
        admissions.part_households(pair.later, by=by, now=now)
    _tell(answered, ANSWERED, now)


def ways(person_ids: Collection[int]) -> list[str]:
    """Which application of these registrations gave way to which, a sentence each."""
    titles = {r.id: r.title for r in programme.rounds()}
    said = []
    for way in admissions.gave_way(list(person_ids)):
        facts = {"round": titles[way.round_id], "gone": way.receipt or "–", "stays": way.to_receipt or "–"}
        if way.closed and not way.receipt:
            says = _(
                "%(round)s: the application that was only begun is closed, application %(stays)s goes on."
            )
        elif way.closed:
            says = _("%(round)s: application %(gone)s is closed, application %(stays)s goes on.")
        else:
            says = _(
                "%(round)s: application %(stays)s goes on. %(gone)s stays in the frozen list and gives up every call."
            )
        said.append(says % facts)
    return said


def holdings(person_ids: Collection[int]) -> dict[int, list[str]]:
    """What each has in the rounds, in lines, for officers who compare them."""
    titles = {r.id: r.title for r in programme.rounds()}
    lines: dict[int, list[str]] = {}
    for person_id, held in admissions.holdings(person_ids).items():
        for one in held:
            words = [titles[one.round_id], _(STANDS[one.state]) if one.state else "", one.receipt]
            lines.setdefault(person_id, []).append(
                ", ".join(w for w in [*words, _("has a seat") if one.seated else ""] if w)
            )
    return lines


def _tell(decided: people.Joined, says: str, now: datetime) -> None:
    """One message to each number of the two, without a link."""
    pair = decided.pair
    when = pair.answered_at or pair.confirmed_at
    people.tell_at(
        decided.numbers, says, people.News(pair.earlier, f"pair:{pair.id}:{when:%s}"), kind="pair", now=now
    )
