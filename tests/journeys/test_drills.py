"""True or false: an exercise without an account, from the first message to what it shows."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ampera.content import messages

from .conftest import Phone

STAGE = "lock"
ZONE = ZoneInfo("Asia/Jakarta")
BANK = messages.load()
FROM = datetime.combine(max(m.valid_from for m in BANK), datetime.min.time(), ZONE) + timedelta(hours=9)
TRUTH = {re.sub(r"\s+", " ", m.text.id): m.truth for m in BANK}


def truth(it: Phone) -> bool:
    return TRUTH[re.sub(r"\s+", " ", it.page.inner_text(".drill blockquote")).strip()]


def judge_all(it: Phone, say) -> int:
    """Judge to the end, by `say`; how many messages it was."""
    count = 0
    while "/hasil/" not in it.path:
        said = say(it)
        right = said == truth(it)
        it.press("Asli" if said else "Palsu")
        assert it.reads("Benar: pesan ini" if right else "Kurang tepat: pesan ini"), it.page.inner_text(
            "main"
        )
        count += 1
        it.press(
            "Lihat hasil Anda"
            if it.page.get_by_role("link", name="Lihat hasil Anda").count()
            else "Pesan berikutnya"
        )
    return count


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_who_distrusts_everything_hears_that_it_is_no_skill(city, phone, scripts):
    city.at(FROM)
    it = phone(scripts=scripts)
    it.go("/latihan/").picture("drill-start").press("Mulai").picture("drill-message")
    count = judge_all(it, lambda _it: False)
    it.picture("drill-all-false")
    half = count // 2
    assert it.reads(f"Dari {half} pesan palsu, Anda mengenali {half}.")
    assert it.reads(f"Dari {half} pesan asli, Anda menyebut {half} palsu.")
    assert it.reads("Anda cenderung menyebut pesan asli palsu. Mencurigai semuanya tidak lebih aman")
    assert not it.reads("Anda mengenali pesan palsu, lebih baik"), "no skill was shown"


def test_who_tells_them_apart_hears_so_and_may_stop_in_between(city, phone):
    city.at(FROM + timedelta(hours=1))
    it = phone(dark=True)
    it.go("/latihan/").press("Mulai")
    first = it.path
    it.press("Asli" if truth(it) else "Palsu").picture("drill-answer")
    it.page.go_back()
    it.page.go_back()  # to the message as it was before the answer
    it.go(first)
    assert it.reads("Benar: pesan ini"), "the first answer stands"
    it.go("/latihan/").press("Lanjutkan")
    assert first not in it.path or it.reads("Benar")
    judge_all(it, truth)
    result = it.path
    it.picture("drill-result")
    assert it.reads("Anda mengenali pesan palsu, lebih baik daripada sekadar menebak")
    it.page.get_by_text("Angka-angkanya").click()
    assert it.reads("tidak pernah dipakai untuk pendaftaran, tes, atau sertifikat")
    stranger = phone(scripts=False)
    assert stranger.go(result).reads("Pesan itu bukan bagian dari latihan ini")
    it.go("/latihan/").press("Mulai")
    judge_all(it, truth)
    assert it.picture("drill-together").reads("Semua latihan Anda digabung")


def test_two_taps_are_one_and_a_strange_address_is_kindly_refused(city, phone):
    city.at(FROM + timedelta(hours=2))
    it = phone()
    it.go("/latihan/")
    it.page.get_by_role("button", name="Mulai").dblclick()
    it.page.wait_for_url("**/latihan/*/*/")
    here = it.page.url
    it.page.get_by_role("button", name="Palsu").dblclick()
    it.page.get_by_role("link", name="Pesan berikutnya").wait_for()
    it.look()
    assert it.reads("pesan ini palsu") or it.reads("pesan ini asli")
    assert it.go(re.sub(r"/\d+/$", "/99/", here.removeprefix(city.address))).reads(
        "bukan bagian dari latihan ini"
    )
    assert it.go(here.removeprefix(city.address).rsplit("/", 2)[0] + "/hasil/").reads("belum dijawab")
    english = phone()
    english.go("/latihan/").press("English")
    assert english.go("/latihan/").press("Begin").reads("genuine or false?")
