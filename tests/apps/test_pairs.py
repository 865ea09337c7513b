"""Who may be registered twice: found, dismissed for good, proposed by one officer, confirmed by another, one person from then on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ampera.apps.audit import api as audit
from ampera.apps.messaging import api as messaging
from ampera.apps.people import api as people
from ampera.apps.people.models import Identity, Pair, Person, Verdict
from ampera.apps.programme import api as programme
from ampera.site import farewell, reunion

from .admissions_city import BEFORE, BY, NOW, OPENS, key
from .twins import NIK, WHY, A, B, C, found, joined, registered, seen, twice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city():
    return programme.load("palembang", by=BY, now=BEFORE, opens_at=OPENS)


def test_the_same_nik_one_digit_off_and_two_digits_swapped_are_found_with_the_signs_told():
    first = registered()
    same = registered("Dewi Lestari", claim=True)
    off = registered("M. Rizki", NIK[:-1] + "9")
    swapped = registered("Rizky Muhammad", "1671021705900101")
    assert reunion.search(by=BY, now=NOW) == 4
    signs = {(p.earlier, p.later): p.signs for p in people.pairs(state="FOUND")}
    assert signs[first, same] == ("nik_same", "birth", "kelurahan")
    assert signs[first, off] == ("nik_digit", "name_alike", "birth", "kelurahan")
    assert signs[first, swapped] == ("nik_swapped", "name_same", "birth", "kelurahan")
    assert (off, swapped) in signs, "names alike, one birth date, one kelurahan"


def test_whoever_was_displaced_by_the_holder_of_the_ktp_is_out_and_no_pair():
    registered()
    seen(registered("Muhammad Rizky", claim=True))
    people.see(Person.objects.last().pk, how="ktp", nik=NIK, key=key(), by=BY, now=NOW)
    reunion.search(by=BY, now=NOW)
    assert people.pairs() == ()


def test_a_number_stays_in_people_and_of_two_only_the_digits_that_differ_are_shown():
    from ampera.apps.people.pairs import numbers_beside

    one, other = twice()
    pair = found()

    def beside(*persons: int):
        return numbers_beside(*(Identity.objects.select_related("person").get(person=p) for p in persons))

    assert beside(one, other) == ("•" * 13 + "01•", "•" * 13 + "10•")
    kept = " ".join(map(str, Pair.objects.values_list("signs", "facts", "objection")))
    assert NIK not in kept + str(pair) + str(audit.events(limit=50))
    stranger = registered("Dewi Lestari", "1671025705900001")
    assert beside(one, stranger) is None


def test_what_was_dismissed_comes_back_only_when_what_was_compared_has_changed():
    _one, other = twice()
    pair = found()
    people.dismiss_pair(pair.id, because="Kakak dan adik.", key="d", by=A, now=NOW)
    people.dismiss_pair(pair.id, because="Kakak dan adik.", key="d", by=A, now=NOW)
    assert reunion.search(by=BY, now=NOW) == 0 and people.pairs(state="FOUND") == ()
    assert people.pairs_waiting(B) == people.Waiting(0, 0, 0)
    held = people.person(other)
    people.correct(other, name="Moch. Rizki", birth_date=held.birth_date, kelurahan=held.kelurahan, key=key(), by=BY, now=NOW)  # fmt: skip
    assert reunion.search(by=BY, now=NOW) == 1
    assert (
        people.pair(pair.id).state == "FOUND"
        and people.pair(pair.id).verdicts[0].because == "Kakak dan adik."
    )


def test_a_pair_that_is_alike_no_more_fades_and_is_found_again():
    _one, other = twice()
    pair, held = found(), people.person(other)
    for name, state in (("Dewi Lestari", "FADED"), ("Moch. Rizky", "FOUND")):
        people.correct(other, name=name, birth_date=held.birth_date, kelurahan=held.kelurahan, key=key(), by=BY, now=NOW)  # fmt: skip
        reunion.search(by=BY, now=NOW)
        assert people.pair(pair.id).state == state


def test_one_officer_proposes_with_a_reason_and_only_another_confirms():
    twice()
    pair = found()
    for because, refusal in (("  ", people.PairReasonMissing), (f"NIK {NIK}", people.PairReasonTells)):
        with pytest.raises(refusal):
            people.propose_pair(pair.id, because=because, key=key(), by=A, now=NOW)
    people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=NOW)
    assert people.pairs_waiting(A).proposed == 0 and people.pairs_waiting(B).proposed == 1
    with pytest.raises(people.PairSameOfficer):
        reunion.confirm(pair.id, key=key(), by=A, now=NOW)
    with pytest.raises(people.PairJudged):
        people.propose_pair(pair.id, because=WHY, key=key(), by=B, now=NOW)
    reunion.confirm(pair.id, key="yes", by=B, now=NOW)
    reunion.confirm(pair.id, key="yes", by=B, now=NOW)
    done = people.pair(pair.id)
    assert [(v.verb, v.by) for v in done.verdicts] == [("propose", A), ("confirm", B)]
    assert len(audit.events(verb="person.merged")) == 1


def test_the_second_officer_may_refuse_and_the_first_may_take_it_back():
    twice()
    pair = found()
    for officer in (A, B):
        Pair.objects.update(state="FOUND")
        people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=NOW)
        people.refuse_pair(pair.id, because="Ayah dan anak.", key=key(), by=officer, now=NOW)
        assert people.pair(pair.id).state == "DISMISSED"
        with pytest.raises(people.PairJudged):
            reunion.confirm(pair.id, key=key(), by=C, now=NOW)


def test_both_accounts_reach_the_same_person_under_the_earlier_name():
    one, other = twice()
    joined()
    for number in ("+628121111111", "+628122222222"):
        account = people.account_for(number)
        assert [p.id for p in people.persons(account)] == [one]
        assert set(people.registrations(account)) == {one, other}
    later = people.person(other)
    assert (later.id, later.name, later.merged_into) == (other, "Muhammad Rizki", one)
    assert people.names([one, other]) == {one: "Muhammad Rizki", other: "Muhammad Rizki"}
    assert {people.phone(one), people.phone(other)} == {"+628121111111"}
    assert people.same(one) == people.same(other) == (one, other)
    assert [p.id for p in people.find_by_nik("1671021705900101", by=A, now=NOW)] == [one]
    told = {m.to: m.body for m in messaging.latest() if m.kind == "pair"}
    assert set(told) == {"+628121111111", "+628122222222"} and not any(
        "http" in body for body in told.values()
    )


def test_who_was_registered_in_person_gets_the_account_of_the_registration_by_phone():
    one, other = registered(), registered("Moch. Rizky", "1671021705900101", phone="+628122222222")
    joined()
    assert people.phone(one) == "+628122222222" and people.facts([one])[one].has_account
    account = people.account_for("+628122222222")
    assert [p.id for p in people.persons(account)] == [one] and people.same(other) == (one, other)


def test_the_identity_that_was_seen_is_the_one_that_stands():
    one, other = twice()
    seen(other)
    joined()
    assert people.person(one).seen and people.person(one).name == "Moch. Rizky"
    assert people.facts([one])[one].seen and people.facts([other])[other].seen
    people.see(
        one, how="ktp", nik="1671021705900101", key=key(), by=BY, now=NOW
    )  # the number went along, and opens
    with pytest.raises(people.NikDiffers):
        people.see(one, how="ktp", nik=NIK, key=key(), by=BY, now=NOW)


def test_a_third_registration_leads_to_the_first_whatever_the_order_of_joining():
    one, two = twice()
    three = registered("Muhamad Rizki", "1671021705900110", phone="+628123333333")
    reunion.search(by=BY, now=NOW)
    for pair in sorted(people.pairs(state="FOUND"), key=lambda p: -p.earlier):
        if people.pair(pair.id).state == "FOUND" and pair.later != pair.earlier:
            try:
                people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=NOW)
                reunion.confirm(pair.id, key=key(), by=B, now=NOW)
            except people.PairChanged:
                continue
    assert people.same(three) == people.same(one) == (one, two, three)
    assert set(Person.objects.values_list("merged_into", flat=True)) == {None, one}
    reunion.search(by=BY, now=NOW)
    assert people.pairs(state="FOUND") == ()


def test_an_objection_is_answered_by_another_officer_and_parts_them_again():
    one, other = twice()
    seen(other)
    pair = joined()
    citizen = audit.account(people.account_for("+628122222222"))
    with pytest.raises(people.PairNotJoined):
        reunion.answer(pair.id, because="Benar.", part=True, key=key(), by=B, now=NOW)
    people.object_to_pair(pair.id, text="Itu kakak saya.", key="o", by=citizen, now=NOW)
    with pytest.raises(people.PairObjected):
        people.object_to_pair(pair.id, text="Sungguh.", key=key(), by=citizen, now=NOW)
    assert people.pairs_waiting(A).objections == 0 and people.pairs_waiting(B).objections == 1
    with pytest.raises(people.PairSameOfficer):
        reunion.answer(pair.id, because="Benar.", part=True, key=key(), by=A, now=NOW)
    reunion.answer(pair.id, because="Benar: dua orang.", part=True, key="a", by=B, now=NOW)
    reunion.answer(pair.id, because="Benar: dua orang.", part=True, key="a", by=B, now=NOW)
    assert people.person(one).name == "Muhammad Rizki" and people.person(one).seen is None
    assert people.person(other).seen and not people.person(other).displaced
    assert [p.id for p in people.persons(people.account_for("+628122222222"))] == [other]
    assert reunion.search(by=BY, now=NOW) == 0, "nothing that was compared has changed"
    assert people.pair(pair.id).answer == "Benar: dua orang."


def test_an_objection_may_be_answered_with_no():
    one, other = twice()
    pair = joined()
    people.object_to_pair(pair.id, text="Tidak.", key="o", by=BY, now=NOW)
    reunion.answer(pair.id, because="KTP-nya satu.", part=False, key="a", by=C, now=NOW)
    assert people.same(one) == (one, other) and people.pairs_waiting(B).objections == 0


def test_who_is_erased_is_erased_under_every_registration_and_their_words_go():
    one, other = twice()
    pair = joined()
    people.object_to_pair(pair.id, text="Itu kakak saya, Budi.", key="o", by=BY, now=NOW)
    farewell.erase(other, by=BY, now=NOW)
    assert not Identity.objects.exists() and Person.objects.filter(erased_at=None).count() == 0
    assert people.pair(pair.id).objection == "–"
    assert people.names([one, other]) == {one: "–", other: "–"}


def test_an_erased_or_merged_one_can_not_be_joined_any_more():
    one, _other = twice()
    pair = found()
    people.propose_pair(pair.id, because=WHY, key=key(), by=A, now=NOW)
    farewell.erase(one, by=BY, now=NOW)
    with pytest.raises(people.PairChanged):
        reunion.confirm(pair.id, key=key(), by=B, now=NOW)
    assert people.pairs(state="PROPOSED") == () and people.pairs_waiting(B).proposed == 0


def test_the_clock_searches_once_a_day():
    from ampera.site import clockwork

    twice()
    assert "pairs:1" in clockwork.tick(NOW)
    registered("Muhamad Rizki", "1671021705900110")
    assert not [d for d in clockwork.tick(NOW + timedelta(hours=19)) if d.startswith("pairs")]
    assert "pairs:2" in clockwork.tick(NOW + timedelta(hours=21))


# ---- The database has the last word ----


def refused(name: str, change) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def test_a_person_is_merged_into_an_earlier_one_that_stands():
    one, two = twice()
    three = registered("Dewi Lestari", "1671025705900001")

    def into(person: int, other: int | None):
        return lambda: Person.objects.filter(pk=person).update(merged_into=other, merged_at=NOW)

    refused("person_merged_into_an_earlier_one", into(one, two))
    refused("person_merged_into_an_earlier_one", into(one, one))
    refused("person_merged_into_an_earlier_one", into(two, None))
    into(two, one)()
    refused("person_merged_into_one_that_stands", into(three, two))
    Person.objects.filter(pk=three).update(erased_at=NOW)
    refused("person_merged_into_one_that_stands", into(three, one))
    Person.objects.filter(pk=three).update(erased_at=None)
    into(three, one)()
    Person.objects.filter(pk=two).update(merged_into=None, merged_at=None)
    into(three, two)()
    refused("person_merged_into_one_that_stands", into(two, one))


def test_a_pair_names_the_earlier_first_once_of_a_kind_and_is_joined_by_two():
    one, other = twice()
    row = Pair.objects.get(pk=found().id)
    refused("pair_names_the_earlier_first", lambda: Pair.objects.filter(pk=row.pk).update(earlier=other))
    refused("pair_once_of_a_kind|people_pair.kind", lambda: Pair.objects.create(kind="person", earlier_id=one, later_id=other, signs="x", facts="x", found_at=NOW))  # fmt: skip
    alone = {"state": "JOINED", "proposed_by": A, "confirmed_by": A, "confirmed_at": NOW}
    refused("pair_joined_by_two_officers", lambda: Pair.objects.filter(pk=row.pk).update(**alone))
    Pair.objects.filter(pk=row.pk).update(**alone | {"confirmed_by": B})
    own = {"answered_by": A, "answered_at": NOW, "objected_at": NOW}
    refused("pair_objection_not_answered_by_its_proposer", lambda: Pair.objects.filter(pk=row.pk).update(**own))  # fmt: skip
    refused("verdict_says_why", lambda: Verdict.objects.create(pair=row, verb="propose", because="", by=A, at=NOW))  # fmt: skip
