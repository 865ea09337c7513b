"""One household, one ticket: asked of those under one account, kept as a random code, used by the draw."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.listing import build
from ampera.apps.admissions.models import Application
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.apps.programme.models import Plan
from ampera.cores.allocation.tickets import tickets

from .admissions_city import BEFORE, BY, HOME, NOW, OPENS, key, open_round
from .test_admissions_pages import applied, clock, get, phone_of, post, text

pytestmark = pytest.mark.django_db
PHONE = "+628121111111"
assert clock


@pytest.fixture(scope="module")
def opened(once):
    return open_round()


@pytest.fixture
def round_id(clock, opened):
    return opened


@pytest.fixture
def phone(round_id):
    return phone_of(PHONE)


def person(number: int, phone: str = PHONE) -> int:
    return people.register(
        account_id=people.account_for(phone), name=f"Warga {number}", nik=f"167102570590{number:04d}",
        birth_date=date(1990, 5, 17), kelurahan=HOME, notice_at=BEFORE, key=key(), by=BY, now=BEFORE,
    )  # fmt: skip


def drawn_tickets(round_id: int) -> dict[str, bytes]:
    """Each receipt's ticket, from the problem that the freeze makes."""
    standing = [s for s in admissions.provisional(round_id) if s.stands]
    problem, _labels = build(round_id, standing, programme.classes(round_id), programme.groups())
    made = tickets(b"k" * 32, problem.applicants)
    return {a.receipt: t for a, t in zip(problem.applicants, made, strict=True)}


def test_two_who_live_together_share_a_ticket_and_the_third_has_their_own(phone, round_id):
    ids = [applied(phone, person(n), round_id) for n in (1, 2, 3)]
    assert "My own" in text(get(phone, "check", ids[0]))
    assert "Warga 2, Warga 3" in text(get(phone, "household", ids[0]))
    for _tap in range(2):
        assert post(phone, "household", ids[0], shared="yes").url.endswith("/periksa/")
    post(phone, "household", ids[2], shared="no")
    assert "One for our household" in text(get(phone, "check", ids[1]))
    people.see_many([(admissions.application(i).person_id, "ktp", False) for i in ids], by=BY, now=NOW)
    found = drawn_tickets(round_id)
    one, two, three = (found[admissions.application(i).receipt] for i in ids)
    assert one[:16] == two[:16] != three[:16] and one != two
    code = admissions.application(ids[0]).household
    assert code and PHONE[3:] not in code and str(people.account_for(PHONE)) != code


def test_who_is_alone_under_a_number_is_not_asked(phone, round_id):
    alone = applied(phone, person(1), round_id)
    applied(phone_of("+628122222222"), person(3, "+628122222222"), round_id)
    assert "Ticket in the draw" not in text(get(phone, "check", alone))
    with pytest.raises(admissions.NobodyToShareWith):
        admissions.share_ticket(alone, shared=True, by=BY, now=NOW)


def test_nobody_shares_with_one_who_does_not_apply(phone, round_id):
    first = applied(phone, person(1), round_id)
    person(2)
    shown = text(get(phone, "household", first))
    assert "Nobody else under this phone number applies" in shown and "radio" not in shown
    assert "Nobody else" in text(post(phone, "household", first, shared="yes"))
    assert not admissions.application(first).household


def test_a_household_is_said_before_closing_or_not_at_all(phone, round_id, clock):
    ids = [applied(phone, person(n), round_id) for n in (1, 2)]
    clock.now = programme.plan(round_id).closes_at + timedelta(seconds=1)
    with pytest.raises(admissions.NotOpen):
        admissions.share_ticket(ids[0], shared=True, by=BY, now=clock.now)
    assert not Application.objects.exclude(household="").exists()


@pytest.mark.parametrize("household_ticket, asked", [(True, 1), (False, 0)])
def test_only_a_plan_with_a_ticket_for_households_asks(household_ticket, asked):
    draft = programme.load("palembang", by=BY, now=BEFORE, opens_at=OPENS)
    Plan.objects.filter(round=draft).update(household_ticket=household_ticket)
    people.account_for(PHONE, verified=True)
    both = [person(n) for n in (1, 2)]
    for one in both:
        Application.objects.create(round_id=draft, person_id=one, created_at=NOW)
    assert len(admissions.housemates(draft, people.person(both[0]))) == asked


def test_another_account_can_not_answer(phone, round_id):
    ids = [applied(phone, person(n), round_id) for n in (1, 2)]
    other = phone_of("+628122222222")
    assert other.post(reverse("admissions:household", args=[ids[0]]), {"shared": "yes"}).status_code == 404
