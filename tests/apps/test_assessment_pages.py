"""The pages of a test and an exam: plain forms, one question a page, light, and silent about the key."""

import gzip
import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from ampera.apps.assessment import api as assessment
from ampera.apps.assessment import models
from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

BY = audit.system("test")
NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)


def roster(request, session_id):
    """What site does: the people with a seat, handed to the page."""
    return assessment.roster_page(request, session_id, ROSTER)


ROSTER: list[tuple[int, str]] = []
site = (
    [
        path("saya/", lambda request: HttpResponse("next"), name="next"),
        path("saya/<int:person_id>/lanjut/", lambda request, person_id: HttpResponse("on"), name="onward"),
        path("pengawas/<int:session_id>/", roster, name="roster"),
    ],
    "site",
)
urlpatterns = [
    path("", include("ampera.apps.assessment.urls")),
    path("", include(site)),
    path("i18n/", include("django.conf.urls.i18n")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def without_the_frame(settings):
    """These are this app's pages; the header round them is site's, which stands above it and has tests of its own."""
    frame = "ampera.site.context.house"
    engine = settings.TEMPLATES[0]
    kept = [name for name in engine["OPTIONS"]["context_processors"] if name != frame]
    assert len(kept) < len(engine["OPTIONS"]["context_processors"])
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": kept}}]


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture(scope="module")
def round_id(once):
    made = programme.load("palembang", by=BY, now=NOW)
    assessment.load_bank(by=BY, now=NOW)
    return made


def account(phone: str, role: str = "") -> int:
    if role:
        people.give_role(phone=phone, name=role, label=f"{role} 1", by=BY, now=NOW)
    return people.account_for(phone, verified=True)


def signed_in(account_id: int) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(get_user_model().objects.get(pk=account_id))
    return client


def register(account_id: int | None, n: int, by: str = BY) -> int:
    kelurahan = programme.places(kind="kelurahan")[0].code
    row = people.Registration(
        f"Orang {n}", f"16710101010100{n:02}", date(2001, 1, 1), kelurahan, NOW, account_id
    )
    return people.register_many([row], by=by, now=NOW)[0]


@pytest.fixture
def citizen(round_id):
    """A signed-in citizen with one person under the account: (client, person id)."""
    account_id = account("+6281200000001")
    return signed_in(account_id), register(account_id, 1)


@pytest.fixture
def sitting(citizen, round_id):
    return assessment.start(citizen[1], round_id, "baseline", key=key(), by=BY, now=NOW)


def item_url(sitting, position):
    return reverse("assessment:item", args=[sitting, position])


def post_answer(client, sitting, position, which=0, **more):
    option = assessment.item_at(sitting, position, "en").options[which][0]
    return client.post(item_url(sitting, position), {"option": option, "key": key(), **more})


def answer_all(client, sitting, leave=0):
    for position in range(1, assessment.sitting(sitting).of + 1 - leave):
        post_answer(client, sitting, position)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- the citizen's way ---


def test_a_citizen_goes_from_the_start_to_the_level_and_on(citizen, sitting):
    client, _person = citizen
    page = client.get(reverse("assessment:sitting", args=[sitting]))
    assert "24 questions" in text(page) and "Orang 1" in text(page) and "Begin the test" in text(page)
    assert item_url(sitting, 1) in page.content.decode()
    for position in range(1, 25):
        sent = post_answer(client, sitting, position)
        after = (
            item_url(sitting, position + 1) if position < 24 else reverse("assessment:finish", args=[sitting])
        )
        assert (sent.status_code, sent.url) == (302, after)
    assert "You have answered every question" in text(client.get(after))
    done = client.post(after, {"key": key()})
    assert done.url == reverse("assessment:result", args=[sitting])
    page = client.get(done.url)
    score = assessment.score(sitting)
    assert f"Your level for now: {score.level.capitalize()}" in text(page)
    assert "provisional (sementara)" in text(page) and f"{score.raw} of 24" in text(page)
    assert f"± {score.eap_se:.1f}" in text(page) and reverse("site:next") in page.content.decode()
    assert "%" not in text(page) and "probab" not in text(page)


def test_one_comes_back_on_another_phone_to_the_first_question_without_an_answer(citizen, sitting):
    client, _person = citizen
    post_answer(client, sitting, 1)
    post_answer(client, sitting, 3)
    other = signed_in(account("+6281200000001"))
    page = other.get(reverse("assessment:sitting", args=[sitting]))
    assert "Go on with the test" in text(page) and item_url(sitting, 2) in page.content.decode()
    assert post_answer(other, sitting, 2).url == item_url(sitting, 4)


def test_a_double_tap_and_the_back_button_keep_the_first_answer(citizen, sitting):
    client, _person = citizen
    first, second = (assessment.item_at(sitting, 1, "en").options[n][0] for n in (0, 1))
    same = key()
    for _tap in range(2):
        assert client.post(item_url(sitting, 1), {"option": first, "key": same}).url == item_url(sitting, 2)
    for again in (same, key()):
        changed = client.post(item_url(sitting, 1), {"option": second, "key": again}, follow=True)
        assert changed.redirect_chain == [(item_url(sitting, 1), 302)]
        assert "an answer can&#x27;t be changed" in changed.content.decode()
    assert [r.option_id for r in models.Response.objects.filter(sitting=sitting)] == [first]


def test_looking_back_shows_the_answer_and_offers_no_way_to_change_it(citizen, sitting):
    client, _person = citizen
    post_answer(client, sitting, 1, which=2)
    page = client.get(item_url(sitting, 1))
    chosen = assessment.item_at(sitting, 1, "en").options[2][1]
    assert f"{chosen} Your answer" in text(page).replace("&#x27;", "'").replace("&quot;", '"')
    assert 'name="option"' not in page.content.decode()


def test_a_page_sent_without_a_choice_says_so_and_stores_nothing(citizen, sitting):
    client, _person = citizen
    for typed in ({}, {"option": "0"}, {"option": "x"}):
        sent = client.post(item_url(sitting, 1), {**typed, "key": key()})
        assert sent.status_code == 200 and "Choose one of the answers." in text(sent)
    assert not models.Response.objects.exists()


def test_finishing_with_gaps_takes_a_second_plainly_worded_button(citizen, sitting):
    client, _person = citizen
    url = reverse("assessment:finish", args=[sitting])
    assert "not answered a single question" in text(client.post(url, {"key": key(), "incomplete": "1"}))
    answer_all(client, sitting, leave=2)
    page = client.get(url)
    assert "22 of 24" in text(page) and item_url(sitting, 23) in page.content.decode()
    assert client.post(url, {"key": key()}).status_code == 200
    assert assessment.sitting(sitting).state == "OPEN"
    assert client.post(url, {"key": key(), "incomplete": "1"}).status_code == 302
    assert assessment.score(sitting).items == 24


def test_a_finished_test_leads_every_late_page_to_the_result(citizen, sitting):
    client, _person = citizen
    option = assessment.item_at(sitting, 24, "en").options[0][0]
    answer_all(client, sitting, leave=1)
    assessment.finish(sitting, key=key(), by=BY, now=NOW, incomplete=True)
    result = reverse("assessment:result", args=[sitting])
    for name in ("sitting", "finish"):
        assert client.get(reverse(f"assessment:{name}", args=[sitting])).url == result
    assert client.post(item_url(sitting, 24), {"option": option, "key": key()}).url == result
    assert models.Response.objects.filter(sitting=sitting).count() == 23


def test_the_result_is_not_there_before_the_end(citizen, sitting):
    client, _person = citizen
    assert client.get(reverse("assessment:result", args=[sitting])).url == reverse(
        "assessment:sitting", args=[sitting]
    )


def test_no_page_tells_the_key_or_the_rationale(citizen, sitting):
    client, _person = citizen
    item = models.Item.objects.get(pk=assessment.item_at(sitting, 1, "id").code)
    right, wrong = (item.options.filter(correct=correct)[0] for correct in (True, False))

    def shown(page) -> str:
        """The page without what differs each time: tokens, and which option is marked."""
        body = re.sub(r'value="[\w-]{36,}"', "", page.content.decode())
        return body.replace(" checked", "")

    before = shown(client.get(item_url(sitting, 1)))
    assert re.search(r"correct|rationale|data-key", before) is None
    assert item.rationale_en[:40] not in before and item.rationale_id[:40] not in before
    attributes = set(re.findall(r'<input type="radio"([^>]*)>', before))
    assert len({re.sub(r'value="\d+"|id="[^"]*"', "", one) for one in attributes}) == 1
    # The same question, once answered right and once wrong: the pages differ only in which answer is marked.
    pages = []
    for n, option in enumerate((right, wrong), start=2):
        account_id = account(f"+628120000001{n}")
        other = signed_in(account_id)
        own = assessment.start(
            register(account_id, n),
            assessment.sitting(sitting).round_id,
            "baseline",
            key=key(),
            by=BY,
            now=NOW,
        )
        other.post(item_url(own, 1), {"option": option.pk, "key": key()})
        page = shown(other.get(item_url(own, 1))).replace(str(own), "")
        pages.append(sorted(re.findall(r"\w+", re.sub(r"<li>.*?</li>", "", page))))
    assert pages[0] == pages[1]


def test_the_questions_are_asked_in_the_language_of_the_page(citizen, sitting):
    client, _person = citizen
    item = models.Item.objects.get(pk=assessment.item_at(sitting, 1, "id").code)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "id"
    page = client.get(item_url(sitting, 1)).content.decode()
    assert item.stem_id[:30] in page and "Soal 1 dari 24" in page and 'lang="id"' in page


def test_nobody_else_sees_a_test_but_the_volunteer_who_registered_the_person_does(round_id, citizen, sitting):
    stranger = signed_in(account("+6281200000009"))
    pages = [reverse(f"assessment:{name}", args=[sitting]) for name in ("sitting", "finish", "result")]
    for url in [*pages, item_url(sitting, 1)]:
        assert stranger.get(url).status_code == 404
        assert Client().get(url).url == f"/masuk/?next={url}", "whose session has ended comes back here"
    assert stranger.post(item_url(sitting, 1), {"option": 1, "key": key()}).status_code == 404
    volunteer_id = account("+6281200000008", "volunteer")
    helped = register(None, 8, by=audit.account(volunteer_id))
    theirs = assessment.start(helped, round_id, "baseline", key=key(), by=BY, now=NOW)
    volunteer = signed_in(volunteer_id)
    assert post_answer(volunteer, theirs, 1).url == item_url(theirs, 2)
    assert volunteer.get(item_url(sitting, 1)).status_code == 404


def test_the_sealed_test_says_thanks_and_no_score(citizen, round_id):
    client, person = citizen
    endline = assessment.start(person, round_id, "endline", key=key(), by=BY, now=NOW)
    answer_all(client, endline)
    client.post(reverse("assessment:finish", args=[endline]), {"key": key()})
    page = text(client.get(reverse("assessment:result", args=[endline])))
    assert "Your answers are kept" in page and "of 24" not in page and "±" not in page


# --- exams ---


@pytest.fixture
def klass(round_id):
    return programme.classes(round_id, level="dasar")[0]


@pytest.fixture
def session(klass, citizen):
    """A session two hours from now, on today's list; the citizen and two more are on its roster."""
    now = timezone.now()
    noon = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
    ROSTER[:] = [(citizen[1], "Orang 1"), *((register(None, n), f"Orang {n}") for n in (2, 3))]
    return assessment.open_session(
        klass.id, "exam-dasar-1", noon, "Ruang 1", by=BY, now=noon - timedelta(hours=2)
    )


@pytest.fixture
def invigilator(round_id):
    return signed_in(account("+6281200000003", "invigilator"))


def tokens(client, session) -> list[str]:
    page = client.get(reverse("site:roster", args=[session])).content.decode()
    return re.findall(r'name="row" value="([^"]+)"', page)


def press(client, name, session, **more):
    sent = client.post(reverse(f"assessment:{name}", args=[session]), {"key": key(), **more}, follow=True)
    assert sent.redirect_chain == [(reverse("site:roster", args=[session]), 302)]
    return text(sent)


def test_an_exam_from_presence_to_pass(citizen, session, invigilator, klass):
    client, person = citizen
    door = reverse("assessment:exam", args=[session, person])
    assert klass.code in text(invigilator.get(reverse("assessment:invigilate")))
    assert "Show your KTP" in text(client.get(door))
    refused = client.post(door, {"key": key()}, follow=True)
    assert refused.redirect_chain == [(door, 302)] and "has not marked you present" in text(refused)
    mine, others, *_rest = tokens(invigilator, session)
    assert "baca keras" in press(invigilator, "present", session, row=mine, accommodation="baca keras")
    assert "Wait until the invigilator starts" in text(client.get(door))
    press(invigilator, "begin", session)
    begun = client.post(door, {"key": key()})
    sitting = assessment.exam(klass.id, person).sitting_id
    assert begun.url == reverse("assessment:sitting", args=[sitting])
    for position in range(1, 17):
        right = models.Option.objects.get(
            item=assessment.item_at(sitting, position, "id").code, correct=True
        ).pk
        client.post(item_url(sitting, position), {"option": right, "key": key()})
    assert "16 answers" in text(invigilator.get(reverse("site:roster", args=[session])))
    done = client.post(reverse("assessment:finish", args=[sitting]), {"key": key()}, follow=True)
    assert "You have passed the exam for Dasar" in text(done) and "provisional (sementara)" in text(done)
    assert "seat 4" in press(invigilator, "incident", session, what="Power cut at seat 4")
    assert "Closed" in press(invigilator, "close", session)
    late = press(invigilator, "present", session, row=others)
    assert "This exam is over" in late and "Absent" in late


def test_only_somebody_on_the_roster_of_this_session_can_be_marked_present(
    citizen, session, invigilator, klass
):
    other = assessment.open_session(
        klass.id, "exam-dasar-1", timezone.now() + timedelta(days=1), "Ruang 1", by=BY, now=timezone.now()
    )
    for row in ("", "1", f"{citizen[1]}", tokens(invigilator, other)[0]):
        sent = invigilator.post(reverse("assessment:present", args=[session]), {"key": key(), "row": row})
        assert sent.status_code == 404
    assert not models.Presence.objects.exists()


def test_exam_pages_are_for_those_whose_work_it_is(citizen, session, invigilator):
    client, person = citizen
    today, door = reverse("assessment:invigilate"), reverse("assessment:exam", args=[session, person])
    office = [reverse("assessment:office_exams"), reverse("assessment:office_plan")]
    roster_url = reverse("site:roster", args=[session])
    for url in (today, roster_url, *office):
        assert client.get(url).status_code == 404
    for url in (door, *office):
        assert invigilator.get(url).status_code == 404
    for name in ("present", "begin", "close", "incident"):
        assert client.post(reverse(f"assessment:{name}", args=[session]), {"key": key()}).status_code == 404


def test_an_officer_plans_a_session_and_keeps_what_was_typed_when_refused(round_id, klass):
    officer = signed_in(account("+6281200000004", "officer"))
    url = reverse("assessment:office_plan")
    typed = {
        "klass": klass.id,
        "form": "exam-mahir-1",
        "day": "2099-05-01",
        "time": "09:00",
        "room": "Aula B",
    }
    run(round_id)
    wrong = officer.post(url, {**typed, "key": key()})
    assert wrong.status_code == 200 and "does not examine the level" in text(wrong)
    assert 'value="Aula B"' in wrong.content.decode()
    planned = officer.post(url, {**typed, "form": "exam-dasar-1", "key": key()}, follow=True)
    assert "The exam session is planned" in text(planned) and "Aula B" in text(planned)
    listed = reverse("assessment:office_exams")
    assert "Aula B" in text(officer.get(listed, {"state": "PLANNED"}))
    assert "Aula B" not in text(officer.get(listed, {"state": "CLOSED"}))
    made = assessment.sessions()[0]
    assert timezone.localtime(made.starts_at).hour == 9


def run(round_id):
    """Take the round to where classes are taught."""
    found = programme.propose_lock(round_id, key=key(), by=BY, now=NOW)
    programme.confirm_lock(round_id, found, key=key(), by=audit.system("inspector"), now=NOW)
    for verb in ("open", "close", "freeze", "draw", "teach"):
        programme.move(round_id, verb, by=BY, now=NOW)


# --- budgets ---


def weigh(client, url, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):  # the frame takes two more at most
        page = client.get(url)
    assert page.status_code == 200
    weight = len(gzip.compress(page.content))
    assert weight <= 30 * 1024
    assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=", page.content.decode())


def test_every_page_keeps_to_twelve_queries_and_thirty_kilobytes(
    citizen, sitting, session, invigilator, klass, round_id, django_assert_max_num_queries
):
    client, person = citizen
    run(round_id)
    officer = signed_in(account("+6281200000004", "officer"))
    post_answer(client, sitting, 1)
    ROSTER[:] = [*ROSTER, *((10_000 + n, f"Orang yang panjang namanya {n}") for n in range(40))]
    pages = [
        (client, reverse("assessment:sitting", args=[sitting])),
        (client, item_url(sitting, 1)),
        (client, item_url(sitting, 2)),
        (client, reverse("assessment:finish", args=[sitting])),
        (client, reverse("assessment:exam", args=[session, person])),
        (invigilator, reverse("assessment:invigilate")),
        (invigilator, reverse("site:roster", args=[session])),
        (officer, reverse("assessment:office_exams")),
        (officer, reverse("assessment:office_plan")),
    ]
    for viewer, url in pages:
        weigh(viewer, url, django_assert_max_num_queries)
    option = assessment.item_at(sitting, 2, "id").options[0][0]
    # A POST writes as well: its transaction's own savepoints and the key that makes a double tap harmless.
    with django_assert_max_num_queries(18):
        client.post(item_url(sitting, 2), {"option": option, "key": key()})
    answer_all(client, sitting)
    assessment.finish(sitting, key=key(), by=BY, now=NOW)
    weigh(client, reverse("assessment:result", args=[sitting]), django_assert_max_num_queries)
