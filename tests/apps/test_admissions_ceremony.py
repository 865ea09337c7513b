"""The ceremony on a projector: each state of a round has its view, which stands still unless told to run."""

import gzip
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Outcome
from ampera.apps.audit import api as audit
from ampera.apps.jobs import api as jobs
from ampera.apps.jobs.models import Job
from ampera.apps.programme import api as programme

from .drawn_round import DICE, FIRST, SYSTEM, applied, decided, drawn, frozen, opened_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_id(clock):
    found = opened_round()
    clock.now = programme.plan(found).opens_at
    return found


def stage(round_id: int, query: str = "") -> str:
    address = reverse("admissions:ceremony", args=[programme.round_(round_id).number])
    with CaptureQueriesContext(connection) as seen:
        response = Client(headers={"accept-language": "en"}).get(address + query)
    assert response.status_code == 200
    assert len(seen) <= 12, [q["sql"][:150] for q in seen]
    assert len(gzip.compress(response.content)) <= 20_000
    text = response.content.decode()
    assert "style=" not in text and re.findall(r"<script(?! src=)", text) == []
    return text


def entered(round_id: int, dice: str = DICE, key: str = "throw") -> str:
    plan = programme.plan(round_id)
    return admissions.enter_dice(
        round_id, dice, plan.beacon_witnesses[:2], key=key, by=FIRST, now=plan.draw_at
    )


def test_before_the_freeze_it_counts_down_to_the_hour_of_the_dice(round_id, clock):
    clock.now = programme.plan(round_id).draw_at - timedelta(days=3, hours=4, minutes=5)
    text = stage(round_id)
    for part, value in (("days", 3), ("hours", 4), ("minutes", 5)):
        assert f'<b data-part="{part}">{value}</b>' in text
    assert programme.plan(round_id).beacon_witnesses[0] in text and "nobody can change a letter" in text


def test_a_frozen_list_shows_its_root_short_and_long_until_the_dice(round_id, clock):
    applied(round_id, count=20)
    root = frozen(round_id)
    clock.now = programme.plan(round_id).draw_at - timedelta(minutes=1)
    text = stage(round_id)
    assert f"{root[:8]} {root[8:16]}" in text
    assert "".join(re.findall(r"<span>([0-9a-f]{8})</span>", text)) == root
    clock.now = programme.plan(round_id).draw_at
    text = stage(round_id)
    assert "It is time" in text and "data-until" not in text


def test_the_dice_stand_there_as_soon_as_they_are_entered(round_id, clock):
    applied(round_id, count=20)
    frozen(round_id)
    clock.now = programme.plan(round_id).draw_at + timedelta(minutes=1)
    job = entered(round_id)
    text = stage(round_id)
    assert "The seats are being drawn" in text and DICE in text
    assert all(name in text for name in programme.plan(round_id).beacon_witnesses[:2])
    jobs.progress(job, 30, 200)
    assert "30 of 200" in stage(round_id)


def test_dice_are_kept_before_they_draw_and_others_are_refused_meanwhile(round_id, clock):
    applied(round_id, count=20)
    frozen(round_id)
    job = entered(round_id)
    assert entered(round_id) == job, "a second tap is the same entry"
    kept = audit.events(about=f"round:{round_id}", verb="draw.dice_entered")
    assert [e.facts for e in kept] == [{"faces": DICE, "witnesses": [1, 2]}]
    with pytest.raises(admissions.DiceEntered):
        entered(round_id, DICE[::-1], key="other")
    Job.objects.filter(pk=job).update(state="FAILED", fault="WorkerStopped")
    clock.now = programme.plan(round_id).draw_at + timedelta(minutes=9)
    assert "The draw stopped before it was done" in stage(round_id)
    assert entered(round_id, key="again") != job
    assert len(audit.events(about=f"round:{round_id}", verb="draw.dice_entered")) == 2


def test_a_draw_is_shown_in_scenes_whose_numbers_add_up(round_id, clock):
    applied(round_id, count=60)
    root = frozen(round_id)
    drawn(round_id)
    clock.now = programme.plan(round_id).draw_at + timedelta(minutes=3)
    result = admissions.drawn(round_id)
    first = stage(round_id)
    scenes = int(re.search(r"<span>1/(\d+)</span>", first)[1])
    assert f"<dd>{result.seated}</dd>" in first and DICE in first and root[:8] in first
    places = re.findall(r"<dt>[^<]+</dt><dd>(\d+)</dd>", stage(round_id, "?adegan=2"))
    assert len(places) == 18 and sum(map(int, places)) == result.seated
    rows = [
        row
        for n in range(3, scenes)
        for row in re.findall(
            r'<th scope="row" class="number">(\w+)</th><td>(\d+)/(\d+)</td><td class="number">([^<]+)</td>',
            stage(round_id, f"?adegan={n}"),
        )
    ]
    assert len(rows) == len(programme.classes(round_id))
    assert sum(int(taken) for _code, taken, _seats, _ticket in rows) == result.seated
    full = {ticket for _code, taken, seats, ticket in rows if taken == seats}
    tickets = {o.ticket[:8] for o in Outcome.objects.exclude(klass=None)}
    assert full and full <= tickets, "a full class shows the ticket of the last one in"
    assert "DSR-" not in first + stage(round_id, "?adegan=3"), "classes have public codes only"
    last = stage(round_id, f"?adegan={scenes}")
    assert reverse("admissions:draw_page", args=[1]) in last and "From the start" in last
    assert stage(round_id, "?adegan=999") and stage(round_id, "?adegan=x")


def test_it_stands_still_unless_it_is_told_to_run(round_id, clock):
    applied(round_id, count=20)
    frozen(round_id)
    clock.now = programme.plan(round_id).draw_at - timedelta(hours=1)
    assert "http-equiv" not in stage(round_id) and "Run by itself" in stage(round_id)
    assert 'content="10;url=?jalan=1"' in stage(round_id, "?jalan=1")
    drawn(round_id)
    running = stage(round_id, "?jalan=1&adegan=2")
    assert "url=?jalan=1&amp;adegan=3" in running and "Stand still" in running


def test_an_abandoned_round_says_why_and_counts_nothing_down(round_id, clock):
    applied(round_id, count=5)
    root = frozen(round_id)
    decided(round_id, "abandon", because="Gempa bumi", now=clock.now)
    text = stage(round_id, "?jalan=1")
    assert "Gempa bumi" in text and root[:8] in text and "data-until" not in text and "http-equiv" not in text


def test_a_draft_has_no_stage(db, client):
    found = programme.load("palembang", by=SYSTEM, now=timezone.now(), simulated=True, scale_seats=50)
    assert (
        client.get(reverse("admissions:ceremony", args=[programme.round_(found).number])).status_code == 404
    )


def test_public_page_and_office_lead_to_the_stage(round_id, client):
    stage_url = reverse("admissions:ceremony", args=[1])
    assert stage_url in client.get(reverse("admissions:draw_page", args=[1])).content.decode()
