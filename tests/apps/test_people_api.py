"""People: registered once, seen once, the holder of the KTP wins, and the NIK stays inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.serializers import serialize
from django.db import IntegrityError, transaction
from django.http import Http404

from ampera.apps.audit import api as audit
from ampera.apps.people import api as people
from ampera.apps.people.models import Account, Consent, Draft, Identity, Person
from ampera.apps.people.vault import unseal

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ADULT = date(1990, 5, 17)
NIK = "1671015705900001"  # a woman born on 17 May 1990
OTHER_NIK = "1671021705900002"
SYSTEM = audit.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city():
    place = apps.get_model("programme", "Place").objects.create
    place(code="16.71", kind="city", name="Kota Palembang")
    place(code="16.71.01", kind="kecamatan", name="Ilir Barat II", parent_id="16.71")
    place(code="16.71.01.1001", kind="kelurahan", name="35 Ilir", parent_id="16.71.01")
    place(code="16.71.01.1002", kind="kelurahan", name="32 Ilir", parent_id="16.71.01")


def account(phone="+6281200000001") -> int:
    return people.account_for(phone, verified=True)


def registered(account_id=None, *, key="a", **change) -> int:
    fields = {
        "name": "Siti Aminah",
        "nik": NIK,
        "birth_date": ADULT,
        "kelurahan": "16.71.01.1001",
        "notice_at": NOW - timedelta(minutes=1),
        "by": audit.account(account_id) if account_id else SYSTEM,
        "now": NOW,
    }
    return people.register(account_id=account_id, key=key, **(fields | change))


def see(person_id, *, key="see", how="ktp", **change):
    people.see(person_id, how=how, key=key, by=SYSTEM, now=NOW, **change)


def test_a_double_tap_registers_one_person():
    me = account()
    assert registered(me, key="tap") == registered(me, key="tap")
    assert Person.objects.count() == Identity.objects.count() == 1


def test_the_same_key_with_other_answers_is_refused():
    me = account()
    registered(me, key="tap")
    with pytest.raises(audit.KeyReused):
        registered(me, key="tap", name="Sri Rahayu")


def test_a_name_of_one_word_is_enough_and_its_spaces_are_tidied():
    assert people.person(registered(name="  Slamet ")).name == "Slamet"


def test_a_nik_that_is_taken_is_refused_with_a_way_out():
    registered(account())
    with pytest.raises(people.NikTaken) as no:
        registered(account("+6281200000002"), key="b")
    assert "kelurahan" in no.value.mend
    assert Person.objects.count() == 1


def test_the_same_account_is_told_that_the_nik_is_its_own():
    registered(account())
    with pytest.raises(people.NikAlreadyYours):
        registered(account(), key="b", name="Siti")


def test_of_two_accounts_with_one_nik_the_one_whose_ktp_is_seen_wins():
    squatter = registered(account())
    holder = registered(account("+6281200000002"), key="b", claim=True, name="Siti Aminah binti Ali")
    assert not people.person(squatter).displaced, "nobody loses anything before a card is seen"
    see(holder, nik=NIK)
    assert people.person(holder).seen.how == "ktp"
    assert people.person(squatter).displaced
    assert people.by_niks([NIK]) == {NIK: holder}


def test_who_was_seen_is_displaced_only_by_an_officer_who_compared_both():
    first = registered(account())
    see(first, key="1")
    second = people.claim_nik(
        account_id=account("+6281200000002"), name="Sri", nik=NIK, birth_date=ADULT, kelurahan="16.71.01.1001",
        notice_at=NOW, key="b", by=SYSTEM, now=NOW,
    )  # fmt: skip
    with pytest.raises(people.NikHeld):
        see(second, key="2")
    see(second, key="3", overrule=True)
    assert people.person(first).displaced and people.person(second).seen


def test_the_database_itself_allows_one_seen_holder_of_a_nik():
    first = registered()
    second = registered(key="b", claim=True)
    see(first)
    with pytest.raises(IntegrityError, match=r"nik_one_verified_holder|people_identity\.nik_lookup"):
        Identity.objects.filter(person_id=second).update(
            seen_at=NOW, seen_on=NOW.date(), seen_how="ktp", seen_by="x", displaced_at=None
        )


def test_a_mismatch_of_nik_and_birth_date_only_marks_it_doubtful():
    assert not people.person(registered()).doubtful
    assert people.person(registered(key="b", nik=OTHER_NIK, birth_date=date(1991, 5, 17))).doubtful


def test_the_district_of_the_nik_refuses_nobody():
    assert people.person(registered(nik="3201015705900001")).kelurahan == "16.71.01.1001"


@pytest.mark.parametrize(
    "nik, refusal",
    [
        ("167101570590000", people.NikShape),
        ("16710157059000012", people.NikShape),
        ("16710157o5900001", people.NikShape),
        ("1671015705900000", people.NikShape),
        ("9971015705900001", people.NikDistrict),
        ("1600015705900001", people.NikDistrict),
        ("1671003105900001", people.NikDistrict),
        ("1671017205900001", people.NikDate),
        ("1671013202900001", people.NikDate),
        ("1671013013900001", people.NikDate),
        ("1671013002900001", people.NikDate),
        ("1671014005900001", people.NikDate),
    ],
)
def test_a_nik_that_cannot_exist_is_refused(nik, refusal):
    with pytest.raises(refusal):
        registered(nik=nik)


def test_a_woman_s_day_is_forty_more_and_spaces_do_not_matter():
    registered(nik="1671 01 57-05-90 0001")
    assert Identity.objects.get().sex_in_nik == "P"


def test_the_least_age_counts_from_the_birthday_in_palembang():
    eve = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)  # one minute to midnight there
    child = {"birth_date": date(2011, 11, 24), "guardian_name": "Ali", "guardian_relation": "ayah"}
    with pytest.raises(people.TooYoung):
        registered(now=eve, notice_at=eve, **child)
    registered(now=eve + timedelta(minutes=1), notice_at=eve, **child)


@pytest.mark.parametrize("born", [date(1890, 1, 1), date(2027, 1, 1)])
def test_a_birth_date_that_cannot_be_is_refused(born):
    with pytest.raises(people.BirthDateImpossible):
        registered(birth_date=born)


def test_a_minor_names_a_guardian_who_must_then_be_seen():
    minor = {"birth_date": date(2010, 1, 1), "nik": "1671010101100001"}
    with pytest.raises(people.GuardianNeeded):
        registered(**minor)
    child = registered(guardian_name="Ali", guardian_relation="ayah", **minor)
    with pytest.raises(people.GuardianNotSeen):
        see(child, how="school")
    with pytest.raises(people.GuardianNotSeen):
        people.see_many([(child, "school", False)], by=SYSTEM, now=NOW)
    see(child, how="school", guardian_seen=True)
    assert people.person(child).seen.guardian


def test_the_database_itself_wants_a_minor_s_guardian_seen():
    child = registered(birth_date=date(2010, 1, 1), guardian_name="Ali")
    with pytest.raises(IntegrityError, match="minor_has_a_guardian_seen"):
        Identity.objects.filter(person_id=child).update(
            seen_at=NOW, seen_on=NOW.date(), seen_how="ktp", seen_by="x"
        )


def test_the_database_itself_wants_to_know_how_a_card_was_seen_and_by_whom():
    person = registered()
    with pytest.raises(IntegrityError, match="identity_seen_says_how_and_by_whom"):
        Identity.objects.filter(person_id=person).update(seen_at=NOW)


def test_no_data_before_the_notice():
    with pytest.raises(IntegrityError, match="notice_before_data"):
        registered(notice_at=NOW + timedelta(seconds=1))


def test_no_person_without_the_notice_s_version():
    with pytest.raises(IntegrityError, match="notice_before_data"):
        Person.objects.create(notice_version="", notice_at=NOW, created_at=NOW, registered_by="x")


def test_a_place_outside_the_city_s_list_is_refused():
    for code in ("16.71.01", "99.99.99.9999", ""):
        with pytest.raises(people.UnknownPlace):
            registered(kelurahan=code)


def test_a_card_with_another_nik_is_refused():
    person = registered()
    with pytest.raises(people.NikDiffers):
        see(person, nik=OTHER_NIK)
    assert people.person(person).seen is None


def test_correcting_the_identity_asks_for_the_card_again_but_moving_house_does_not():
    person = registered()
    see(person)
    same = {"name": "Siti Aminah", "birth_date": ADULT, "by": SYSTEM, "now": NOW}
    people.correct(person, kelurahan="16.71.01.1002", key="move", **same)
    assert people.person(person).seen and people.person(person).kelurahan == "16.71.01.1002"
    people.correct(person, kelurahan="16.71.01.1002", key="nik", nik=OTHER_NIK, **same)
    assert people.person(person).seen is None
    assert people.find_by_nik(NIK, by=SYSTEM, now=NOW) == ()
    assert [p.id for p in people.find_by_nik(OTHER_NIK, by=SYSTEM, now=NOW)] == [person]


def test_correcting_to_a_nik_of_somebody_else_has_the_same_way_out():
    registered()
    mistyped = registered(key="b", nik=OTHER_NIK)
    fields = {
        "name": "Sri",
        "birth_date": ADULT,
        "kelurahan": "16.71.01.1001",
        "nik": NIK,
        "by": SYSTEM,
        "now": NOW,
    }
    with pytest.raises(people.NikTaken):
        people.correct(mistyped, key="c", **fields)
    assert people.claim_nik(mistyped, key="d", **fields) == mistyped
    assert len(people.find_by_nik(NIK, by=SYSTEM, now=NOW)) == 2


def test_the_nik_is_kept_encrypted_for_its_own_row_only():
    registered()
    registered(key="b", nik=OTHER_NIK)
    first, second = Identity.objects.select_related("person").order_by("pk")
    assert unseal(first.nik_cipher, row=str(first.person.pseudonym)) == NIK
    from cryptography.exceptions import InvalidTag

    with pytest.raises(InvalidTag):
        unseal(first.nik_cipher, row=str(second.person.pseudonym))


def test_the_nik_is_in_no_row_of_any_table():
    person = registered(account())
    see(person, nik=NIK)
    people.find_by_nik(NIK, by=SYSTEM, now=NOW)
    people.correct(person, name="Siti", nik=OTHER_NIK, birth_date=ADULT, kelurahan="16.71.01.1001", key="c", by=SYSTEM, now=NOW)  # fmt: skip
    everything = "".join(serialize("json", model.objects.all()) for model in apps.get_models())
    assert "Siti" in everything and "person.corrected" in everything
    for secret in (NIK, OTHER_NIK):
        assert secret not in everything
        assert secret.encode() not in b"".join(bytes(i.nik_cipher) for i in Identity.objects.all())


def test_erasing_a_person_leaves_rows_and_pseudonym_but_nobody_behind_them():
    me = account()
    person = registered(me)
    pseudonym = people.person(person).pseudonym
    people.consent(person, purpose="research", given=True, key="c", by=SYSTEM, now=NOW)
    people.erase(person, by=SYSTEM, now=NOW)
    people.erase(person, by=SYSTEM, now=NOW)
    with pytest.raises(people.Erased):
        people.person(person)
    row = Person.objects.get(pk=person)
    assert (str(row.pseudonym), row.account_id, row.erased_at) == (pseudonym, None, NOW)
    assert audit.account(me) != row.registered_by
    assert people.names([person]) == {person: "–"}
    assert people.facts([person])[person] == people.PersonFacts(False, False, "", None, False)
    assert not Account.objects.filter(phone="+6281200000001").exists(), "an account of nobody keeps no number"
    assert Consent.objects.count() == 1
    registered(account(), key="again")


def test_a_household_s_account_stays_when_one_of_its_persons_goes():
    me = account()
    first, second = registered(me), registered(me, key="b", nik=OTHER_NIK, name="Budi")
    people.erase(first, by=SYSTEM, now=NOW)
    assert [p.id for p in people.persons(me)] == [second]
    assert people.phone(second) == "+6281200000001"
    assert people.phone(first) == ""


def test_the_newest_word_on_consent_counts_and_no_word_is_changed():
    one, two = registered(), registered(key="b", nik=OTHER_NIK)
    for key, given in (("1", True), ("2", False), ("2", False)):
        people.consent(one, purpose="research", given=given, key=key, by=SYSTEM, now=NOW)
    people.consent(two, purpose="research", given=True, key="3", by=SYSTEM, now=NOW)
    assert people.consents([one, two], "research") == {two}
    assert people.consented(two) == {"research"}
    assert Consent.objects.count() == 3
    with pytest.raises(IntegrityError, match="people_consent_rows_never_change"), transaction.atomic():
        Consent.objects.update(given=True)
    with pytest.raises(IntegrityError, match="people_consent_rows_never_go"), transaction.atomic():
        Consent.objects.all().delete()


def test_a_pin_opens_only_its_person_and_closes_after_ten_wrong_tries():
    one, two = registered(pin="123456"), registered(key="b", nik=OTHER_NIK, pin="654321")
    assert people.check_pin(one, "123456") and not people.check_pin(two, "123456")
    assert Person.objects.get(pk=one).pin_hash not in ("123456", Person.objects.get(pk=two).pin_hash)
    for _ in range(9):
        assert not people.check_pin(one, "000000")
    assert people.check_pin(one, "123456"), "nine wrong tries close nothing and are forgiven"
    for _ in range(10):
        assert not people.check_pin(one, "000000")
    assert not people.check_pin(one, "123456")
    assert not people.check_pin(registered(key="c", nik="1671011705900003"), "")


def test_roles_open_pages_and_close_them_again():
    give = {"phone": "+6281100000001", "by": SYSTEM, "now": NOW}
    role = people.give_role(name="officer", label="Petugas 1, Dinas Kominfo", **give)
    assert people.give_role(name="officer", label="Petugas 1, Dinas Kominfo", **give) == role
    officer = Account.objects.get(phone="+6281100000001")
    assert people.require(officer, "mayor", "officer").label == "Petugas 1, Dinas Kominfo"
    assert people.label(audit.account(officer.pk)) == "Petugas 1, Dinas Kominfo"
    with pytest.raises(Http404):
        people.require(officer, "inspector")
    with pytest.raises(Http404):
        people.require(AnonymousUser(), "officer")
    with pytest.raises(people.OwnRole):
        people.end_role(role, by=audit.account(officer.pk), now=NOW)
    people.end_role(role, by=SYSTEM, now=NOW)
    assert people.roles(Account.objects.get(pk=officer.pk)) == frozenset()


def test_who_proposes_cannot_also_confirm():
    give = {"phone": "+6281100000001", "by": SYSTEM, "now": NOW, "label": "x"}
    people.give_role(name="inspector", **give)
    with pytest.raises(people.RolesApart):
        people.give_role(name="officer", **give)
    with pytest.raises(people.LecturerWithoutPartner):
        people.give_role(name="lecturer", **give)
    with pytest.raises(people.RoleAlreadyHeld):
        people.give_role(name="inspector", **(give | {"label": "y"}))


def test_the_database_itself_allows_a_role_once():
    people.give_role(phone="+6281100000001", name="mayor", label="x", by=SYSTEM, now=NOW)
    role = Account.objects.get().roles.get()
    with pytest.raises(IntegrityError, match=r"role_once_per_account|people_role\.account_id"):
        Account.objects.get().roles.create(name="mayor", label="y", given_by="x", given_at=role.given_at)


def test_an_account_acts_for_its_own_and_a_volunteer_for_those_registered_in_person():
    me = Account.objects.get(pk=account())
    own = registered(me.pk)
    people.give_role(phone="+6281100000002", name="volunteer", label="Relawan 35 Ilir", by=SYSTEM, now=NOW)
    volunteer = Account.objects.get(phone="+6281100000002")
    in_person = registered(None, key="v", nik=OTHER_NIK, by=audit.account(volunteer.pk))
    assert people.mine(me, own).id == own
    assert people.mine(volunteer, in_person).id == in_person
    for who, whom in ((me, in_person), (volunteer, own), (AnonymousUser(), own), (me, 999)):
        with pytest.raises(Http404):
            people.mine(who, whom)


def test_actors_are_shown_without_their_numbers():
    assert people.label(audit.account(account())) in ("A citizen", "Warga")
    assert "+62" not in people.label(audit.account(account()))
    assert "play" in people.label(audit.system("play"))


def test_searches_are_written_to_the_audit_without_what_was_searched():
    person = registered()
    assert [p.id for p in people.search("aminah", by=SYSTEM, now=NOW)] == [person]
    assert people.search("am", by=SYSTEM, now=NOW) == ()
    event = audit.events(verb="person.looked_up")[0]
    assert (event.about, event.facts) == (f"person:{person}", {"how": "name"})


def many(n: int) -> list[people.Registration]:
    accounts = people.accounts_for([f"+62813{i:08d}" for i in range(n)], verified=True)
    return [
        people.Registration(
            name=f"Warga {i}", nik=f"167101170590{i + 1:04d}", birth_date=ADULT, kelurahan="16.71.01.1001",
            notice_at=NOW, account_id=account_id,
        )
        for i, account_id in enumerate(accounts.values())
    ]  # fmt: skip


def test_many_are_registered_and_seen_in_a_few_statements(django_assert_max_num_queries):
    rows = many(1500)
    with django_assert_max_num_queries(90):  # SQLite takes 999 values a statement
        ids = people.register_many(rows, by=SYSTEM, now=NOW)
    with django_assert_max_num_queries(20):
        assert people.see_many([(i, "ktp", False) for i in ids], by=SYSTEM, now=NOW) == 1500
    with django_assert_max_num_queries(3):
        assert people.names(ids)[ids[7]] == "Warga 7"
        assert all(f.seen and f.has_account for f in people.facts(ids).values())
    with django_assert_max_num_queries(18):
        news = [people.News(i, f"k{i}", {"code": "A", "when": NOW, "place": "X"}) for i in ids]
        assert people.tell("%(code)s %(when)s %(place)s", news, kind="call", now=NOW) == 1500
    assert len(audit.events(verb="person.seen", limit=2000)) == 1500


def test_of_many_one_bad_row_writes_none():
    rows = many(3)
    with pytest.raises(people.NikShape):
        people.register_many(
            [*rows[:2], people.Registration("x", "1", ADULT, "16.71.01.1001", NOW)], by=SYSTEM, now=NOW
        )
    assert Person.objects.count() == 0


def test_seeing_many_displaces_squatters_and_leaves_quarrels_to_an_officer():
    squatter, holder = registered(), registered(key="b", claim=True)
    people.see_many([(holder, "ktp", False)], by=SYSTEM, now=NOW)
    assert people.person(squatter).displaced
    with pytest.raises(people.NikHeld):
        people.see_many([(squatter, "ktp", False)], by=SYSTEM, now=NOW)
    with pytest.raises(people.Erased):
        people.see_many([(999, "ktp", False)], by=SYSTEM, now=NOW)


def test_a_number_is_one_account_however_it_is_written():
    ways = ["0812 0000-0001", "62812 0000 0001", "+6281200000001"]
    assert len({people.account_for(way) for way in ways}) == 1
    assert set(people.accounts_for(ways).values()) == {people.account_for(ways[0])}
    for wrong in ("", "0711 123456", "+1415555", "0812"):
        with pytest.raises(people.PhoneShape):
            people.account_for(wrong)


def test_a_word_of_many_is_each_one_s_own():
    ids = people.register_many(many(3), by=SYSTEM, now=NOW)
    people.consent_many(ids[:2], "research", True, by=SYSTEM, now=NOW)
    people.consent(ids[0], "research", False, key="no", by=SYSTEM, now=NOW)
    assert people.consents(ids, "research") == {ids[1]}


def test_a_draft_goes_with_its_account():
    me = account()
    Draft.objects.create(account_id=me, in_person=False, notice_at=NOW)
    people.erase(registered(me), by=SYSTEM, now=NOW)
    assert Draft.objects.count() == 0
