"""Errors proved after the draw: two officers put a fact right, and the same rule adds seats; nobody loses one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.admissions import api as admissions
from ampera.apps.admissions import corrections
from ampera.apps.admissions.models import Application, Call, Correction, Fill, Outcome, Seat
from ampera.apps.admissions.seats import release
from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.programme import api as programme

from .drawn_round import FIRST, SECOND, SYSTEM, applied, drawn, frozen, opened_round, waved

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def town(once):
    """A drawn round of 170 people for scarce seats; the last one was never seen and so is not in the list."""
    round_id = opened_round()
    ids = applied(round_id, count=170)
    frozen(round_id)
    drawn(round_id)
    return round_id, ids


def later(round_id: int):
    return programme.plan(round_id).draw_at + timedelta(hours=2)


def propose(application_id: int, groups, round_id: int, because: str = "Dokumen sah ditolak keliru.") -> int:
    return admissions.propose_correction(
        application_id, groups=groups, because=because, key=str(uuid4()), by=FIRST, now=later(round_id)
    )


def confirm(correction_id: int, round_id: int, by: str = SECOND, key: str = "") -> int:
    return admissions.confirm_correction(correction_id, key=key or str(uuid4()), by=by, now=later(round_id))


def helped(round_id: int) -> tuple[int, tuple[str, ...]]:
    """A proposal that would add at least one seat, among people who stood without a group; and its receipts."""
    for row in Outcome.objects.filter(klass=None).order_by("ticket"):
        if "umkm" in admissions.drawn_with(row.application_id):
            continue
        found = propose(row.application_id, ["umkm"], round_id)
        if gains := admissions.would_add(found):
            return found, tuple(a.receipt for a in gains)
        Correction.objects.filter(confirmed_at=None).delete()
    raise AssertionError("in this town nobody is helped by a reserve")


def record(round_id: int):
    """All that the draw has recorded."""
    return (
        admissions.bundle(round_id),
        list(Outcome.objects.order_by("pk").values()),
        list(Call.objects.order_by("pk").values()),
    )


def test_a_group_wrongly_refused_adds_the_seat_it_would_have_given_and_nobody_loses_theirs(town):
    round_id, _ids = town
    before, seats = record(round_id), {f.pk: f.seats for f in Fill.objects.all()}
    found, receipts = helped(round_id)
    about = admissions.correction(found)
    assert about.receipt in receipts
    assert confirm(found, round_id) == len(receipts)
    added = list(Seat.objects.filter(source="added"))
    assert {s.correction_id for s in added} == {found} and len(added) == len(receipts)
    assert admissions.seat_of(added[0].person_id, round_id).source == "added"
    grown = {f.pk: f.seats - seats[f.pk] for f in Fill.objects.all() if f.seats != seats[f.pk]}
    assert sum(grown.values()) == len(added) and set(grown) == {s.block_id for s in added}
    assert record(round_id) == before, "the draw's record stays"
    told = messaging.latest(to=people.phone(added[0].person_id), limit=1)[0]
    assert "ditambahkan" in told.body or "is added" in told.body
    assert sum(d.seats for d in admissions.delivered(round_id)) == len(added)
    assert all(d.audience for d in admissions.delivered(round_id))


def test_who_was_left_out_has_the_ticket_that_their_receipt_always_had(town):
    """Put into the list as anybody, the newcomer gets a seat exactly if an insider with that ticket would have."""
    round_id, ids = town
    newcomer = Application.objects.get(pk=ids[-1])
    assert admissions.drawn_with(newcomer.pk) is None
    with pytest.raises(admissions.IdentityNotSeen):
        propose(newcomer.pk, [], round_id)
    people.see(newcomer.person_id, how="ktp", guardian_seen=False, key="s", by=FIRST, now=later(round_id))
    found = propose(newcomer.pk, [], round_id, "KTP sudah dilihat sebelum pembekuan.")
    gains = {a.receipt for a in admissions.would_add(found)}
    from ampera.cores.allocation.problem import Applicant
    from ampera.cores.allocation.tickets import ticket_key, tickets

    outcome = admissions.replayed(round_id)
    key = ticket_key(outcome.problem, outcome.beacon)
    mine = tickets(key, [Applicant(newcomer.receipt, (), (), "")])[0].hex()
    like = [
        o
        for o in Outcome.objects.filter(ticket__gt=mine).select_related("application")
        if not admissions.drawn_with(o.application_id) and not o.application.household
    ]
    ranking = [c.klass_id for c in newcomer.choices.all()]
    if any(o.klass_id in ranking for o in like):  # somebody of the open blocks with a worse ticket is in
        assert newcomer.receipt in gains
    assert gains <= {newcomer.receipt}, "a newcomer takes room from others and gives none"
    assert confirm(found, round_id) == len(gains)


def test_who_was_left_out_shares_the_ticket_of_the_household_in_the_list(town):
    round_id, ids = town
    mate, newcomer = (Application.objects.get(pk=pk) for pk in (ids[0], ids[-1]))
    Application.objects.filter(pk=newcomer.pk).update(household=mate.household)
    listed = {a.receipt: a for a in admissions.replayed(round_id).problem.applicants}
    code = corrections._household(Application.objects.get(pk=newcomer.pk), listed, "scope")
    assert code == listed[mate.receipt].household != ""
    Application.objects.filter(pk=newcomer.pk).update(household="f" * 16)
    alone = corrections._household(Application.objects.get(pk=newcomer.pk), listed, "scope")
    assert alone and alone not in {a.household for a in listed.values()}


def test_a_false_group_put_right_helps_whom_it_had_kept_out_and_takes_nothing_away(town):
    round_id, _ids = town
    for row in Outcome.objects.exclude(klass=None).order_by("-ticket"):
        if "umkm" not in admissions.drawn_with(row.application_id):
            continue
        found = propose(row.application_id, [], round_id, "Dokumen ternyata palsu.")
        if gains := admissions.would_add(found):
            break
        Correction.objects.filter(confirmed_at=None).delete()
    assert row.application.receipt not in {a.receipt for a in gains}
    assert confirm(found, round_id) == len(gains)
    assert Call.objects.get(application=row.application_id).state == "OFFERED"


def test_two_officers_a_reason_and_the_round_s_time_are_needed(town):
    round_id, ids = town
    with pytest.raises(admissions.NothingToCorrect):
        propose(ids[10], admissions.drawn_with(ids[10]), round_id)
    from ampera.apps.admissions.office_refusals import NotTheTime, ReasonMissing
    from ampera.apps.admissions.refusals import UnknownGroup

    with pytest.raises(ReasonMissing):
        propose(ids[10], ["umkm"], round_id, "  ")
    with pytest.raises(UnknownGroup):
        propose(ids[10], ["bangsawan"], round_id)
    found, receipts = helped(round_id)
    with pytest.raises(admissions.CorrectionSamePerson):
        confirm(found, round_id, by=FIRST)
    assert not Seat.objects.exists()
    assert confirm(found, round_id, key="k") == confirm(found, round_id, key="k") == len(receipts)
    with pytest.raises(admissions.CorrectionConfirmed):
        confirm(found, round_id)
    verbs = [e.verb for e in audit.events(about=f"round:{round_id}") if e.verb.startswith("correction")]
    assert verbs[0] == "correction.confirmed" and "correction.proposed" in verbs
    for verb in ("teach", "endline"):
        programme.move(round_id, verb, by=SYSTEM, now=later(round_id))
    with pytest.raises(NotTheTime):
        propose(ids[10], ["umkm"], round_id)


def test_corrections_add_up_and_nobody_gets_two_seats(town):
    round_id, _ids = town
    first, receipts = helped(round_id)
    confirm(first, round_id)
    second, more = helped(round_id)
    assert not set(receipts) & set(more)
    confirm(second, round_id)
    held = list(Seat.objects.values_list("person_id", flat=True))
    assert len(held) == len(set(held)) == len(receipts) + len(more)


def test_an_added_seat_given_back_takes_its_room_along_and_waves_pass_its_holder_over(town):
    round_id, _ids = town
    found, _receipts = helped(round_id)
    confirm(found, round_id)
    seat = Seat.objects.first()
    before = Fill.objects.get(pk=seat.block_id)
    over = Call.objects.latest("until").until + timedelta(minutes=1)
    insider = Outcome.objects.filter(application__person=seat.person_id, inside=True).exists()
    while waved(round_id, over):
        mine = Call.objects.filter(application__person=seat.person_id).values_list("state", flat=True)
        assert set(mine) <= {"DECLINED"}, "who holds an added seat is called only for the replay's sake"
        over = Call.objects.latest("until").until + timedelta(minutes=1)
    assert insider == Call.objects.filter(application__person=seat.person_id).exists()
    release(seat.pk, because="pindah", key="r", by=FIRST, now=over)
    after = Fill.objects.get(pk=seat.block_id)
    assert (after.seats, after.taken) == (before.seats - 1, before.taken - 1)


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_the_database_knows_the_rules_too(town):
    round_id, ids = town
    found, _receipts = helped(round_id)
    row = Correction.objects.get(pk=found)
    gain = admissions.would_add(found)[0]
    seat = {
        "round_id": round_id, "person_id": gain.person_id, "klass_id": gain.class_id, "block_id": gain.block_id,
        "source": "added", "taken_at": later(round_id),
    }  # fmt: skip
    with refused("added_seat_needs_a_confirmed_correction"), transaction.atomic():
        Seat.objects.create(**seat, correction=row)
    with refused("correction_confirmed_by_a_second_person"), transaction.atomic():
        Correction.objects.filter(pk=found).update(confirmed_at=row.at, confirmed_by=row.by, added=0)
    with refused("correction_says_why"), transaction.atomic():
        Correction.objects.filter(pk=found).update(because="")
    again = {
        "round_id": round_id,
        "application_id": row.application_id,
        "because": "x",
        "by": FIRST,
        "at": row.at,
    }
    with (
        refused("correction_one_open_per_application|admissions_correction.application_id"),
        transaction.atomic(),
    ):
        Correction.objects.create(**again)
    confirm(found, round_id)
    with refused("confirmed_correction_never_changes"), transaction.atomic():
        Correction.objects.filter(pk=found).update(added=9)
    with refused("confirmed_correction_never_goes"), transaction.atomic():
        Correction.objects.filter(pk=found)._raw_delete("default")
    with refused("seat_stays_what_it_was_given_for"), transaction.atomic():
        Seat.objects.update(source="live")
    other = programme.load("palembang", by=SYSTEM, now=later(round_id), simulated=True, scale_seats=50)
    if other != round_id:
        with refused("correction_only_after_the_draw"), transaction.atomic():
            Correction.objects.create(**again | {"round_id": other, "application_id": ids[3]})
