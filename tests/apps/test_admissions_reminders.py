"""Whoever was called and hasn't answered is reminded, once, a day before the time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, Call
from ampera.apps.messaging import api as messaging
from ampera.apps.people.models import Account
from ampera.site import clockwork
from tests.apps.drawn_round import FIRST, SYSTEM, applied, drawn, frozen, opened_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls():
    """The first wave of a drawn round, nobody has answered."""
    round_id = opened_round()
    applied(round_id, count=40)
    frozen(round_id)
    drawn(round_id)
    return admissions.calls(round_id)


def messages_of(call) -> list[messaging.Message]:
    phone = Application.objects.get(pk=call.application_id).person.account.phone
    return [m for m in messaging.latest(to=phone) if m.kind == "call"]


@pytest.mark.parametrize(("days", "hours_before"), [(7, 24), (3, 24), (2, 24), (1, 12)])
def test_the_reminder_comes_a_day_before_the_end_or_halfway_if_there_is_less_than_two_days(
    days, hours_before
):
    offered = datetime(2027, 3, 1, tzinfo=UTC)
    until = offered + timedelta(days=days)
    assert until - admissions.reminds_at(offered, until) == timedelta(hours=hours_before)


def test_who_has_not_answered_is_reminded_once_by_the_clock_and_who_has_answered_never(calls):
    round_id = Application.objects.get(pk=calls[0].application_id).round_id
    taken, declined, *silent = calls
    admissions.accept(taken.id, key="t", by=SYSTEM, now=taken.offered_at)
    admissions.decline(declined.id, key="d", by=SYSTEM, now=declined.offered_at)
    due = admissions.reminds_at(silent[0].offered_at, silent[0].until)
    assert clockwork.tick(due - timedelta(seconds=1)) == []
    assert clockwork.tick(due) == [f"{round_id}:remind {len(silent)}"]
    assert clockwork.tick(due + timedelta(hours=1)) == []
    assert {len(messages_of(c)) for c in silent} == {2}
    assert {len(messages_of(c)) for c in (taken, declined)} == {1}
    newest = messages_of(silent[0])[0].body
    assert newest.startswith("Kursi di kelas") and "WIB" in newest and "http" not in newest
    assert not set(Call.objects.filter(pk__in=[c.id for c in silent], reminded_at=None))


def test_the_reminder_speaks_the_language_of_the_account_and_nobody_is_reminded_when_it_is_too_late(calls):
    one, two = calls[:2]
    round_id = Application.objects.get(pk=one.application_id).round_id
    person = Application.objects.get(pk=one.application_id).person
    Account.objects.filter(pk=person.account_id).update(language="en")
    Call.objects.filter(pk=two.id).update(until=one.until - timedelta(hours=30))
    assert admissions.remind(round_id, by=SYSTEM, now=one.until - timedelta(hours=24)) == len(calls) - 1
    assert messages_of(one)[0].body.startswith("The seat in class")
    assert len(messages_of(two)) == 1


def test_the_database_lets_a_call_be_reminded_once_and_only_while_it_waits(calls):
    open_, other = calls[:2]
    mine = Call.objects.filter(pk=open_.id)
    mine.update(reminded_at=open_.offered_at)
    with pytest.raises(IntegrityError, match="call_reminded_once"), transaction.atomic():
        mine.update(reminded_at=open_.until)
    late = other.until + timedelta(seconds=1)
    with pytest.raises(IntegrityError, match="call_reminded_while_it_waits"), transaction.atomic():
        Call.objects.filter(pk=other.id).update(reminded_at=late)
    admissions.accept(other.id, key="t", by=FIRST, now=other.offered_at)
    with pytest.raises(IntegrityError, match="call_reminded_while_it_waits"), transaction.atomic():
        Call.objects.filter(pk=other.id).update(reminded_at=other.offered_at)
