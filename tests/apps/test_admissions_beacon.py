"""The beacon that the locked plan names, entered by two officers, each alone: dice, a round of drand, published numbers."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions import freezing, receipts
from ampera.apps.admissions.models import Application, Draw, Motion
from ampera.apps.audit import api as audit
from ampera.apps.programme import api as programme
from ampera.apps.programme.models import Plan
from ampera.cores import allocation
from ampera.cores.allocation import quicknet

from .drawn_round import (
    DICE,
    FIRST,
    LOADED,
    SECOND,
    SYSTEM,
    applied,
    frozen,
    opened_round,
)

pytestmark = pytest.mark.django_db

# A published round of quicknet and its signature (drand-verify, README); another one's (api.drand.sh/…/public/1000)
ROUND = 657413
SIGNATURE = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
OF_1000 = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"


def with_beacon(**beacon) -> int:
    """A round that is locked and open, whose plan names another beacon and is drawn when ROUND was published."""
    at = datetime.fromtimestamp(quicknet.published(ROUND), UTC)
    opens = at - timedelta(days=20)
    round_id = programme.load(
        "palembang", by=SYSTEM, now=opens, opens_at=opens, simulated=True, scale_seats=150
    )
    none = {"beacon_count": 0, "beacon_faces": 0, "beacon_witnesses": "", "beacon_outage": "tunggu"}
    Plan.objects.filter(round=round_id).update(draw_at=at, **(none | beacon))
    digest = programme.propose_lock(round_id, key="lock-1", by=FIRST, now=opens)
    programme.confirm_lock(round_id, digest, key="lock-2", by=audit.account(9003), now=opens)
    programme.move(round_id, "open", by=SYSTEM, now=opens)
    return round_id


def sealed(round_id: int) -> str:
    applied(round_id, count=20)
    return frozen(round_id)


def enter(round_id, value, *, by=FIRST, key="a", witnesses=()) -> bool:
    now = programme.plan(round_id).draw_at
    return admissions.enter_beacon(round_id, value, witnesses, key=key, by=by, now=now)


@pytest.fixture(scope="module")
def drand(once):
    return with_beacon(beacon_kind="drand", beacon_round=ROUND)


def test_a_plan_with_drand_names_the_first_round_at_or_after_its_hour(tmp_path):
    from ampera.content.programme import FOLDER

    text = (FOLDER / "palembang.toml").read_text("utf-8")
    start, end = text.index("[round.beacon]"), text.index("[round.thresholds]")
    other = '[round.beacon]\nkind = "drand"\noutage = { id = "tunggu", en = "wait" }\n\n'
    (tmp_path / "palembang-districts.csv").write_bytes(
        (FOLDER.parent / "places" / "palembang-districts.csv").read_bytes()
    )
    path = tmp_path / "drand.toml"
    path.write_text(text[:start] + other + text[end:], "utf-8")
    plan = programme.plan(programme.load(path, by=SYSTEM, now=LOADED, simulated=True, scale_seats=150))
    after = quicknet.published(plan.beacon_round) - plan.draw_at.timestamp()
    assert 0 <= after < quicknet.PERIOD and plan.beacon_witnesses == ()


def test_a_round_of_drand_that_is_out_before_the_draws_hour_is_not_locked():
    round_id = programme.load("palembang", by=SYSTEM, now=LOADED, simulated=True, scale_seats=150)
    Plan.objects.filter(round=round_id).update(beacon_kind="drand", beacon_round=ROUND)
    with pytest.raises(programme.BeaconTooEarly):
        programme.propose_lock(round_id, key="l", by=FIRST, now=LOADED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"beacon_kind": "drand"},
        {"beacon_kind": "rfc3797"},
        {"beacon_kind": "hat"},
        {"beacon_count": 0},
        {"beacon_witnesses": ""},
    ],
)
def test_the_database_wants_a_plan_to_name_its_beacon(wrong):
    round_id = programme.load("palembang", by=SYSTEM, now=LOADED, simulated=True, scale_seats=150)
    with pytest.raises(DatabaseError, match="plan_goes_on_naming_its_beacon"), transaction.atomic():
        Plan.objects.filter(round=round_id).update(**wrong)
    row = Plan.objects.get(round=round_id)
    for name, value in wrong.items():
        setattr(row, name, value)
    row.pk = None
    with pytest.raises(DatabaseError, match="plan_names_its_beacon"), transaction.atomic():
        row.save(force_insert=True)


def test_a_round_is_drawn_with_the_signature_of_its_round_of_drand(drand):
    root = sealed(drand)
    assert enter(drand, SIGNATURE.upper()) is False
    assert enter(drand, f" {SIGNATURE}\n", by=SECOND, key="b") is True
    admissions.draw(drand, key="c", by=SECOND, now=programme.plan(drand).draw_at)
    result = admissions.drawn(drand)
    assert result.beacon == SIGNATURE and result.witnesses == ()
    checked = allocation.verify(admissions.bundle(drand), root=root, beacon=SIGNATURE)
    assert checked.ok and not checked.unchecked, "BLS was checked too"
    assert freezing.opened(drand).rule.beacon.round == ROUND


def test_another_rounds_signature_and_a_torn_one_are_refused(drand):
    sealed(drand)
    with pytest.raises(admissions.SignatureForeign):
        enter(drand, OF_1000)
    with pytest.raises(admissions.SignatureUnreadable):
        enter(drand, SIGNATURE[:-1], key="b")
    assert not Motion.objects.filter(what="draw").exists()


def test_without_the_arithmetic_the_refusal_says_what_to_install(drand, monkeypatch):
    sealed(drand)
    for name in [n for n in sys.modules if n.split(".")[0] == "py_ecc"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "py_ecc", None)
    with pytest.raises(allocation.BlsMissing, match=r"ampera\[drand\]"):
        enter(drand, SIGNATURE)
    later = programme.load("palembang", by=SYSTEM, now=LOADED, simulated=True, scale_seats=150, number=2)
    at = programme.plan(later).draw_at
    Plan.objects.filter(round=later).update(beacon_kind="drand", beacon_round=programme.beacon_round(at))
    with pytest.raises(allocation.BlsMissing):  # said at the lock already, not on the day of the draw
        programme.propose_lock(later, key="l", by=FIRST, now=LOADED)


def test_published_numbers_are_entered_line_by_line():
    round_id = with_beacon(beacon_kind="rfc3797", beacon_sources="Indeks saham\nTogel negara lain")
    sealed(round_id)
    with pytest.raises(admissions.NumbersUnreadable):
        enter(round_id, "7012")
    assert enter(round_id, "7012\n12 5 8", key="b") is False
    assert enter(round_id, "7012./5.8.12./", by=SECOND, key="c") is True
    admissions.draw(round_id, key="d", by=SECOND, now=programme.plan(round_id).draw_at)
    assert admissions.drawn(round_id).beacon == "7012./5.8.12./"


# ---- two officers ----


@pytest.fixture
def dice():
    round_id = opened_round()
    sealed(round_id)
    return round_id


def test_two_entries_that_differ_draw_nothing_and_who_was_wrong_enters_anew(dice):
    named = programme.plan(dice).beacon_witnesses
    assert enter(dice, DICE[::-1], witnesses=named[:2]) is False
    with pytest.raises(admissions.BeaconDiffers):
        enter(dice, DICE, by=SECOND, key="b", witnesses=named[:2])
    assert enter(dice, DICE, key="c", witnesses=named[:2]) is False, "alone, one officer only corrects"
    with pytest.raises(admissions.BeaconDiffers):
        enter(dice, DICE, by=SECOND, key="d", witnesses=named[1:3])
    assert enter(dice, DICE, by=SECOND, key="e", witnesses=named[:2]) is True
    values = [e.facts["value"] for e in audit.events(about=f"round:{dice}", verb="motion.proposed")]
    assert values[:2] == [DICE, DICE[::-1]], "the wrong entry stays in the audit"


def test_nobody_draws_with_a_second_value(dice):
    named = programme.plan(dice).beacon_witnesses
    for n, who in enumerate((FIRST, SECOND)):
        enter(dice, DICE, by=who, key=f"k{n}", witnesses=named[:2])
    with pytest.raises(admissions.BeaconAgreed):
        enter(dice, DICE[::-1], key="other", witnesses=named[:2])
    said = {"round_id": dice, "what": "draw", "about": "dice", "by": "x", "at": LOADED}
    with (
        pytest.raises(DatabaseError, match=r"motion_one_beacon_per_round|admissions_motion\.round_id"),
        transaction.atomic(),
    ):
        Motion.objects.create(value=DICE[::-1], confirmed_by="y", confirmed_at=LOADED, **said)


def test_the_database_takes_no_value_of_another_beacon_and_no_draw_with_one_that_was_not_entered(drand):
    sealed(drand)
    said = {"round_id": drand, "what": "draw", "value": "x", "by": "x", "at": LOADED}
    for about in ("drand:1000", "drand", "dice", ""):
        with pytest.raises(DatabaseError, match="beacon_is_the_locked_plans"), transaction.atomic():
            Motion.objects.create(about=about, **said)
    enter(drand, SIGNATURE)
    freeze = freezing.Freeze.objects.get(round=drand)
    row = {
        "witnesses": "",
        "bundle": b"",
        "bundle_hash": "",
        "seated": 0,
        "inside": 0,
        "by": "x",
        "at": LOADED,
    }
    with pytest.raises(DatabaseError, match="draw_is_with_what_two_people_entered"), transaction.atomic():
        Draw.objects.create(freeze=freeze, beacon=SIGNATURE, **row)
    enter(drand, SIGNATURE, by=SECOND, key="b")
    with pytest.raises(DatabaseError, match="draw_is_with_what_two_people_entered"), transaction.atomic():
        Draw.objects.create(freeze=freeze, beacon=OF_1000, **row)


# ---- words ----


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_of_a_drand_round_speak_of_no_dice(drand, client, clock, language):
    plan, number = programme.plan(drand), programme.round_(drand).number
    clock.now = plan.draw_at - timedelta(hours=1)
    client.cookies["django_language"] = language
    pages = [f"/undian/{number}/", f"/undian/{number}/upacara/", f"/rencana/{drand}/", "/"]
    seen = [client.get(p).content.decode() for p in pages]
    first, receipt = applied(drand, count=20)[0], receipts.make()
    Application.objects.filter(pk=first).update(receipt=receipt)
    person = Application.objects.get(pk=first).person_id
    frozen(drand)
    seen += [client.get(p).content.decode() for p in pages]
    with translation.override(language):
        seen.append(admissions.step(person, drand, clock.now).text)
    for who, key in ((FIRST, "a"), (SECOND, "b")):
        enter(drand, SIGNATURE, by=who, key=key)
    admissions.draw(drand, key="c", by=SECOND, now=plan.draw_at)
    recheck = f"/undian/{number}/periksa/"
    drawn_pages = [*pages, recheck, f"{recheck}{receipt}/"]
    seen += [client.get(p).content.decode() for p in drawn_pages]
    for text in seen:
        assert not re.search(r"\b(dadu|dice|die is|thrown)\b", text, re.IGNORECASE)
    assert str(ROUND) in seen[0] and SIGNATURE in seen[-2]
