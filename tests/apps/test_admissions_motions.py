"""A step of a round takes two officers: one proposes it, another confirms it, and what was said never changes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Motion
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme

from .drawn_round import FIRST, LOADED, SECOND, SYSTEM, decided, opened_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_id():
    return opened_round()


def abandoning(round_id, *, key="a", by=FIRST, because="Gempa bumi") -> int:
    return admissions.propose_step(round_id, "abandon", because=because, key=key, by=by, now=LOADED)


def refused(name: str):
    return pytest.raises(DatabaseError, match=name)


def test_nothing_moves_until_another_officer_confirms(round_id):
    motion_id = abandoning(round_id)
    with pytest.raises(admissions.MotionSamePerson):
        admissions.confirm_step(motion_id, key="b", by=FIRST, now=LOADED)
    assert programme.round_(round_id).state == "OPEN"
    for _again in range(2):  # a double tap
        admissions.confirm_step(motion_id, key="c", by=SECOND, now=LOADED)
    found = programme.round_(round_id)
    assert (found.state, found.abandoned_because) == ("ABANDONED", "Gempa bumi")
    with pytest.raises(admissions.MotionClosed):
        admissions.confirm_step(motion_id, key="d", by=audit.account(9003), now=LOADED)
    verbs = [e.verb for e in audit.events(about=f"round:{round_id}", limit=3)]
    assert verbs == ["round.abandon", "motion.confirmed", "motion.proposed"]


def test_abandoning_says_why(round_id):
    with pytest.raises(admissions.ReasonMissing):
        abandoning(round_id, because="  ")


def test_who_proposes_anew_replaces_the_proposal_and_who_takes_it_back_ends_it(round_id):
    old = abandoning(round_id)
    new = abandoning(round_id, key="b", because="Tidak ada anggaran")
    with pytest.raises(admissions.MotionClosed):
        admissions.confirm_step(old, key="c", by=SECOND, now=LOADED)
    assert [m.id for m in admissions.open_motions(round_id)] == [new]
    admissions.drop_step(new, key="d", by=SECOND, now=LOADED)
    with pytest.raises(admissions.MotionClosed):
        admissions.confirm_step(new, key="e", by=SECOND, now=LOADED)
    assert admissions.open_motions(round_id) == () and programme.round_(round_id).state == "OPEN"


def test_two_people_close_registration_but_not_before_the_hour_of_the_locked_plan(round_id):
    closes = programme.plan(round_id).closes_at
    with pytest.raises(admissions.NotYet):
        admissions.propose_step(round_id, "close", key="a", by=FIRST, now=closes - timedelta(seconds=1))
    decided(round_id, "close", now=closes)
    assert programme.round_(round_id).state == "OBJECTIONS"
    with pytest.raises(admissions.NotTheTime):
        admissions.propose_step(round_id, "close", key="b", by=FIRST, now=closes)


def test_a_step_that_the_clock_took_meanwhile_is_not_taken_twice(round_id):
    closes = programme.plan(round_id).closes_at
    motion_id = admissions.propose_step(round_id, "close", key="a", by=FIRST, now=closes)
    programme.move(round_id, "close", by=SYSTEM, now=closes)
    with pytest.raises(admissions.NotTheTime):
        admissions.confirm_step(motion_id, key="b", by=SECOND, now=closes)


def test_an_unknown_step_is_none(round_id):
    with pytest.raises(admissions.NoSuchMotion):
        admissions.propose_step(round_id, "redraw", key="a", by=FIRST, now=LOADED)
    with pytest.raises(admissions.NoSuchMotion):
        admissions.confirm_step(999, key="b", by=SECOND, now=LOADED)


def test_the_database_knows_that_it_takes_two_and_a_reason(round_id):
    row = Motion.objects.get(pk=abandoning(round_id))
    with refused("motion_confirmed_by_a_second_person"), transaction.atomic():
        Motion.objects.filter(pk=row.pk).update(confirmed_by=FIRST, confirmed_at=LOADED)
    with refused("motion_confirmed_by_a_second_person"), transaction.atomic():
        Motion.objects.filter(pk=row.pk).update(confirmed_at=LOADED)
    with refused("motion_says_why"), transaction.atomic():
        Motion.objects.create(round_id=round_id, what="abandon", about="x", by=FIRST, at=LOADED)
    with refused(r"motion_one_open_per_step|admissions_motion\.round_id"), transaction.atomic():
        Motion.objects.create(round_id=round_id, what="abandon", because="x", by=SECOND, at=LOADED)


@pytest.mark.parametrize(
    "column, value",
    [
        ("because", "'x'"),
        ("what", "'draw'"),
        ("about", "'x'"),
        ("value", "'x'"),
        ("by", "'x'"),
        ("seen", "'[]'"),
    ],
)
def test_what_was_proposed_keeps_its_words(round_id, column, value):
    abandoning(round_id)
    with refused("motion_keeps_its_words"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE admissions_motion SET "{column}" = {value}')


def test_a_closed_motion_stays_closed_and_none_ever_goes(round_id):
    decided(round_id, "abandon", because="x", now=LOADED)
    with refused("closed_motion_stays_closed"), transaction.atomic():
        Motion.objects.update(confirmed_at=None, confirmed_by="")
    with refused("motion_never_goes"), transaction.atomic():
        Motion.objects.all().delete()


# ---- pages ----


def signed_in(role: str, number: int) -> Client:
    phone = f"+62811000000{number}"
    people.give_role(phone=phone, name=role, label=f"{role} {number}", by=SYSTEM, now=LOADED)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(
        Account.objects.get(phone=phone), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def key_in(page) -> str:
    return re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]


def test_two_officers_abandon_a_round_on_its_pages_and_the_reason_is_public(round_id, client, clock):
    clock.now = LOADED
    first, second = signed_in("officer", 1), signed_in("officer", 2)
    address = reverse("admissions:office_propose", args=[round_id, "abandon"])
    assert signed_in("inspector", 3).get(address).status_code == 404
    assert first.get(address.replace("abandon", "redraw")).status_code == 404
    key = key_in(first.get(address))
    empty = first.post(address, {"key": key, "because": " "})
    assert "id_because" in empty.content.decode() and not Motion.objects.exists()
    page = first.post(address, {"key": key, "because": "No budget in 2027."}, follow=True)
    assert "Another officer has to confirm it" in page.content.decode()
    motion = page.request["PATH_INFO"]
    own = first.post(motion, {"key": key_in(page)})
    assert "you proposed it" in own.content.decode() and programme.round_(round_id).state == "OPEN"

    listed = second.get(reverse("admissions:office_draw")).content.decode()
    assert motion in listed and "officer 1" in listed
    page = second.get(motion)
    assert "No budget in 2027." in page.content.decode()
    assert second.post(motion, {"key": key_in(page)}).status_code == 302
    assert programme.round_(round_id).state == "ABANDONED"
    for public in (reverse("programme:rounds"), reverse("programme:plan", args=[round_id])):
        assert "No budget in 2027." in client.get(public).content.decode()


def test_a_proposal_is_taken_back_by_a_button(round_id, clock):
    clock.now = LOADED
    first, motion_id = signed_in("officer", 1), abandoning(round_id)
    page = first.get(reverse("admissions:office_motion", args=[motion_id]))
    drop = reverse("admissions:office_drop", args=[motion_id])
    assert first.post(drop, {"key": key_in(page)}).status_code == 302
    assert admissions.open_motions(round_id) == ()
    assert "This is closed" in first.get(page.request["PATH_INFO"]).content.decode()
