"""The form of a draft's terms: every choice of a plan that is the office's and not the file's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ampera.forms import KeyForm

from .changing import MIXED, OPEN_FIRST, RESERVES_FIRST, Terms

MOMENT, DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"
PRECEDENCES = {
    OPEN_FIRST: _("Open seats first: reserves come on top"),
    RESERVES_FIRST: _("Reserves first: they are a floor"),
    MIXED: _("As the programme file has it"),
}
BEACONS = {
    "dice": _("Dice, thrown before named witnesses"),
    "drand": _("A round of drand: a random number that a league of institutions publishes"),
    "rfc3797": _("Numbers that others publish (RFC 3797)"),
}
TIE_BREAKS = {"single": _("One ticket for all classes"), "per-class": _("A ticket for each class")}
REVERSIONS = {"open": _("Go to anybody"), "none": _("Stay empty")}

BOUNDS = {"min_value": _("Write at least %(limit_value)s."), "max_value": _("Write at most %(limit_value)s.")}
WHOLE, DECIMAL = _("Write a whole number."), _("Write a decimal with a point, such as 0.20.")


def _short(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "short", **attrs})


class _Moment(forms.DateTimeField):
    def __init__(self, label: Any) -> None:
        said = {"required": _("Write a day and an hour."), "invalid": _("Write it as 2027-03-01 14:00.")}
        widget = forms.DateTimeInput(format=MOMENT)
        super().__init__(label=label, input_formats=[MOMENT], error_messages=said, widget=widget)


class _Day(forms.DateField):
    def __init__(self, label: Any) -> None:
        said = {"required": _("Write a day."), "invalid": _("Write it as 2027-03-01.")}
        widget = forms.DateInput(format=DAY)
        super().__init__(label=label, input_formats=[DAY], error_messages=said, widget=widget)


class _Count(forms.IntegerField):
    def __init__(self, label: Any, *, least: int, most: int) -> None:
        said = {"required": WHOLE, "invalid": WHOLE} | BOUNDS
        super().__init__(
            label=label,
            min_value=least,
            max_value=most,
            error_messages=said,
            widget=_short(inputmode="numeric"),
        )


class _Share(forms.DecimalField):
    def __init__(self, label: Any, *, most: str) -> None:
        said = dict.fromkeys(("required", "invalid", "max_digits", "max_decimal_places"), DECIMAL) | BOUNDS
        super().__init__(
            label=label, min_value=0.001, max_value=float(most), max_digits=4, decimal_places=3,
            error_messages=said, widget=_short(inputmode="decimal"), localize=False,
        )  # fmt: skip


class _Lines(forms.CharField):
    """One entry a line, as a tuple."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> Any:
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())


def _choice(label: Any, choices: dict[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices.items()), widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip


class TermsForm(KeyForm):
    """Fields in the order of `Terms`; its initial values are terms, and `terms()` gives them back."""

    opens_at = _Moment(_("Registration opens"))
    closes_at = _Moment(_("Registration closes"))
    provisional_at = _Moment(_("Provisional list"))
    objections_until = _Moment(_("Objections until"))
    freeze_at = _Moment(_("List frozen"))
    draw_at = _Moment(_("Draw"))
    accept_hours = _Count(_("Hours to answer a call"), least=12, most=336)
    waves = _Count(_("Waves of calls at most"), least=1, most=50)
    classes_start_on = _Day(_("Classes start"))
    exam_on = _Day(_("First day of the exam"))
    exam_until = _Day(_("Last day of the exam"))
    endline_from = _Day(_("First day of the endline"))
    endline_until = _Day(_("Last day of the endline"))
    precedence = _choice(_("Which seats of a class are filled first?"), PRECEDENCES)
    horizon = forms.CharField(
        label=_("Horizon k"),
        max_length=8,
        help_text=_(
            "So many times the seats says who may ever be called. The table above says what it costs."
        ),
        error_messages={"required": _("Write a number such as 1.4.")},
        widget=_short(inputmode="decimal"),
    )
    tie_break = _choice(_("Tickets"), TIE_BREAKS)
    reversion = _choice(_("Reserved seats nobody claims"), REVERSIONS)
    household_ticket = forms.BooleanField(
        label=_("Those who live together may share one ticket"), required=False
    )
    beacon_kind = _choice(_("What does the draw wait for?"), BEACONS)
    beacon_count = _Count(_("Number of dice (0 without dice)"), least=0, most=200)
    beacon_witnesses = _Lines(_("Witnesses of the dice, one a line"))
    beacon_sources = _Lines(_("Published numbers: which, where and when, one a line"))
    beacon_outage = forms.CharField(
        label=_("What happens if it doesn't come?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say it before it can happen.")},
    )
    endline_per_arm = _Count(_("People in each arm of the endline"), least=2, most=100_000)
    threshold = _Share(_("Renew at or above (SD)"), most="3")
    alpha = _Share(_("Chance of a false alarm (alpha)"), most="0.2")
    power = _Share(_("Chance of seeing a true effect (power)"), most="0.999")

    def __init__(self, data: Any = None, *, terms: Terms) -> None:
        start = dict(vars(terms))
        start |= {name: localtime(value) for name, value in start.items() if hasattr(value, "hour")}
        super().__init__(data, initial=start)
        if terms.precedence != MIXED:
            precedence = self.fields["precedence"]
            precedence.choices = [(c, says) for c, says in PRECEDENCES.items() if c != MIXED]  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        """What was filled in; the form is valid."""
        return Terms(**{name: value for name, value in self.cleaned_data.items() if name != "key"})
