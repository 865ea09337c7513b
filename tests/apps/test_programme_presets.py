"""A draft's terms: a preset as a start, everything open to change until the lock, and what each costs beside it."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme
from ampera.content.presets import FOLDER, BadPreset, presets, read
from ampera.content.programme import load
from ampera.content.programme_sense import check
from ampera.content.tables import Faults
from ampera.cores.allocation import quicknet

NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)
BY = audit.account(1)
PRESETS = {p.code: p for p in presets()}

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_id() -> int:
    return programme.load("palembang", by=BY, now=NOW)


def terms(round_id: int) -> programme.Terms:
    return programme.terms_of(programme.plan(round_id), programme.classes(round_id, drawn=None))


def changed(round_id: int, key: str = "a", **terms_) -> None:
    programme.change_plan(round_id, replace(terms(round_id), **terms_), key=key, by=BY, now=NOW)


def test_there_is_a_preset_for_a_city_a_kecamatan_and_a_rush():
    assert set(PRESETS) == {"kota-pertama", "uji-coba-kecamatan", "banyak-peminat"}
    for preset in PRESETS.values():
        assert preset.sources and preset.about.id != preset.about.en


@pytest.mark.parametrize("code", PRESETS)
def test_a_preset_makes_sense_in_palembangs_programme(code):
    preset, city = PRESETS[code], load("palembang")
    round_ = replace(
        city.round,
        window=preset.window,
        beacon=preset.beacon,
        thresholds=preset.thresholds,
        horizon=preset.horizon,
        analysis=replace(city.round.analysis, sample_per_arm=preset.sample_per_arm),
    )
    faults = Faults(code, BadPreset)
    check(replace(city, round=round_), faults)
    faults.stop()


def test_mistakes_in_a_preset_are_listed(tmp_path):
    text = (FOLDER / "kota-pertama.toml").read_text("utf-8")
    path = tmp_path / "salah.toml"
    path.write_text(
        text.replace('"open-first"', '"first-come"').replace("[thresholds]", "[treshold]"), "utf-8"
    )
    with pytest.raises(BadPreset) as no:
        read(path)
    assert any("precedence" in e for e in no.value.errors) and any("treshold" in e for e in no.value.errors)


@pytest.mark.parametrize("code", PRESETS)
def test_a_preset_is_kept_whole_counted_from_the_rounds_opening_day_and_can_be_locked(code, round_id):
    wanted = programme.terms_from(PRESETS[code], terms(round_id))
    programme.change_plan(round_id, wanted, preset=code, key="a", by=BY, now=NOW)
    assert terms(round_id) == wanted
    assert wanted.opens_at.date() == terms(round_id).opens_at.date()
    plan = programme.plan(round_id)
    if wanted.beacon_kind == "drand":
        assert 0 <= quicknet.published(plan.beacon_round) - plan.draw_at.timestamp() < quicknet.PERIOD
    facts = audit.events(about=f"round:{round_id}", verb="plan.changed")[0].facts
    assert facts["preset"] == code
    programme.propose_lock(round_id, key="b", by=BY, now=NOW)


def test_precedence_reorders_every_class_and_keeps_its_seats(round_id):
    before = {c.code: c.blocks for c in programme.classes(round_id)}
    changed(round_id, precedence="reserves-first")
    for c in programme.classes(round_id):
        kinds = [b.group is None for b in sorted(c.blocks, key=lambda b: b.order)]
        assert kinds == sorted(kinds), "reserves come first"
        assert [b.order for b in c.blocks] == list(range(1, len(c.blocks) + 1))
        was = sorted((b.group or "", b.seats) for b in before[c.code])
        assert sorted((b.group or "", b.seats) for b in c.blocks) == was
    changed(round_id, key="b", precedence="open-first")
    now = {c.code: [(b.group, b.seats) for b in c.blocks] for c in programme.classes(round_id)}
    assert now == {code: [(b.group, b.seats) for b in blocks] for code, blocks in before.items()}


def test_a_change_takes_the_proposed_lock_back_and_a_locked_plan_takes_none(round_id):
    digest = programme.propose_lock(round_id, key="p", by=BY, now=NOW)
    changed(round_id, horizon="1.3")
    assert programme.plan(round_id).hash == ""
    digest = programme.propose_lock(round_id, key="q", by=BY, now=NOW)
    programme.confirm_lock(round_id, digest, key="c", by=audit.account(2), now=NOW)
    with pytest.raises(programme.IllegalMove):
        changed(round_id, key="b", horizon="1.5")


def test_a_file_that_is_loaded_again_leaves_the_changes(round_id):
    changed(round_id, horizon="1.3")
    assert programme.load("palembang", by=BY, now=NOW) == round_id
    assert programme.plan(round_id).horizon == "1.3"


def test_terms_without_sense_are_refused(round_id):
    t, hour = terms(round_id), timedelta(hours=1)
    cases = [
        (programme.DatesOutOfOrder, {"closes_at": t.opens_at - hour}),
        (programme.DatesOutOfOrder, {"exam_until": t.exam_on - timedelta(days=1)}),
        (programme.FreezeTooClose, {"freeze_at": t.draw_at - 23 * hour}),
        (programme.WavesDontFit, {"waves": 20}),
        (programme.HorizonUnreadable, {"horizon": "0.9"}),
        (programme.HorizonUnreadable, {"horizon": "1,4"}),
        (programme.TooFewDice, {"beacon_count": 24}),
        (programme.BeaconUnnamed, {"beacon_witnesses": ("Notaris",)}),
        (programme.BeaconUnnamed, {"beacon_witnesses": ("Notaris", "Notaris")}),
        (programme.BeaconUnnamed, {"beacon_kind": "rfc3797"}),
    ]
    for n, (refusal, wrong) in enumerate(cases):
        with pytest.raises(refusal):
            changed(round_id, key=f"k{n}", **wrong)
    assert terms(round_id) == t


# ---- the page ----


def signed_in(role: str, phone: str) -> Client:
    people.give_role(phone=phone, name=role, label=role, by=BY, now=NOW)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(
        Account.objects.get(phone=phone), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def fields_of(page) -> dict[str, list[str] | str]:
    """What the form would send as it stands."""
    form = page.context["form"]
    sent = {f.html_name: f.value() for f in form if f.value() is not None and f.value() is not False}
    sent |= {n: v.strftime("%Y-%m-%d %H:%M") for n, v in sent.items() if hasattr(v, "hour")}
    sent |= {n: "\n".join(v) for n, v in sent.items() if isinstance(v, tuple)}
    return sent | {"key": re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]}


def test_an_officer_takes_a_preset_changes_one_thing_and_keeps_it(round_id):
    officer = signed_in("officer", "+628110000001")
    address = reverse("programme:office_change", args=[round_id])
    assert address in officer.get(reverse("programme:office_plan", args=[round_id])).content.decode()
    text = officer.get(address).content.decode()
    for preset in PRESETS.values():
        assert preset.name.en in text and f"?preset={preset.code}" in text
    with CaptureQueriesContext(connection) as queries:
        page = officer.get(address, {"preset": "banyak-peminat"})
    assert len(queries) <= 12 and len(gzip.compress(page.content)) <= 20_000
    assert programme.plan(round_id).horizon == "1.4", "looking changes nothing"
    sent = fields_of(page)
    wrong = officer.post(f"{address}?preset=banyak-peminat", sent | {"closes_at": "2020-01-01 08:00"})
    assert "closes_at" in wrong.context["form"].errors
    done = officer.post(f"{address}?preset=banyak-peminat", sent | {"horizon": "1.25"})
    assert done.status_code == 302, done.context and done.context["form"].errors
    kept = terms(round_id)
    assert kept == replace(programme.terms_from(PRESETS["banyak-peminat"], kept), horizon="1.25")
    facts = audit.events(about=f"round:{round_id}", verb="plan.changed")[0].facts
    assert facts["preset"] == "banyak-peminat" and "horizon" in facts["changed"]


def test_the_table_says_what_each_preset_costs_and_which_can_not_tell(round_id):
    officer = signed_in("officer", "+628110000001")
    address = reverse("programme:office_change", args=[round_id])
    page = officer.get(address, {"applicants": 8000, "takeup": 70})
    rows = {str(r[0]["text"] if isinstance(r[0], dict) else r[0]): r for r in page.context["rows"]}
    plan = programme.plan(round_id)
    seats = sum(c.seats for c in programme.classes(round_id))
    for name, k in (("The plan as it is", plan.horizon), ("Far more applicants than seats", "1.2")):
        from ampera.apps.programme.horizons import horizon_of

        cost = horizon_of(plan, k, drawn_seats=seats, applicants=8000, takeup=0.7)
        assert rows[name][3] == k and rows[name][4] == f"{cost.empty:,}"
    small = programme.load("palembang", by=BY, now=NOW, scale_seats=60, number=2)
    page = officer.get(reverse("programme:office_change", args=[small]))
    assert "too low for these seats" in page.content.decode()


def test_the_page_is_the_officers_and_a_drafts(round_id):
    address = reverse("programme:office_change", args=[round_id])
    assert signed_in("inspector", "+628110000002").get(address).status_code == 404
    digest = programme.propose_lock(round_id, key="q", by=BY, now=NOW)
    programme.confirm_lock(round_id, digest, key="c", by=audit.account(9), now=NOW)
    assert signed_in("officer", "+628110000001").get(address).status_code == 409


def test_thresholds_are_decimals(round_id):
    changed(round_id, threshold=Decimal("0.25"))
    assert programme.plan(round_id).threshold == Decimal("0.25")
