"""The endline's sample and the effect: drawn once and repeatable, estimated once, from WLE, and nothing points at anybody."""

from __future__ import annotations

import csv
import hashlib
import io
import statistics
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.assessment.models import Sitting
from ampera.apps.people.models import Consent
from ampera.apps.programme import api as programme
from ampera.apps.results import api as results
from ampera.apps.results import opendata
from ampera.apps.results.models import Effect, Line, Member, Report, Sample
from ampera.apps.results.opendata import Point
from ampera.cores.evaluation import sample as core
from ampera.cores.evaluation.effect import itt

from .synthetic import BY, sampled, sit, town

pytestmark = pytest.mark.django_db


def close(place, **change):
    return results.estimate(place.round_id, **({"key": "close", "by": BY, "now": place.after} | change))


def refuses(name, do, *arguments, **named):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        do(*arguments, **named)


def test_the_sample_is_drawn_among_those_whom_chance_decided_on_and_keeps_each_probability():
    place = town()
    found = sampled(place)
    decided = {p for p in place.people if 0 < place.chance[p] < 1}
    members = results.members(place.round_id)
    assert {m.person_id for m in members} <= decided
    assert found.eligible_inside == sum(place.inside[p] for p in decided)
    for inside, eligible in ((True, found.eligible_inside), (False, found.eligible_outside)):
        arm = [m for m in members if m.inside is inside]
        assert len(arm) == min(place.plan.endline_per_arm, eligible)
        assert {m.probability for m in arm} == {len(arm) / eligible}
    assert programme.round_(place.round_id).state == "ENDLINE"


def test_anybody_can_repeat_the_sample_from_the_published_root():
    place = town()
    found = sampled(place)
    assert found.seed == hashlib.sha256(place.root.encode() + b"endline").hexdigest()
    members = {m.receipt for m in results.members(place.round_id)}
    arms = admissions.arms(place.round_id)
    again = core.draw(
        [core.Candidate(a.receipt, a.inside, a.chance_inside, a.level) for a in arms],
        per_arm=place.plan.endline_per_arm,
        seed=bytes.fromhex(found.seed),
    )
    assert {one.id for one in again} == members


def test_a_sample_is_drawn_once_and_never_changed():
    place = town()
    assert sampled(place) == sampled(place), "a double tap"
    with pytest.raises(results.AlreadySampled):
        results.draw_sample(place.round_id, key="again", by=BY, now=place.window)
    sit(place, answer=0.5)
    refuses("sampled_member_keeps_arm_and_probability", Member.objects.update, probability=0.5)
    refuses("sampled_member_keeps_sitting", Member.objects.filter(sitting__isnull=False).update, sitting=None)
    refuses("sampled_member_never_goes", Member.objects.filter(pk=Member.objects.first().pk).delete)
    refuses("results_sample_rows_never_change", Sample.objects.update, seed="0" * 64)
    row = Member.objects.values().first()
    other = {"application_id": place_outside(place), "sitting_id": None, "id": None}
    refuses("member_probability_in_0_1", Member.objects.create, **(row | other | {"probability": 0.0}))
    refuses(
        "member_chance_strictly_between_0_and_1",
        Member.objects.create,
        **(row | other | {"chance_inside": 1.0}),
    )


def place_outside(place):
    """An application that was not sampled; there is always one, since some chances are 0 or 1 or the arm is larger."""
    taken = set(Member.objects.values_list("application_id", flat=True))
    arms = admissions.arms(place.round_id)
    left = [a.application_id for a in arms if a.application_id not in taken]
    if left:
        return left[0]
    return arms[0].application_id  # the check is evaluated before uniqueness


def test_only_those_drawn_who_agreed_to_research_sit_it_and_only_in_its_window():
    place = town(consent=0.7)
    with pytest.raises(results.NotSampled):
        results.start_endline(place.people[0], place.round_id, key="1", by=BY, now=place.window)
    sampled(place)
    members = {m.person_id for m in results.members(place.round_id)}
    willing = set(Consent.objects.filter(given=True).values_list("person_id", flat=True))
    asked, silent = min(members & willing), min(members - willing)
    begin = {"round_id": place.round_id, "by": BY, "key": "k"}
    with pytest.raises(results.EndlineClosed):
        results.start_endline(asked, now=place.window - timedelta(days=2), **begin)
    with pytest.raises(results.EndlineClosed):
        results.start_endline(asked, now=place.after, **begin)
    with pytest.raises(results.NoConsent):
        results.start_endline(silent, now=place.window, **begin)
    outsider = next((p for p in place.people if p not in members), None)
    if outsider:
        with pytest.raises(results.NotAsked):
            results.start_endline(outsider, now=place.window, **begin)
    assert results.invited(asked, place.round_id, place.window)
    assert not results.invited(silent, place.round_id, place.window)
    sitting = results.start_endline(asked, now=place.window, **begin)
    assert results.start_endline(asked, now=place.window, **(begin | {"key": "another"})) == sitting
    assert Sitting.objects.get(pk=sitting).purpose == "endline"
    counts = results.responses(place.round_id)
    assert sum(arm.unasked for arm in counts) == len(members - willing)
    assert sum(arm.begun for arm in counts) == 1 and sum(arm.finished for arm in counts) == 0


@pytest.fixture(scope="module")
def closed(once):
    place = town(n=600, seats=160)
    sampled(place)
    sit(place, effect=0.6, answer=0.9)
    return place, close(place, cost=250_000_000)


def test_a_planted_effect_is_found_from_wle_and_the_chances(closed):
    place, _verdict = closed
    found = results.effect(place.round_id)
    inside = [place.ability[p] + 0.6 for p in place.people if place.inside[p]]
    outside = [place.ability[p] for p in place.people if not place.inside[p]]
    naive = (statistics.mean(inside) - statistics.mean(outside)) / statistics.stdev(outside)
    truth = 0.6 / found.sd_outside
    assert found.low < truth < found.high
    assert abs(found.estimate - truth) < abs(naive - truth), "winners were abler before"
    assert found.estimate > 0, "an EAP planted the other way is not used"
    assert found.low <= found.estimate <= found.high and found.bound_low <= found.estimate <= found.bound_high
    assert found.p_replay < 0.05 and found.p < 0.05
    assert found.clusters < found.n_inside + found.n_outside, "members of a household are one cluster"


def test_the_verdict_follows_the_locked_rule_and_the_round_is_closed(closed):
    place, verdict = closed
    found, report = results.effect(place.round_id), results.report(place.round_id)
    threshold = float(place.plan.threshold)
    assert found.threshold == threshold
    expected = (
        "renew"
        if found.estimate >= threshold and found.low > 0
        else "stop"
        if found.high < threshold
        else "cannot_tell"
    )
    assert verdict == report.verdict == expected
    assert programme.round_(place.round_id).state == "REPORTED"
    assert report.cost == 250_000_000 and report.promised == 10_000


def test_no_effect_gives_no_renewal():
    place = town(n=600, seats=160)
    sampled(place)
    sit(place, effect=-0.6)
    assert close(place) in {"stop", "cannot_tell"}
    assert results.effect(place.round_id).estimate < 0


def test_the_effect_is_written_once(closed):
    place, verdict = closed
    assert close(place, cost=250_000_000) == verdict, "a double tap"
    with pytest.raises(results.AlreadyReported):
        close(place, key="again")
    assert Effect.objects.count() == Report.objects.count() == 1
    refuses("results_effect_rows_never_change", Effect.objects.update, estimate=9.0)
    refuses("results_report_rows_never_change", Report.objects.update, verdict="renew")
    refuses("results_report_rows_never_go", Report.objects.all()._raw_delete, "default")
    refuses("results_line_rows_never_change", Line.objects.update, filled=10_000)


def test_nobody_looks_before_the_window_has_closed():
    place = town()
    with pytest.raises(results.NotSampled):
        close(place)
    sampled(place)
    with pytest.raises(results.EndlineStillOpen):
        close(place, now=place.window)
    assert not results.reported(place.round_id)


def test_without_answers_one_cannot_tell_and_says_so():
    place = town()
    sampled(place)
    assert close(place) == "cannot_tell"
    report = results.report(place.round_id)
    assert report.effect is None and report.reasons == ("no_experiment",)


def test_more_seats_than_applicants_make_an_empty_sample_and_no_verdict():
    place = town(n=40, seats=60)
    found = sampled(place)
    assert found.drawn_inside == found.drawn_outside == 0
    assert close(place) == "cannot_tell"


def test_without_numpy_the_refusal_names_the_extra(monkeypatch):
    place = town()
    sampled(place)
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(results.AnalysisMissing) as no:
        close(place)
    assert "ampera[analysis]" in str(no.value)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_open_data_name_nobody_and_give_back_the_published_estimate(closed):
    place, _verdict = closed
    text, report, found = (
        results.data(place.round_id),
        results.report(place.round_id),
        results.effect(place.round_id),
    )
    assert hashlib.sha256(text.encode()).hexdigest() == report.data_hash
    assert text.splitlines()[0] == "row,arm,chance,weight,score,note"
    rows = rows_of(text)
    members = results.members(place.round_id)
    assert len(rows) == len(members)
    for member in members:
        assert member.receipt not in text
    assert {row["note"] for row in rows} == {"SIMULASI"}
    answered = [row for row in rows if row["score"]]
    again = itt(
        [float(row["score"]) for row in answered],
        [row["arm"] == "inside" for row in answered],
        [float(row["chance"]) for row in answered],
        weights=[float(row["weight"]) for row in answered],
    )
    assert (again.estimate, again.low, again.high) == pytest.approx(
        (found.public_estimate, found.public_low, found.public_high), abs=1e-9
    )
    assert again.estimate == pytest.approx(found.estimate, abs=0.05)


def test_no_chance_in_the_open_data_is_shared_by_fewer_than_five_in_an_arm(closed):
    place, _verdict = closed
    cells = Counter((row["arm"], row["chance"]) for row in rows_of(results.data(place.round_id)))
    assert min(cells.values()) >= opendata.LEAST
    assert {chance for _arm, chance in cells} == {c for arm, c in cells if arm == "inside"}


def test_rare_chances_are_put_together_with_their_neighbours():
    points = [Point(n % 2 == 0, n / 50, 1.0, float(n)) for n in range(1, 50)]
    shown = opendata.banded(points)
    assert len(shown) == len(points)
    assert sorted(p.score for p in shown) == sorted(p.score for p in points)
    cells = Counter((p.inside, p.chance) for p in shown)
    assert min(cells.values()) >= opendata.LEAST and len(cells) > 2


def test_too_few_to_hide_anybody_are_not_published():
    few = [Point(n < 4, 0.5, 1.0, float(n)) for n in range(20)]
    assert opendata.banded(few) == () and opendata.banded([]) == ()
