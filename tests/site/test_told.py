"""A refusal as people read it: in their language, with moments written as on the pages."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import translation

from ampera.apps.admissions.api import DrawTooEarly
from ampera.forms import KeyForm, told


def test_a_moment_in_a_refusal_is_written_as_on_the_pages():
    no = DrawTooEarly(draw_at=datetime(2026, 3, 22, 7, 0, tzinfo=UTC))
    assert "22 Maret 2026, 14.00" in told(no)
    with translation.override("en"):
        assert "22 March 2026, 14:00" in told(no) or "March 22, 2026, 2 p.m." in told(no)


def test_a_key_that_is_rubbish_makes_no_form_valid():
    assert not KeyForm({"key": "' OR 1=1"}).is_valid()
    assert not KeyForm({}).is_valid()
