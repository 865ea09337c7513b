"""The audit: events that stay, and verbs that happen once however often they are sent."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from ampera.apps.audit import api as audit
from ampera.apps.audit.models import Claim, Event
from tests.apps.committed import committed, together

NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)
BY = "account:1"

__all__ = ["committed"]


@transaction.atomic
def count(key: str, *, by: str = BY, payload: object = "same", fails: bool = False) -> str:
    """A verb: writes one event, whose number is its answer."""
    with audit.once(key, by=by, payload=payload, at=NOW) as first:
        if first.answer:
            return first.answer
        audit.record("test.counted", about=f"key:{key}", by=by, at=NOW)
        if fails:
            raise LookupError("the verb fails after it has written")
        return first.keep(str(Event.objects.count()))


# ---- once ----


@pytest.mark.django_db
def test_a_double_tap_gets_the_first_answer_and_does_nothing():
    assert count("k") == count("k") == "1"
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_another_key_is_another_time():
    assert (count("a"), count("b")) == ("1", "2")


@pytest.mark.django_db
def test_the_same_key_with_other_answers_is_refused():
    count("k")
    with pytest.raises(audit.KeyReused):
        count("k", payload="other")
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_somebody_elses_key_is_refused_and_does_not_tell_their_answer():
    count("k")
    with pytest.raises(audit.KeyReused):
        count("k", by="account:2")


@pytest.mark.django_db
def test_a_verb_that_failed_can_be_tried_again_with_its_key():
    with pytest.raises(LookupError):
        count("k", fails=True)
    assert Claim.objects.count() == Event.objects.count() == 0
    assert count("k") == "1"


@pytest.mark.django_db
def test_the_order_of_a_payloads_fields_does_not_matter():
    assert count("k", payload={"a": 1, "b": NOW}) == count("k", payload={"b": NOW, "a": 1})


@pytest.mark.django_db
def test_the_answer_is_the_primary_key_of_what_was_kept():
    with transaction.atomic(), audit.once("k", by=BY, payload=1, at=NOW) as first:
        first.keep(Event.objects.create(at=NOW, verb="v", about="a", by=BY))
    assert Claim.objects.get(pk="k").answer == str(Event.objects.get().pk)


def test_a_claim_outside_a_transaction_is_a_fault_of_ours(committed):
    with pytest.raises(RuntimeError), audit.once("k", by=BY, payload=1, at=NOW):
        pass


@pytest.mark.parametrize("winner_fails", [False, True])
def test_the_loser_of_a_double_tap_waits_for_the_winner(committed, winner_fails):
    claimed, started, said = threading.Event(), threading.Event(), {}

    def winner() -> None:
        try:
            with transaction.atomic(), audit.once("k", by=BY, payload="same", at=NOW) as first:
                claimed.set()
                assert started.wait(10)
                time.sleep(0.2)  # the loser is on its way into the database
                said["while the winner works"] = said.get("loser")
                audit.record("test.counted", about="key:k", by=BY, at=NOW)
                first.keep("the winner's")
                if winner_fails:
                    raise LookupError
        except LookupError:
            pass

    def loser() -> None:
        assert claimed.wait(10)
        started.set()
        said["loser"] = count("k")

    together(winner, loser)
    assert said == {"while the winner works": None, "loser": "1" if winner_fails else "the winner's"}
    assert Event.objects.count() == 1


def test_twenty_taps_at_once_are_one(committed):
    answers: list[str] = []
    together(*[lambda: answers.append(count("k"))] * 20)
    assert answers == ["1"] * 20
    assert Event.objects.count() == 1


# ---- events stay ----


def bites(name: str, change) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
def test_an_event_never_changes_and_never_goes():
    audit.record("v", about="a", by=BY, at=NOW, n=1)
    bites("audit_event_rows_never_change", lambda: Event.objects.update(by="somebody else"))
    bites("audit_event_rows_never_change", lambda: run("UPDATE audit_event SET facts = '{}'"))
    bites("audit_event_rows_never_go", lambda: Event.objects.all().delete())
    bites("audit_event_rows_never_go", lambda: run("DELETE FROM audit_event"))
    assert audit.events() == (audit.Recorded(NOW, "v", "a", BY, {"n": 1}),)


@pytest.mark.django_db
def test_an_answer_once_given_never_changes_and_no_key_is_forgotten():
    count("k")
    claim = Claim.objects.filter(pk="k")
    bites("claim_answer_never_changes", lambda: claim.update(answer="another"))
    bites("claim_never_goes", lambda: claim.delete())


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"by": "account:2"}, {"payload": "x"}, {"key": "other"}])
def test_a_claim_without_its_answer_yet_keeps_its_key_its_actor_and_its_payload(change):
    Claim.objects.create(key="k", by=BY, payload="p", at=NOW)
    bites("claim_answer_never_changes", lambda: Claim.objects.filter(pk="k").update(**change))
    Claim.objects.filter(pk="k").update(answer="given")


@pytest.mark.django_db
def test_truncating_is_no_way_round():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE: its DELETE is refused above")
    bites("audit_event_rows_never_go", lambda: run("TRUNCATE audit_event"))
    bites("claim_never_goes", lambda: run("TRUNCATE audit_claim CASCADE"))


# ---- reading ----


@pytest.mark.django_db
def test_events_are_read_newest_first_about_one_thing_or_of_one_verb():
    audit.record_many(
        [("a.done", "x:1", {"n": 1}), ("b.done", "x:1", {}), ("a.done", "x:2", {})], by=BY, at=NOW
    )
    assert [e.verb for e in audit.events(about="x:1")] == ["b.done", "a.done"]
    assert [e.about for e in audit.events(verb="a.done")] == ["x:2", "x:1"]
    assert len(audit.events(limit=1)) == 1


def test_an_actor_is_named_without_the_key_that_would_sign_in_as_them():
    assert audit.account(7) == "account:7"
    assert audit.system("play") == "system:play"
    assert "secret-session" not in audit.session("secret-session")
    assert audit.session("one") != audit.session("two")
