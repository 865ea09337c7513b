"""Everybody's own page: what to do next, for one person, for a household, and while two rounds run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ampera.apps.admissions import api as admissions
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme
from ampera.site import journey

from . import drawn_round
from .drawn_round import FIRST, LOADED, SYSTEM

pytestmark = pytest.mark.django_db
MOST = 12  # queries a page


@pytest.fixture
def round_id() -> int:
    made = drawn_round.opened_round()
    drawn_round.applied(made)
    drawn_round.frozen(made)
    drawn_round.drawn(made)
    return made


def page(client, account_id: int, path: str) -> tuple[str, int]:
    """The page's text and how many queries it took."""
    from django.db import connection

    client.force_login(
        Account.objects.get(pk=account_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode(), len(asked)


def locked_next(number: int = 2) -> int:
    made = programme.load(
        "palembang", by=SYSTEM, now=LOADED, simulated=True, scale_seats=150, number=number,
        opens_at=LOADED + timedelta(days=300),
    )  # fmt: skip
    digest = programme.propose_lock(made, key=f"l{number}", by=FIRST, now=LOADED)
    programme.confirm_lock(made, digest, key=f"m{number}", by=audit.account(9003), now=LOADED)
    return made


def test_every_applicant_of_a_drawn_round_has_a_page_within_the_budget(client, round_id):
    for application_id in (arm.application_id for arm in admissions.arms(round_id)[::12]):
        person = people.person(admissions.application(application_id).person_id)
        text, queries = page(client, person.account_id, reverse("site:next"))
        assert person.name in text and queries <= MOST


def test_a_household_first_says_whose_page_and_then_each_has_their_own(client, round_id):
    person = people.person(admissions.arms(round_id)[0].person_id)
    others = [
        people.register(
            account_id=person.account_id, name=f"Saudara {n}", nik=drawn_round.nik(900 + n),
            birth_date=person.birth_date, kelurahan=person.kelurahan, notice_at=LOADED, key=f"k{n}", by=SYSTEM, now=LOADED,
        )
        for n in range(5)
    ]  # fmt: skip
    text, queries = page(client, person.account_id, reverse("site:next"))
    assert queries <= MOST
    for one in (person.id, *others):
        own = reverse("site:one", args=[one])
        assert own in text
        text_of_one, queries = page(client, person.account_id, own)
        assert people.person(one).name in text_of_one and queries <= MOST


def test_nobody_opens_the_page_of_a_stranger(client, round_id):
    first, second = (people.person(a.person_id) for a in admissions.arms(round_id)[:2])
    client.force_login(
        Account.objects.get(pk=first.account_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get(reverse("site:one", args=[second.id])).status_code == 404


def test_a_seat_is_not_lost_from_sight_when_the_next_round_is_locked(client, round_id):
    plan = programme.plan(round_id)
    call = admissions.calls(round_id, state="OFFERED")[0]
    admissions.accept(call.id, key="yes", by=SYSTEM, now=plan.draw_at + timedelta(hours=1))
    seated = admissions.application(call.application_id).person_id
    without = next(a.person_id for a in admissions.arms(round_id) if not a.inside)
    following = locked_next()
    now = plan.draw_at + timedelta(hours=2)

    def about(person_id: int, wanted: str = "") -> int:
        found, _others = journey.chosen((person_id,), wanted, now)
        return found.id

    assert about(seated) == about(without) == round_id, "the draw's result is still news"
    programme.move(round_id, "teach", by=SYSTEM, now=now)
    assert about(seated) == round_id
    assert about(without) == following
    assert about(seated, wanted=str(following)) == following
    text, queries = page(client, people.person(seated).account_id, reverse("site:next"))
    assert reverse("classes:page", args=[call.class_id, seated]) in text
    assert queries <= MOST + 2, "while two rounds concern somebody, two more are asked about"
