"""What officers type about plans and classes, and what everybody filters by."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ampera.forms import KeyForm

from .names import DAYS, LEVELS
from .places import places

START = (
    8  # characters of the hash that the second person types: 32 bits, read from one page and typed on another
)
HOUR = {"invalid": _("Write an hour such as 18:30."), "required": _("Write an hour such as 18:30.")}


class ConfirmForm(KeyForm):
    start = forms.CharField(
        label=_("First 8 characters of the hash on the officer's page"),
        help_text=_("Ask the officer to read them to you; don't copy them from this page."),
        min_length=START,
        max_length=START,
        error_messages={
            "required": _("Write the first 8 characters of the hash."),
            "min_length": _("Write 8 characters, digits and letters from a to f."),
            "max_length": _("Write 8 characters, digits and letters from a to f."),
        },
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off", "autocapitalize": "none"}),
    )
    hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_start(self) -> str:
        return self.cleaned_data["start"].lower()

    @property
    def confirmed(self) -> str:
        """The hash on the page, if what was typed is its start; else what was typed, which no plan has as its hash."""
        shown, start = self.cleaned_data["hash"], self.cleaned_data["start"]
        return shown if shown.startswith(start) else start


class MoveForm(KeyForm):
    """A class's new room, days, hours and trainer."""

    room = forms.CharField(
        label=_("Room"),
        max_length=120,
        error_messages={"required": _("Write the building and the room.")},
    )
    days = forms.MultipleChoiceField(
        label=_("Days of the week"),
        choices=list(DAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    starts_at = forms.TimeField(
        label=_("Starts at"),
        error_messages=HOUR,
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "short", "inputmode": "numeric"}),
    )
    ends_at = forms.TimeField(
        label=_("Ends at"),
        error_messages=HOUR,
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "short", "inputmode": "numeric"}),
    )
    trainer = forms.CharField(label=_("Trainer"), max_length=120, required=False)


class FilterForm(forms.Form):
    """Of a list of classes; by GET, everything optional."""

    level = forms.ChoiceField(label=_("Level"), required=False)
    place = forms.ChoiceField(label=_("Kecamatan"), required=False)
    day = forms.ChoiceField(label=_("Day of the week"), required=False)

    def __init__(self, data) -> None:
        super().__init__(data)
        everything = [("", _("All"))]
        self.fields["level"].choices = everything + list(LEVELS.items())
        self.fields["place"].choices = everything + [(p.code, p.name) for p in places(kind="kecamatan")]
        self.fields["day"].choices = everything + list(DAYS.items())

    @property
    def wanted(self) -> dict[str, str]:
        """What was chosen; a choice that doesn't exist is an error at its field and filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class WhatIfForm(forms.Form):
    """Two assumptions that no plan can know; by GET."""

    applicants = forms.IntegerField(
        label=_("Applicants expected"),
        min_value=1,
        max_value=1_000_000,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number of people.")
        ),
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    takeup = forms.IntegerField(
        label=_("Of 100 called, how many take the seat?"),
        min_value=1,
        max_value=100,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write a number from 1 to 100.")
        ),
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
