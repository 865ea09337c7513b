"""The officers' pages, from applicants to seats, and what everybody sees of a draw: who may, how heavy, how many queries."""

from __future__ import annotations

import gzip
import hashlib
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions.models import Application, Motion, Nomination, Objection, ReserveClaim
from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.people.models import Account
from ampera.apps.programme import api as programme
from ampera.cores import allocation
from tests.apps.drawn_round import (
    DICE,
    LOADED,
    SYSTEM,
    applied,
    closed,
    decided,
    drawn,
    entered,
    frozen,
    nik,
    opened_round,
    registrations,
)

pytestmark = pytest.mark.django_db
BYTES, QUERIES = 23_000, 12  # the sheet and the sprite add 7 KB


@pytest.fixture(autouse=True)
def a_long_session(settings):
    settings.SESSION_COOKIE_AGE = 365 * 86_400  # the tests' clock jumps by weeks


@pytest.fixture
def client() -> Client:
    found = Client()
    found.cookies["django_language"] = "en"
    return found


@pytest.fixture
def clock(monkeypatch):
    """Set what the pages think the time is."""

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


@pytest.fixture(scope="module")
def opened(once):
    return opened_round()


@pytest.fixture
def round_id(clock, opened):
    clock(LOADED)
    return opened


def signed_in(role: str, number: int) -> Client:
    phone = f"+62811000000{number}"
    people.give_role(phone=phone, name=role, label=f"{role} {number}", by=SYSTEM, now=LOADED)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(
        Account.objects.get(phone=phone), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def person_of(call: admissions.Offered) -> int:
    return Application.objects.get(pk=call.application_id).person_id


def actor_of(client: Client) -> str:
    return audit.account(int(client.session["_auth_user_id"]))


@pytest.fixture
def officer() -> Client:
    return signed_in("officer", 1)


@pytest.fixture
def second() -> Client:
    return signed_in("officer", 2)


def looked(client: Client, url: str) -> str:
    """A page within its budgets."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
    assert page.status_code == 200, page
    # session and account are asked in every page; the rest is the page's own
    assert len(queries) <= QUERIES, (url, "\n".join(q["sql"][:90] + q["sql"][-120:] for q in queries))
    assert len(gzip.compress(page.content)) <= BYTES, url
    assert not re.search(rb'<script| style="| on\w+="', page.content)
    return page.content.decode()


def key_in(text: str) -> str:
    return re.search(r'name="key" value="([^"]+)"', text)[1]


def root_in(text: str) -> str:
    return re.search(r'name="root" value="([^"]+)"', text)[1]


OFFICE = ["office_funnel", "office_draw", "office_calls", "office_nominations"]
OF_ROUND = [
    "office_list",
    "office_claims",
    "office_objections",
    "office_confirm_freeze",
    "office_enter",
    "office_live",
]


@pytest.mark.parametrize("name", OFFICE + OF_ROUND)
def test_office_pages_are_not_there_for_others(round_id, client, name):
    url = reverse(f"admissions:{name}", args=[round_id] if name in OF_ROUND else [])
    assert client.get(url).url == f"/masuk/?next={url}", "a visitor signs in first"
    assert signed_in("invigilator", 9).get(url).status_code == 404


@pytest.mark.parametrize("name", OFFICE)
def test_office_pages_say_so_while_no_plan_is_locked(officer, name):
    assert "No plan is locked yet" in officer.get(reverse(f"admissions:{name}")).content.decode()


def test_the_funnel_stands_on_the_map_and_in_a_table_and_in_a_file(round_id, officer):
    applied(round_id, count=30)
    text = looked(officer, reverse("admissions:office_funnel"))
    assert "<svg" in text and text.count("<path") >= 18 and "The funnel" in text
    rows = officer.get(reverse("admissions:office_funnel") + "?format=csv").content.decode().splitlines()
    assert len(rows) == 19 and sum(int(r.split(",")[2]) for r in rows[1:]) == 30
    filtered = officer.get(reverse("admissions:office_funnel") + "?audience=umkm&format=csv").content.decode()
    some = sum(int(r.split(",")[2]) for r in filtered.splitlines()[1:])
    assert some == Application.objects.filter(audience="umkm").count() < 30


def test_the_officers_list_filters_sorts_pages_and_downloads(round_id, officer):
    applied(round_id, count=60)
    url = reverse("admissions:office_list", args=[round_id])
    assert "Page 1 of 2" in looked(officer, url)
    assert "identity not seen" in looked(officer, url + "?why=not_seen")
    out = officer.get(url + "?why=out&format=csv").content.decode().splitlines()
    assert len(out) == 2 and out[1].endswith("not_seen")
    assert looked(officer, url + "?sort=level")
    assert "Nobody fits" in looked(officer, url + "?receipt=ZZZZ")


def test_a_document_is_accepted_or_refused_with_a_reason(round_id, officer):
    ids = applied(round_id, count=4)
    claim = ReserveClaim.objects.create(application_id=ids[1], group_id="pencari-kerja", evidence="AK-1 77")
    url = reverse("admissions:office_claims", args=[round_id])
    text = looked(officer, url)
    assert "AK-1 77" in text
    where = f"{url}?claim={claim.pk}"
    refused = officer.post(where, {"key": key_in(text), "verdict": "refuse", "because": ""})
    assert refused.status_code == 200 and "AK-1 77" in refused.content.decode()
    officer.post(where, {"key": key_in(text), "verdict": "refuse", "because": "expired"})
    claim.refresh_from_db()
    assert claim.accepted is False and claim.because == "expired"
    assert "Every document has been looked at" in looked(officer, url)


def test_an_objection_is_answered_once_by_a_person(round_id, officer):
    row = Objection.objects.create(round_id=round_id, by="x", text="My name is missing", at=LOADED)
    text = looked(officer, reverse("admissions:office_objections", args=[round_id]))
    assert "My name is missing" in text
    url = reverse("admissions:office_objection", args=[row.pk])
    key = key_in(looked(officer, url))
    for _tap in range(2):
        done = officer.post(url, {"key": key, "upheld": "no", "answer": "It is in the list."})
        assert done.status_code == 302
    assert "It is in the list." in looked(officer, url)


def test_an_agencys_list_is_checked_then_taken(round_id, officer):
    klass = programme.classes(round_id, drawn=False)[0]
    url = reverse("admissions:office_nominations")
    text = looked(officer, url)

    def send(nik_, do, key, **more):
        rows = f"nik,name,birth_date,kelurahan,class\n{nik_},Pegawai,17-05-1990,16.71.01.1001,{klass.code}\n"
        file = SimpleUploadedFile("list.csv", rows.encode(), "text/csv")
        return officer.post(
            url, {"agency": "Dinas", "letter": "800/1", "file": file, "do": do, "key": key} | more
        ).content.decode()

    wrong = send("123", "take", key_in(text))
    assert "Nothing was written" in wrong and "A NIK has 16 digits" in wrong
    checked = send(nik(1), "check", key_in(text))
    assert "The list has no errors" in checked and not Nomination.objects.exists()
    assert nik(1) in checked, "the list is kept for the second step"
    send(nik(1), "take", key_in(checked))
    assert Nomination.objects.count() == 1
    assert "Pegawai" in looked(officer, url)
    assert "Pegawai" in looked(officer, f"{url}?agency=dinas&sort=agency")
    assert "Pegawai" not in looked(officer, f"{url}?agency=Kecamatan")
    rows = officer.get(f"{url}?format=csv").content.decode().splitlines()
    assert len(rows) == 2 and rows[1].startswith("Pegawai,Dinas,800/1,") and nik(1) not in rows[1]


def test_the_list_of_objections_filters_sorts_and_downloads(round_id, officer, clock):
    closed(round_id)
    plan = programme.plan(round_id)
    now = plan.objections_until - timedelta(hours=1)
    clock(now)
    first, second = (
        admissions.object_(round_id, text=text, key=text, by=SYSTEM, now=now)
        for text in ("Pertama", "=Kedua")
    )
    admissions.answer_objection(first, answer="Sudah", upheld=False, key="a", by=SYSTEM, now=now)
    url = reverse("admissions:office_objections", args=[round_id])
    text = looked(officer, url)
    assert text.index("Kedua") < text.index("Pertama"), "what has no answer comes first"
    assert "Pertama" not in looked(officer, f"{url}?state=open")
    assert "Kedua" not in looked(officer, f"{url}?state=answered&sort=newest")
    rows = officer.get(f"{url}?format=csv&state=open").content.decode().splitlines()
    assert len(rows) == 2 and rows[1].startswith(f"{second},") and "'=Kedua" in rows[1]


def test_two_officers_freeze_and_two_enter_the_dice(round_id, officer, second, clock):
    applied(round_id, count=40)
    now = closed(round_id)
    clock(now)
    home = reverse("admissions:office_draw")
    propose = reverse("admissions:office_propose_freeze", args=[round_id])
    look = reverse("admissions:office_look", args=[round_id])
    assert look in looked(officer, home) and officer.get(propose)["Location"] == home
    assert officer.post(look)["Location"] == propose
    text = looked(officer, propose)
    assert "Fewer than five people" in text
    rows = officer.get(f"{propose}?format=csv").content.decode().splitlines()
    assert rows[0].endswith("class,groups,people") and len(rows) > 1
    said = {"key": key_in(text), "choice": "keep", "because": ""}
    assert "Write why; it is kept." in officer.post(propose, said).content.decode()
    officer.post(propose, said | {"because": "Opaque codes are enough."})
    assert "Another officer has to confirm it" in looked(officer, home)
    assert "A freeze waits for your confirmation" in looked(second, home)
    confirm = reverse("admissions:office_confirm_freeze", args=[round_id])
    text = looked(second, confirm)
    assert "Freeze the list as it is" in text and "Opaque codes are enough." in text
    said = {"key": key_in(text), "root": root_in(text), "seen": "on"}
    own = officer.post(confirm, said | {"key": uuid4()})
    assert "This needs two people" in own.content.decode()
    assert "tick the box" in second.post(confirm, said | {"seen": ""}).content.decode()
    assert second.post(confirm, said).status_code == 302
    assert admissions.frozen(round_id).root == said["root"]
    assert "Opaque codes are enough." in looked(officer, home)

    enter = reverse("admissions:office_enter", args=[round_id])
    text = looked(officer, enter)
    witnesses = list(programme.plan(round_id).beacon_witnesses[:2])
    dice = {"key": key_in(text), "value": " ".join(DICE), "witnesses": witnesses}
    assert "not before" in officer.post(enter, dice).content.decode()
    clock(programme.plan(round_id).draw_at + timedelta(minutes=3))
    assert "each a number from 1 to 6" in officer.post(enter, dice | {"value": "777"}).content.decode()
    assert officer.post(enter, dice)["Location"] == home
    assert "Another officer has to enter it as well" in looked(officer, home)
    assert "has entered it" in looked(second, home)
    text = looked(second, enter)
    assert DICE not in text and " ".join(DICE) not in text, "the second officer is not shown the first entry"
    mine = dice | {"key": key_in(text)}
    wrong = second.post(enter, mine | {"value": DICE[::-1]}).content.decode()
    assert "not what the other officer entered" in wrong
    begun = second.post(enter, mine)
    assert begun.status_code == 302
    assert "Waiting for its turn" in looked(officer, begun["Location"])
    assert "The draw is under way" in looked(officer, home)


def test_the_draw_runs_as_a_job_and_shows_how_far_it_is(round_id, officer, clock):
    from ampera.apps.admissions.tasks import draw_in_background
    from ampera.apps.jobs import api as jobs

    applied(round_id, count=20)
    frozen(round_id)
    plan = programme.plan(round_id)
    clock(plan.draw_at)
    entered(round_id)
    more = {
        "round_id": round_id, "key": "job", "officer": SYSTEM, "at": plan.draw_at.isoformat(),
    }  # fmt: skip
    job = jobs.start(
        "draw", about=f"round:{round_id}", now=plan.draw_at, by=SYSTEM, run=draw_in_background, **more
    )
    draw_in_background.func(job_id=job, **more)
    assert jobs.get(job).state == "DONE" and jobs.get(job).done == plan.replays
    assert admissions.drawn(round_id)
    assert "See the outcome" in looked(officer, reverse("admissions:office_draw_job", args=[round_id, job]))


def test_what_the_codes_mean_is_for_the_inspector_only(round_id, officer):
    applied(round_id, count=5)
    frozen(round_id)
    url = reverse("admissions:office_labels", args=[round_id])
    assert officer.post(url).status_code == 404
    inspector = signed_in("inspector", 3)
    assert b"DSR-A-01" in inspector.post(url).content
    assert "What the codes mean" in looked(inspector, reverse("admissions:office_draw"))


def test_everybody_sees_the_list_the_root_the_dice_and_the_file(round_id, client, clock):
    ids = applied(round_id, count=40)
    number = programme.round_(round_id).number
    page, listed = (
        reverse("admissions:draw_page", args=[number]),
        reverse("admissions:draw_list", args=[number]),
    )
    assert "dice are thrown before these witnesses" in looked(client, page)
    assert client.get(listed).status_code == 404, "no list while registration is open"
    root = frozen(round_id)
    assert root in looked(client, page)
    drawn(round_id)
    text = looked(client, page)
    assert root in text and DICE in text and "draw verify" in text and "DSR-A-01" not in text
    receipt = Application.objects.get(pk=ids[0]).receipt
    assert "This receipt is in the list." in looked(client, f"{listed}?q={receipt.lower()}")
    assert "not in the list" in looked(client, f"{listed}?q=R0039")
    assert client.get(listed + "?format=csv").content.decode().count("\n") == 40
    file = client.get(reverse("admissions:draw_bundle", args=[number]))
    assert allocation.verify(file.content, root=root, beacon=DICE).ok
    assert hashlib.sha256(file.content).hexdigest() in text
    assert "SIMULASI" in file["Content-Disposition"]


def test_calls_are_answered_at_the_counter_by_pin_or_card(round_id, officer, clock):
    applied(round_id, count=60)
    frozen(round_id)
    drawn(round_id)
    clock(programme.plan(round_id).draw_at + timedelta(hours=1))
    text = looked(officer, reverse("admissions:office_calls"))
    assert "Waves" in text and "waiting" in text
    first, other = admissions.calls(round_id)[:2]
    url = reverse("admissions:office_call", args=[first.id])
    key = key_in(looked(officer, url))
    wrong = officer.post(url, {"key": key, "action": "take", "how": "pin", "secret": "000000"})
    assert "This is not the PIN" in wrong.content.decode() and "000000" in wrong.content.decode()
    officer.post(url, {"key": key, "action": "take", "how": "ktp"})
    assert admissions.calls(round_id, state="TAKEN")[0].id == first.id
    assert "The seat that they took" in looked(officer, url)
    gone, person = reverse("admissions:office_call", args=[other.id]), person_of(other)
    by_card = officer.post(gone, {"key": uuid4(), "action": "leave", "how": "ktp", "secret": "000000"})
    assert by_card.status_code == 200 and admissions.calls(round_id, state="DECLINED") == ()
    pin = people.renew_pin(person, by=actor_of(officer), now=LOADED)
    mine = officer.post(gone, {"key": uuid4(), "action": "leave", "how": "pin", "secret": pin})
    assert "You made this PIN anew yourself" in mine.content.decode()
    assert officer.post(gone, {"key": uuid4(), "action": "send"}).status_code == 302
    code = re.search(r"\d{6}", messaging.latest(to=people.phone(person), limit=1)[0].body)[0]
    officer.post(gone, {"key": uuid4(), "action": "leave", "how": "code", "secret": code})
    rows = officer.get(reverse("admissions:office_calls") + "?state=DECLINED&format=csv").content.decode()
    assert rows.count("\n") == 2


def test_waves_end_and_an_empty_seat_is_given_at_the_counter(round_id, officer, second, clock):
    applied(round_id, count=60)
    frozen(round_id)
    drawn(round_id)
    late = programme.plan(round_id).draw_at + timedelta(days=3)
    clock(late)
    stranger = registrations(1, start=700)[0]
    people.see_many([(stranger, "ktp", False)], by=SYSTEM, now=LOADED)
    wave = reverse("admissions:office_propose", args=[round_id, "wave"])
    asked = officer.post(wave, {"key": uuid4()}).url
    assert asked in looked(second, reverse("admissions:office_calls"))
    assert "you proposed it" in officer.post(asked, {"key": uuid4()}).content.decode()
    assert [w.number for w in admissions.waves(round_id)] == [1]
    assert second.post(asked, {"key": uuid4()}).url == reverse("admissions:office_calls")
    assert [w.number for w in admissions.waves(round_id)] == [1, 2]
    clock(late + timedelta(days=3))
    decided(round_id, "end_waves", because="classes begin", now=late + timedelta(days=3))
    assert admissions.waves_ended(round_id).because == "classes begin"
    live = reverse("admissions:office_live", args=[round_id])
    text = looked(officer, live)
    klass = admissions.live_classes(round_id)[0].class_id
    done = officer.post(live, {"key": key_in(text), "nik": nik(700), "klass": klass})
    if done.status_code == 200:
        pytest.fail(done.content.decode())
    assert admissions.seat_of(stranger, round_id)
    unknown = officer.post(live, {"key": uuid4(), "nik": nik(999), "klass": klass})
    assert "KTP" in unknown.content.decode()


def test_registration_is_closed_by_two_officers_when_its_time_is_over(round_id, officer, second, clock):
    home = reverse("admissions:office_draw")
    close = reverse("admissions:office_propose", args=[round_id, "close"])
    assert "Close registration" not in looked(officer, home)
    early = officer.post(close, {"key": key_in(looked(officer, close))})
    assert "The locked plan says" in early.content.decode()
    clock(programme.plan(round_id).closes_at)
    assert close in looked(officer, home)
    motion = officer.post(close, {"key": key_in(looked(officer, close))})["Location"]
    assert motion in looked(second, home)
    second.post(motion, {"key": key_in(looked(second, motion))})
    assert programme.round_(round_id).state == "OBJECTIONS"


def test_an_error_is_put_right_by_two_officers_and_everybody_reads_why(
    round_id, officer, second, client, clock
):
    from ampera.apps.admissions.models import Correction, Outcome

    applied(round_id, count=150)
    frozen(round_id)
    drawn(round_id)
    clock(programme.plan(round_id).draw_at + timedelta(hours=1))
    desk = reverse("admissions:office_corrections", args=[round_id])
    assert desk in looked(officer, reverse("admissions:office_draw"))
    assert "Nothing had to be put right" in looked(officer, desk)
    assert "No application was sent with this receipt" in looked(officer, desk + "?q=R9999")
    for row in Outcome.objects.filter(klass=None).order_by("ticket").select_related("application"):
        if "umkm" in admissions.drawn_with(row.application_id):
            continue
        Correction.objects.all().delete()
        here = f"{desk}?q={row.application.receipt}"
        said = {"groups": ["umkm"], "because": "Surat sah ditolak keliru.", "key": uuid4()}
        assert "UMKM" in looked(officer, here)
        proposed = officer.post(here, said)
        assert proposed.status_code == 302
        if "Seats that it adds" in (page := looked(officer, proposed["Location"])):
            break
    assert "Another officer has to confirm it" in page and "Confirm the correction" not in page
    assert "Write why" in officer.post(here, said | {"because": ""}).content.decode()
    confirm = {"key": key_in(looked(second, proposed["Location"]))}
    assert second.post(proposed["Location"], confirm).url == desk
    assert "confirmed" in looked(second, desk)
    public = looked(client, reverse("admissions:draw_page", args=[1]))
    assert "Surat sah ditolak keliru." in public and "Errors put right since" in public
    assert signed_in("volunteer", 7).get(desk).status_code == 404


def test_a_button_that_arrives_spoilt_does_nothing_and_says_so(round_id, officer, clock):
    applied(round_id, count=20)
    frozen(round_id)
    drawn(round_id)
    call = admissions.calls(round_id)[0]
    now = programme.plan(round_id).draw_at + timedelta(hours=1)
    clock(now)
    seat = admissions.accept(call.id, key="taken", by=SYSTEM, now=now)
    steps = (("no_show", [seat]), ("end_waves", []))
    for what, about in steps:
        name = "office_propose_about" if about else "office_propose"
        address = reverse(f"admissions:{name}", args=[round_id, what, *about])
        for spoilt in (
            {"because": "x"},
            {"because": "x", "key": "rubbish"},
            {"key": uuid4(), "because": " "},
        ):
            assert officer.post(address, spoilt).status_code == 200
    assert not Motion.objects.filter(what__in=["no_show", "end_waves"]).exists()
    assert admissions.seats_of_round(round_id)[0].id == seat and admissions.no_show_of(seat) is None
    assert admissions.waves_ended(round_id) is None


def test_nobody_is_shown_who_would_be_called_next(round_id, officer, second, client, clock):
    """Whoever knew could lean on the ones before: neither the office nor the public learns it from a page or a file."""
    applied(round_id, count=60)
    frozen(round_id)
    drawn(round_id)
    over = admissions.calls(round_id)[0].until + timedelta(minutes=1)
    clock(over)
    silent = [
        allocation.Answer(Application.objects.get(pk=c.application_id).receipt, 1, "lapsed")
        for c in admissions.calls(round_id)
    ]
    due = {o.receipt for o in allocation.next_wave(admissions.replayed(round_id), silent)}
    names = people.names(Application.objects.filter(receipt__in=due).values_list("person_id", flat=True))
    assert due and names
    propose = reverse("admissions:office_propose", args=[round_id, "wave"])
    asked = officer.post(propose, {"key": uuid4()}).url
    calls = reverse("admissions:office_calls")
    number = programme.round_(round_id).number
    public = [reverse(f"admissions:{n}", args=[number]) for n in ("draw_page", "ceremony", "recheck")]
    pages = [
        (second, a) for a in (propose, asked, calls, calls + "?format=csv", reverse("admissions:office_draw"))
    ]
    for who, address in pages + [(client, a) for a in public]:
        shown = who.get(address).content.decode()
        assert not [word for word in (*due, *names.values()) if word in shown], address
