"""The pages of a class: to sit in it, to teach it, to prepare its papers; light, and closed to everybody else."""

from __future__ import annotations

import gzip
import html
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ampera.apps.admissions import api as admissions
from ampera.apps.classes import api as classes
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme
from ampera.site import moved

from .taught_class import FIRST, LOADED, SYSTEM, attended, key, loaded, seated, signed_in

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Jakarta")


@pytest.fixture(scope="module")
def klass(once):
    """A class held by a partner."""
    round_id = loaded()
    found = programme.propose_lock(round_id, key="p", by=FIRST, now=LOADED)
    programme.confirm_lock(round_id, found, key="c", by="account:9009", now=LOADED)
    return next(c for c in programme.classes(round_id) if c.partner)


@pytest.fixture(scope="module")
def persons(klass):
    return seated(klass, 3)


@pytest.fixture(scope="module")
def held(klass):
    return classes.timetable(klass.id, by=SYSTEM, now=LOADED)


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """Set the time that the pages see; it is that of the round's loading until then."""
    settings.SESSION_COOKIE_AGE = 10 * 366 * 86_400

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(LOADED)
    return at


@pytest.fixture
def citizen(persons):
    return signed_in("+6281200000001")


@pytest.fixture
def officer(klass):
    return signed_in("+628110000001", role="officer")


@pytest.fixture
def lecturer(klass):
    return signed_in("+628110000002", role="lecturer", partner=klass.partner)


def text(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def page(name: str, *args: object) -> str:
    return reverse(f"classes:{name}", args=args)


# --- who sits in it ---


def test_a_citizen_types_the_code_and_is_present(citizen, klass, persons, held, clock):
    clock(held[0].starts_at)
    url = page("page", klass.id, persons[0])
    assert "Are you at meeting 1?" in text(citizen.get(url))
    wrong = citizen.post(url, {"code": "12", "key": key()})
    assert "newest one in the room" in text(wrong) and 'value="12"' in wrong.content.decode()
    code = classes.code(held[0].id, now=held[0].starts_at).code
    once = key()
    for _ in range(2):
        assert citizen.post(url, {"code": code, "key": once}).url == url
    assert "You are marked present at meeting 1" in text(citizen.get(url))
    assert classes.counts(klass.id) == {held[0].id: 1}


def test_after_the_meeting_the_code_says_what_to_do(citizen, klass, persons, held, clock):
    clock(held[0].starts_at)
    code = classes.code(held[0].id, now=held[0].starts_at).code
    clock(held[0].ends_at + timedelta(minutes=1))
    sent = citizen.post(page("page", klass.id, persons[0]), {"code": code, "key": key()}, follow=True)
    assert "ask the trainer to mark you present by hand" in text(sent)
    assert "Come to meeting 2" in text(sent)


def test_the_page_says_where_when_and_what_was_there(citizen, klass, persons, held, clock):
    attended(klass, persons, meetings=2)
    classes.grade_many(klass.id, [(persons[0], "kuis", 80)], by=FIRST, now=LOADED)
    clock(held[3].starts_at - timedelta(days=1))
    shown = text(citizen.get(page("page", klass.id, persons[0])))
    assert "Come to meeting 4" in shown and klass.room in shown
    assert f"You were at 2 of {klass.meetings} meetings" in shown and "80" in shown


def test_nobody_sees_the_class_of_another(citizen, klass, persons):
    other = programme.classes(klass.round_id, level="dasar")[5]
    assert citizen.get(page("page", klass.id, persons[1])).status_code == 404
    assert citizen.get(page("page", other.id, persons[0])).status_code == 404
    assert Client().get(page("page", klass.id, persons[0])).url.startswith("/masuk/?next=")


# --- who teaches it ---


def office_pages(klass, held) -> list[str]:
    by_class = ("class", "roster", "print")
    by_kind = [page(name, klass.id, kind) for name in ("bring", "download") for kind in ("nilai", "hadir")]
    return (
        [page(name, klass.id) for name in by_class]
        + by_kind
        + [page(name, held[0].id) for name in ("meeting", "code")]
    )


def test_a_lecturer_works_with_the_partner_s_classes_only(lecturer, klass, held):
    other = next(c for c in programme.classes(klass.round_id, drawn=None) if c.partner != klass.partner)
    theirs = classes.timetable(other.id, by=SYSTEM, now=LOADED)
    for url in office_pages(klass, held):
        assert lecturer.get(url).status_code == 200, url
    for url in office_pages(other, theirs):
        assert lecturer.get(url).status_code == 404, url
    listed = text(lecturer.get(page("work")))
    assert klass.code in listed and other.code not in listed
    for url in (page("make_timetable", klass.id), page("make_timetables")):
        assert lecturer.post(url, {"key": key()}).status_code == 404


def test_citizens_and_other_roles_find_no_office_pages(citizen, klass, held):
    mayor = signed_in("+628110000009", role="mayor")
    for url in [page("work"), *office_pages(klass, held)]:
        assert Client().get(url).url.startswith("/masuk/?next=")
        for client in (citizen, mayor):
            assert client.get(url).status_code == 404


def test_the_code_s_page_asks_again_when_the_code_turns(lecturer, held, clock):
    clock(held[0].starts_at + timedelta(seconds=10))
    shown = lecturer.get(page("code", held[0].id))
    code = classes.code(held[0].id, now=held[0].starts_at).code
    assert f"{code[:3]} {code[3:]}" in text(shown)
    assert (shown["Refresh"], shown["Cache-Control"]) == ("20", "no-store")
    clock(held[0].ends_at + timedelta(seconds=1))
    assert "Refresh" not in lecturer.get(page("code", held[0].id))


def test_who_has_no_phone_is_marked_by_hand(lecturer, klass, persons, held, clock):
    url = page("meeting", held[0].id)
    clock(held[0].starts_at)
    assert "Choose at least one person" in text(lecturer.post(url, {"key": key()}))
    assert lecturer.post(url, {"key": key(), "persons": persons[:2]}).url == url
    assert "2 were marked present" in text(lecturer.get(url))
    again = lecturer.post(url, {"key": key(), "persons": persons[:1]})
    assert "was marked present meanwhile" in text(again)


def test_grades_come_in_after_a_dry_run(lecturer, klass, persons):
    url = page("bring", klass.id, "nilai")
    lines = lecturer.get(page("download", klass.id, "nilai")).content.decode("utf-8-sig").splitlines()
    bad = "\n".join([lines[0], *(line.rsplit(",", 3)[0] + ",x,90,70" for line in lines[1:])])
    shown = lecturer.post(url, {"csv": SimpleUploadedFile("n.csv", bad.encode()), "key": key()})
    assert "Nothing was stored" in text(shown) and "“x” is not a number" in text(shown)
    good = bad.replace(",x,", ",80,")
    shown = lecturer.post(url, {"csv": SimpleUploadedFile("n.csv", good.encode()), "key": key()})
    assert "3 people, 9 entries, no mistake" in text(shown) and classes.grades(klass.id) == {}
    fields = dict(re.findall(r'name="(text|key)" value="([^"]*)"', shown.content.decode()))
    assert lecturer.post(url, fields).url == lecturer.post(url, fields).url == page("roster", klass.id)
    assert "9 entries were stored" in text(lecturer.get(page("roster", klass.id)))
    assert "81" in text(lecturer.get(page("roster", klass.id)))  # .3 × 80 + .4 × 90 + .3 × 70


def test_from_the_roster_an_officer_reaches_the_seat_and_a_lecturer_does_not(
    lecturer, officer, klass, persons, held
):
    roster = page("roster", klass.id)
    seat = reverse("admissions:office_seat", args=[admissions.seats_of_class(klass.id)[0].id])
    assert seat in officer.get(roster).content.decode()
    assert seat not in lecturer.get(roster).content.decode()
    assert officer.get(seat).status_code == 200


@pytest.mark.parametrize("content, says", [(b"\xff\xfe", "not in UTF-8"), (b"", "empty")])
def test_a_file_that_can_not_be_read_is_refused_in_words(lecturer, klass, content, says):
    sent = lecturer.post(
        page("bring", klass.id, "nilai"), {"csv": SimpleUploadedFile("n.csv", content), "key": key()}
    )
    assert says in text(sent)


def test_the_list_to_sign_has_everybody(lecturer, klass, persons, held):
    attended(klass, persons[:1], meetings=1)
    shown = lecturer.get(page("print", klass.id) + "?pertemuan=1")
    assert "Signature" in text(shown) and "3. Siswa 3" in text(shown) and text(shown).count("✓") == 1


def test_an_officer_moves_a_class_and_everybody_is_told_in_one_action(officer, klass, persons, held):
    url = f"/kantor/rencana/kelas/{klass.id}/"
    sent = {
        "room": "Aula Baru", "days": ["minggu"], "starts_at": "09:00", "ends_at": "11:00", "trainer": "", "key": key(),
    }  # fmt: skip
    for _tap in range(2):
        assert officer.post(url, sent).status_code == 302
    assert programme.class_(klass.id).room == "Aula Baru"
    assert all(
        m.starts_at.astimezone(ZONE).weekday() == 6
        for m in classes.meetings(klass.id)
        if m.starts_at > timezone.now()
    )
    assert [m.to for m in messaging.latest() if m.kind == "class_moved"] == [
        "+6281200000003",
        "+6281200000002",
        "+6281200000001",
    ]


def test_another_trainer_is_no_move_and_sends_nothing(officer, klass, persons, held):
    same = {"room": klass.room, "days": klass.days, "starts_at": klass.starts_at, "ends_at": klass.ends_at}
    moved_to = moved.move(klass.id, **same, trainer="Bu Guru", key=key(), by=FIRST, now=LOADED)
    assert moved_to.told == 0 and moved_to.class_.trainer == "Bu Guru"
    assert not [m for m in messaging.latest() if m.kind == "class_moved"]


def test_an_officer_makes_the_timetables_of_all_classes(officer, klass):
    officer.post(page("make_timetables"))
    for one in programme.classes(klass.round_id, drawn=None)[:3]:
        assert len(classes.meetings(one.id)) == one.meetings


# --- budgets ---


def test_every_page_is_light(officer, citizen, klass, persons, held, clock, django_assert_max_num_queries):
    more = seated(klass, 12, start=4)
    attended(klass, persons + more, meetings=6)
    clock(held[6].starts_at)
    pages = [(officer, url) for url in [page("work"), *office_pages(klass, held)]]
    pages += [(officer, page("meeting", held[6].id)), (officer, page("code", held[6].id))]
    for client, url in [*pages, (citizen, page("page", klass.id, persons[0]))]:
        client.get(url)
        with django_assert_max_num_queries(12):
            response = client.get(url)
        assert response.status_code == 200
        assert len(gzip.compress(response.content)) < 12_000, url
        assert people.phone(persons[0]) not in response.content.decode()
