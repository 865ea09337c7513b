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
from ampera.apps.jobs import api as jobs
from ampera.apps.jobs.models import Job
from ampera.apps.programme import api as programme

from .drawn_round import DICE, FIRST, SECOND, SYSTEM, applied, decided, drawn, entered, frozen, opened_round

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


def begun(round_id: int, key: str = "start") -> str:
    return admissions.start_draw(round_id, key=key, by=SECOND, now=programme.plan(round_id).draw_at)


def test_before_the_freeze_it_counts_down_to_the_hour_of_the_draw(round_id, clock):
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


def test_the_dice_stand_there_as_soon_as_two_officers_have_entered_the_same(round_id, clock):
    applied(round_id, count=20)
    frozen(round_id)
    plan = programme.plan(round_id)
    clock.now = plan.draw_at + timedelta(minutes=1)
    witnesses = plan.beacon_witnesses[:2]
    admissions.enter_beacon(round_id, DICE, witnesses, key="a", by=FIRST, now=clock.now)
    text = stage(round_id)
    assert "One officer has entered it" in text and DICE not in text
    admissions.enter_beacon(round_id, DICE, witnesses, key="b", by=SECOND, now=clock.now)
    job = begun(round_id)
    text = stage(round_id)
    assert "The seats are being drawn" in text and DICE in text
    assert all(name in text for name in witnesses)
    jobs.progress(job, 30, 200)
    assert "30 of 200" in stage(round_id)


def test_a_draw_that_stopped_begins_again_with_the_same_value(round_id, clock):
    applied(round_id, count=20)
    frozen(round_id)
    entered(round_id)
    job = begun(round_id)
    assert begun(round_id) == job, "a second tap is the same draw"
    with pytest.raises(admissions.DrawUnderWay):
        begun(round_id, "again")
    Job.objects.filter(pk=job).update(state="FAILED", fault="WorkerStopped")
    clock.now = programme.plan(round_id).draw_at + timedelta(minutes=9)
    text = stage(round_id)
    assert "The draw stopped before it was done" in text and DICE in text
    assert begun(round_id, "again") != job


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
