"""The visual language keeps its promises: weight, contrast, names, errors at the field, axes that hold their data."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

import ampera.site
from ampera.site.templatetags.page import along, axis, beside

HOME = Path(ampera.site.__file__).parent
SHEET = (HOME / "static/site/ampera.css").read_text("utf-8")
TEMPLATES = {path: path.read_text("utf-8") for path in (HOME / "templates").rglob("*.html")}
TEXT = ("ink", "ink-soft", "primary", "info", "success", "warning", "danger")


def tokens(dark: bool) -> dict[str, str]:
    light, _, rest = SHEET.partition("@media screen and (prefers-color-scheme: dark)")
    find = re.compile(r"--city-([a-z-]+): (#[0-9a-f]{3,6});")
    return dict(find.findall(light)) | (dict(find.findall(rest.split("@layer base")[0])) if dark else {})


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of #rgb or #rrggbb."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_21_to_1():
    assert contrast("#000", "#ffffff") == pytest.approx(21)


def test_the_stylesheet_and_the_sprite_stay_light():
    assert len(gzip.compress(SHEET.encode())) <= 12 * 1024
    assert len(gzip.compress((HOME / "static/site/sprite.svg").read_bytes())) <= 3 * 1024


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_in_sunlight(dark):
    city = tokens(dark)
    pairs = [(text, ground) for text in TEXT for ground in ("paper", "mist")]
    pairs += [(tone, f"{tone}-wash") for tone in ("info", "success", "warning", "danger")]
    pairs += [("ink", f"{tone}-wash") for tone in ("info", "success", "warning", "danger")]
    pairs += [("on-primary", "primary"), ("on-cloth", "cloth"), ("thread", "cloth")]
    weak = {pair: round(contrast(city[pair[0]], city[pair[1]]), 1) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 7} == {}


@pytest.mark.parametrize("dark", [False, True])
def test_borders_of_inputs_can_be_seen(dark):
    city = tokens(dark)
    assert min(contrast(city["edge"], city[ground]) for ground in ("paper", "mist")) >= 3


def test_no_template_carries_what_the_content_security_policy_forbids():
    forbidden = re.compile(r"\sstyle=|<style|<script(?! src=)|\son[a-z]+=|javascript:")
    assert [path.name for path, text in TEMPLATES.items() if forbidden.search(text)] == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    have = set(re.findall(r'symbol id="([a-z]+)"', (HOME / "static/site/sprite.svg").read_text("utf-8")))
    named = {
        name for text in TEMPLATES.values() for name in re.findall(r'icon\.html" with name="(\w+)"', text)
    }
    assert named and named <= have


class Registration(forms.Form):
    name = forms.CharField(help_text="As on your KTP.", error_messages={"required": "Enter your name."})
    audience = forms.ChoiceField(
        choices=[("umum", "Public"), ("umkm", "Small business")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who you are."},
    )
    born = forms.DateField(
        widget=forms.SelectDateWidget(years=[2000, 2001]),
        error_messages={"required": "Enter your birth date."},
    )
    note = forms.CharField(required=False)


def shown(form: forms.Form) -> str:
    page = '{% include "site/components/form.html" with submit="Go" key="k1" %}'
    return engines["django"].from_string(page).render({"form": form}, RequestFactory().get("/"))


def test_an_error_stands_at_its_field_and_in_a_summary_that_leads_there():
    html = shown(Registration({}))
    for said in ("Enter your name.", "Choose who you are.", "Enter your birth date."):
        target = re.search(rf'<a href="#([^"]+)">{said}</a>', html).group(1)
        assert f'id="{target}"' in html
        assert html.count(said) == 2


def test_an_input_is_described_by_its_hint_and_its_error():
    html = shown(Registration({}))
    described = re.search(r'<input[^>]*name="name"[^>]*>', html).group(0)
    assert 'aria-describedby="id_name_helptext id_name_error"' in described
    assert 'aria-invalid="true"' in described
    assert 'id="id_name_helptext"' in html and 'id="id_name_error"' in html


def test_a_birth_date_is_not_filled_in_for_the_citizen():
    html = shown(Registration())
    assert html.count('<option value=""></option>') == 3
    assert " selected" not in html


def test_what_was_typed_is_kept_beside_the_error():
    html = shown(Registration({"name": "Siti", "born_day": "3", "born_month": "4", "born_year": "2001"}))
    assert 'value="Siti"' in html
    assert html.count(" selected") == 3
    assert 'name="key" value="k1"' in html


def test_the_title_is_written_once_and_stands_twice():
    page = '{% extends "site/base.html" %}{% block title %}Which days suit you?{% endblock %}'
    html = engines["django"].from_string(page).render({}, RequestFactory().get("/"))
    assert "<title>Which days suit you? – " in html
    assert "<h1>Which days suit you?</h1>" in html


@pytest.mark.parametrize("status", [403, 404, 409, 500])
def test_an_error_page_needs_no_context_and_says_what_to_do(status):
    html = engines["django"].get_template("site/error.html").render({"status": status})
    assert '<section class="mend">' in html and 'class="button"' in html


numbers = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(numbers, numbers), min_size=1), st.none() | numbers)
def test_an_axis_holds_every_interval_zero_and_the_threshold(pairs, threshold):
    rows = [{"low": min(pair), "high": max(pair)} for pair in pairs]
    ends = axis(rows, threshold)
    points = [
        0.0,
        *(value for row in rows for value in row.values()),
        *([] if threshold is None else [threshold]),
    ]
    assert all(0 <= float(along(point, ends).rstrip("%")) <= 100 for point in points)


def test_the_longest_bar_fills_its_figure_and_nothing_is_an_empty_one():
    ends = axis([{"promised": 6500, "delivered": 4210}, {"promised": 500, "delivered": 0}])
    assert [along(value, ends) for value in (6500, 3250, 0)] == ["100.00%", "50.00%", "0.00%"]


def test_a_row_with_a_cell_too_many_is_refused():
    with pytest.raises(ValueError):
        beside([1, 2, 3], ["one", "two"])
