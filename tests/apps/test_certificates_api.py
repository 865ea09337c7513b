"""Certificates: earned, issued by two people, checkable by anybody, revocable, and never what they are not."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.assessment.models import Item
from ampera.apps.audit import api as audit
from ampera.apps.certificates import api as certificates
from ampera.apps.certificates import statuses
from ampera.apps.certificates.models import Batch, Credential, Key, StatusEvent, StatusList
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people

from .taught_class import FIRST, LOADED, SECOND, SYSTEM, attended, examined, key, seated, taught

NOW = datetime(2027, 7, 1, 3, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(settings):
    settings.DEMO = False
    settings.ORIGIN = "https://ampera.example.go.id"


def issued(klass, *, now=NOW) -> int:
    certificates.ensure_keys(by=SYSTEM, now=LOADED)
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=now)
    return certificates.confirm_batch(batch, key=key(), by=SECOND, now=now)


def one(person) -> certificates.Certificate:
    (found,) = certificates.of_person(person)
    return found


def approve_items() -> None:
    """A panel has reviewed and calibrated every question."""
    Item.objects.update(review="approved", difficulty_status="calibrated")


def checked(certificate, now=NOW) -> certificates.Verdict:
    return certificates.check(certificate.json.encode(), now=now)


def revoke(certificate, *, now=NOW, **change):
    fields = {"reason": "Ujian digantikan orang lain", "key": key(), "by": FIRST, "now": now} | change
    certificates.revoke(certificate.id, **fields)


# --- who gets one ---


def test_only_those_who_attended_enough_and_passed_get_one():
    klass, persons = taught(2)
    rarely = seated(klass, 1, start=3)
    attended(klass, rarely, meetings=1)
    failed = seated(klass, 1, start=4)
    attended(klass, failed)
    examined(klass, rarely, days=2)
    examined(klass, failed, right=3, days=3)
    why = {c.person_id: c.why for c in certificates.candidates(klass.id)}
    assert why == {persons[0]: "ready", persons[1]: "ready", rarely[0]: "attendance", failed[0]: "exam"}
    assert issued(klass) == 2
    assert certificates.of_person(rarely[0]) == certificates.of_person(failed[0]) == ()
    assert certificates.certified(klass.round_id) == dict.fromkeys(persons, "dasar")


def test_a_class_in_which_nobody_is_ready_can_not_be_proposed():
    klass, _persons = taught(1)
    issued(klass)
    with pytest.raises(certificates.NothingToIssue):
        certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)


def test_issuing_needs_a_second_person_in_the_verb_and_in_the_database():
    klass, persons = taught(1)
    certificates.ensure_keys(by=SYSTEM, now=LOADED)
    batch = certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)
    with pytest.raises(certificates.SamePerson):
        certificates.confirm_batch(batch, key=key(), by=FIRST, now=NOW)
    assert certificates.of_person(persons[0]) == ()
    with pytest.raises(IntegrityError, match="batch_confirmed_by_a_second_person"), transaction.atomic():
        Batch.objects.filter(pk=batch).update(confirmed_by=FIRST, confirmed_at=NOW)


def test_a_class_is_proposed_once_and_confirmed_once():
    klass, persons = taught(2)
    certificates.ensure_keys(by=SYSTEM, now=LOADED)
    batch = certificates.propose_batch(klass.id, key="p", by=FIRST, now=NOW)
    assert certificates.propose_batch(klass.id, key="p", by=FIRST, now=NOW) == batch
    with pytest.raises(certificates.AlreadyProposed):
        certificates.propose_batch(klass.id, key=key(), by=SECOND, now=NOW)
    assert [certificates.confirm_batch(batch, key="c", by=SECOND, now=NOW) for _ in range(2)] == [2, 2]
    with pytest.raises(certificates.AlreadyConfirmed):
        certificates.confirm_batch(batch, key=key(), by=SECOND, now=NOW)
    assert Credential.objects.count() == len(persons) == len(audit.events(verb="certificate.issued"))


def test_the_holder_hears_of_it_without_a_link():
    klass, persons = taught(1)
    issued(klass)
    (message,) = messaging.latest(to=people.phone(persons[0]))
    assert message.kind == "certificate" and "://" not in message.body and "/" not in message.body


def test_who_was_erased_meanwhile_gets_none():
    klass, persons = taught(2)
    people.erase(persons[0], by=SYSTEM, now=NOW)
    assert issued(klass) == 1


# --- what it is ---


def test_it_says_what_was_earned_and_nothing_that_identifies_but_the_name():
    klass, persons = taught(1)
    issued(klass)
    found = one(persons[0])
    shown = certificates.shown(found.json.encode())
    assert shown.values.holder_name == "Siswa 1" and shown.frame.achievement.level == 2
    assert shown.values.id == f"urn:uuid:{found.id}"
    assert f"{klass.hours} jam pelajaran (JP)" in shown.frame.evidence[1].narrative
    assert {o.code.partition(".")[0] for o in shown.frame.achievement.outcomes} == {
        f"LO{n}" for n in range(1, 6)
    }
    for secret in ("1671011705900001", "+62812", people.person(persons[0]).pseudonym):
        assert secret not in found.json


def test_the_quick_way_and_full_canonicalisation_agree(monkeypatch):
    monkeypatch.setattr("ampera.apps.certificates.issuing.RECHECK", 1)
    klass, _persons = taught(2)
    assert issued(klass) == 2


def test_in_a_demo_everything_is_a_sample_and_checks_as_foreign():
    klass, persons = taught(1)
    issued(klass)
    found = one(persons[0])
    assert found.demo and json.loads(found.json)["name"].startswith("CONTOH")
    assert json.loads(found.json)["issuer"]["id"] == certificates.issuer(demo=True)
    verdict = checked(found)
    assert (verdict.verdict, verdict.code) == ("foreign", "sample")
    assert {"signature", "status", "dates"} <= set(verdict.checked)


@pytest.mark.parametrize("simulated, approved", [(True, True), (False, False)])
def test_production_issues_nothing_that_is_simulated_or_rests_on_draft_questions(
    production, simulated, approved
):
    klass, _persons = taught(1, simulated=simulated)
    if approved:
        approve_items()
    certificates.ensure_keys(by=SYSTEM, now=LOADED)
    with pytest.raises(certificates.OnlySamples):
        certificates.propose_batch(klass.id, key=key(), by=FIRST, now=NOW)
    batch = Batch.objects.create(klass_id=klass.id, proposed_by=FIRST, proposed_at=NOW)
    with pytest.raises(certificates.OnlySamples):
        certificates.confirm_batch(batch.pk, key=key(), by=SECOND, now=NOW)


@pytest.fixture
def real(production):
    """A certificate that counts."""
    klass, persons = taught(2, simulated=False)
    approve_items()
    assert issued(klass) == 2
    return one(persons[0])


def test_a_real_certificate_is_valid_as_of_the_date_of_its_status_list(real):
    verdict = checked(real)
    assert (verdict.verdict, verdict.as_of) == ("valid", NOW.replace(microsecond=0))
    assert not real.demo and "CONTOH" not in real.json


def test_it_expires(real):
    assert checked(real, now=NOW + timedelta(days=3 * 366)).verdict == "expired"


def test_one_altered_byte_is_altered(real):
    changed = real.json.replace("Siswa 1", "Siswa 7").encode()
    assert certificates.check(changed, now=NOW).verdict == "altered"


def test_a_file_that_is_no_certificate_is_undetermined():
    assert certificates.check(b"\x89PNG", now=NOW).verdict == "undetermined"


def test_a_demo_key_is_never_in_the_citys_document_and_the_private_one_is_sealed(real):
    row = Key.objects.get()
    assert not row.demo and certificates.did_document(True) is None
    (method,) = certificates.did_document(False)["verificationMethod"]
    assert method["publicKeyMultibase"] == row.multibase and len(bytes(row.sealed)) == 60


def test_after_a_change_of_keys_what_the_old_one_signed_still_stands(real):
    Key.objects.update(retired_at=NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    certificates.ensure_keys(by=SYSTEM, now=later)
    assert Key.objects.count() == 2
    assert checked(real, now=later).verdict == "valid"


# --- revoking ---


def test_a_revoked_one_checks_as_revoked_with_the_date_of_the_list(real):
    later = NOW + timedelta(hours=5)
    revoke(real, now=later)
    verdict = checked(real, now=later + timedelta(minutes=1))
    assert (verdict.verdict, verdict.as_of) == ("revoked", later)
    other = Credential.objects.exclude(pk=real.id).get()
    assert certificates.check(other.json.encode(), now=later).verdict == "valid"
    assert certificates.credential(real.id).revoked and other.person_id in certificates.certified(
        real.round_id
    )
    assert real.person_id not in certificates.certified(real.round_id)


def test_revoking_needs_a_reason_and_happens_once(real):
    with pytest.raises(certificates.NoReason):
        revoke(real, reason="  ")
    revoke(real, key="k")
    revoke(real, key="k")
    with pytest.raises(certificates.AlreadyRevoked):
        revoke(real)
    with pytest.raises(certificates.NoSuchCertificate):
        certificates.revoke(uuid.uuid4(), reason="x", key=key(), by=FIRST, now=NOW)
    assert StatusEvent.objects.count() == 1


def suspend(certificate, verb="suspend", **change):
    fields = {"reason": "Sedang diperiksa", "key": key(), "by": FIRST, "now": NOW} | change
    getattr(certificates, verb)(certificate.id, **fields)


def test_a_suspended_one_checks_as_suspended_until_it_is_reinstated(real):
    first, second = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    suspend(real, now=first)
    verdict = checked(real, now=first)
    assert (verdict.verdict, verdict.as_of) == ("suspended", first)
    assert certificates.credential(real.id).suspended
    assert real.person_id not in certificates.certified(real.round_id)
    suspend(real, "reinstate", now=second)
    assert checked(real, now=second).verdict == "valid"
    assert real.person_id in certificates.certified(real.round_id)
    suspend(real, now=second)
    revoke(real, now=second)
    assert checked(real, now=second).verdict == "revoked"
    assert len(messaging.latest(to=people.phone(real.person_id))) == 5, "the holder hears of each"


def test_suspending_and_reinstating_take_turns_and_need_a_reason(real):
    with pytest.raises(certificates.NotSuspended):
        suspend(real, "reinstate")
    with pytest.raises(certificates.NoReason):
        suspend(real, reason=" ")
    suspend(real, key="s")
    suspend(real, key="s")
    with pytest.raises(certificates.AlreadySuspended):
        suspend(real)
    revoke(real)
    for verb in ("suspend", "reinstate"):
        with pytest.raises(certificates.AlreadyRevoked):
            suspend(real, verb)
    assert StatusEvent.objects.count() == 2


@pytest.mark.parametrize(
    "kinds",
    [("reinstated",), ("suspended", "suspended"), ("suspended", "reinstated", "reinstated"), ("revoked", "suspended"), ("revoked", "reinstated")],
)  # fmt: skip
def test_the_database_knows_whose_turn_it_is(real, kinds):
    *before, last = (
        StatusEvent(credential_id=real.id, kind=kind, reason="x", by=FIRST, at=NOW) for kind in kinds
    )
    for event in before:
        event.save()
    with pytest.raises(IntegrityError, match="status_events_take_turns"), transaction.atomic():
        last.save()


def test_a_list_of_suspensions_always_stands_beside_one_of_revocations(real):
    for row in (
        StatusList(demo=True, purpose="suspension"),
        StatusList(demo=True, beside=StatusList.objects.first()),
    ):
        with (
            pytest.raises(IntegrityError, match="status_list_of_suspensions_stands_beside_revocations"),
            transaction.atomic(),
        ):
            row.save()


def test_a_status_list_keeps_its_date_for_a_day_and_is_then_signed_anew(real):
    pk = StatusList.objects.get(beside=None).pk
    beside = json.loads(certificates.status_list(pk, suspensions=True, now=NOW))
    assert beside["id"] == f"https://ampera.example.go.id/status/{pk}/suspensions"
    assert beside["credentialSubject"]["statusPurpose"] == "suspension"
    first = certificates.status_list(pk, now=NOW)
    assert certificates.status_list(pk, now=NOW + timedelta(hours=23)) == first
    renewed = certificates.status_list(pk, now=NOW + timedelta(hours=24))
    assert json.loads(renewed)["validFrom"] == "2027-07-02T03:00:00Z"
    assert json.loads(renewed)["id"] == f"https://ampera.example.go.id/status/{pk}"


# --- the database's own word ---


def test_a_status_index_is_never_used_twice(real):
    row = Credential.objects.get(pk=real.id)
    other = Credential.objects.exclude(pk=real.id).get()
    with pytest.raises(IntegrityError, match=r"status_index_never_reused|certificates_credential\.status_list_id, certificates_credential\.status_index"), transaction.atomic():  # fmt: skip
        Credential.objects.bulk_create([_copy(other, sitting=None, index=row.status_index)])


def _copy(row, *, sitting, index):
    return Credential(
        round_id=row.round_id, person_id=row.person_id, klass_id=row.klass_id, sitting_id=sitting or uuid.uuid4(), batch_id=row.batch_id,
        key_id=row.key_id, level=row.level, demo=False, json="{}", status_list_id=row.status_list_id, status_index=index,
        issued_at=NOW, valid_until=NOW,
    )  # fmt: skip


def test_a_sitting_earns_one_certificate(real):
    row = Credential.objects.get(pk=real.id)
    with pytest.raises(IntegrityError, match=r"credential_one_per_sitting_and_edition|certificates_credential\.sitting_id"), transaction.atomic():  # fmt: skip
        Credential.objects.bulk_create(
            [_copy(row, sitting=row.sitting_id, index=(row.status_index + 1) % 131_072)]
        )


def test_what_was_issued_is_never_changed_or_deleted(real):
    revoke(real)
    for change in (
        lambda: Credential.objects.update(level="ahli"),
        lambda: Credential.objects.all()._raw_delete("default"),
        lambda: StatusEvent.objects.update(reason="x"),
        lambda: StatusEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match=r"rows_never_(change|go)"), transaction.atomic():
            change()


def test_only_one_key_signs_for_an_issuer(real):
    with pytest.raises(IntegrityError, match=r"key_one_current_per_issuer|certificates_key\.demo"), transaction.atomic():  # fmt: skip
        Key.objects.create(multibase="z6MkOther", sealed=b"", demo=False, made_at=NOW)


def test_a_batch_draws_its_places_without_repeats_and_a_full_list_is_followed_by_another(monkeypatch):
    row, places = statuses.reserve(60_000, demo=True)
    assert len(set(places)) == 60_000 and max(places) < row.length
    assert places != sorted(places)
    monkeypatch.setattr(statuses, "_used", lambda _row: set(range(60_000)))
    second, fresh = statuses.reserve(6_000, demo=True)
    assert second.pk != row.pk and len(set(fresh)) == 6_000
    third, few = statuses.reserve(100, demo=True)
    assert third.pk == second.pk and min(few) >= 60_000


def test_a_link_to_another_site_is_refused_and_never_opened(real):
    assert certificates.by_link(f"https://ampera.example.go.id/sertifikat/{real.id}/") == real.json.encode()
    assert certificates.by_link(str(real.id).upper()) == real.json.encode()
    with pytest.raises(certificates.LinkElsewhere):
        certificates.by_link(f"https://evil.example/sertifikat/{real.id}/")
    for nothing in (str(uuid.uuid4()), "x"):
        with pytest.raises(certificates.NoSuchCertificate):
            certificates.by_link(nothing)
