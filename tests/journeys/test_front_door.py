"""Before anybody signs in: what a stranger finds, with and without JavaScript."""

from __future__ import annotations

import pytest

STAGE = "lock"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_stranger_finds_what_is_open_to_everybody(phone, scripts):
    it = phone(scripts=scripts)
    it.go("/")
    assert it.reads("Kecakapan digital untuk semua warga Kota Palembang") and it.reads("SIMULASI")
    for path in ("/perjanjian/", "/rencana/", "/latihan/", "/periksa/", "/privasi/", "/masuk/"):
        it.go(path)


def test_the_site_speaks_english_to_who_wants_it(phone):
    it = phone()
    it.go("/").press("English")
    assert it.reads("Digital skills for everyone in Kota Palembang")
    it.go("/perjanjian/")
    assert it.page.get_attribute("html", "lang") == "en"
