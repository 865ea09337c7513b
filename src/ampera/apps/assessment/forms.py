"""What citizens, invigilators and officers type about tests and exams: shape only, rules are the verbs'."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ampera.forms import KeyForm

from .bank import Form as ExamForm


class AnswerForm(KeyForm):
    option = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the answers."),
            "invalid_choice": _("Choose one of the answers."),
        },
    )

    def __init__(self, *args, stem: str, options: Iterable[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["option"].label = stem
        self.fields["option"].choices = list(options)


class IncidentForm(KeyForm):
    what = forms.CharField(
        label=_("What happened?"),
        help_text=_(
            "A power cut, a question that can't be read, somebody who left. No names: write the seat."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in a sentence what happened.")},
    )


class PresenceForm(KeyForm):
    """One row of the roster. row: signed by `roster_page`, so that only somebody listed there can be marked."""

    row = forms.CharField(widget=forms.HiddenInput)
    accommodation = forms.CharField(required=False, max_length=200, empty_value="")


class SessionForm(KeyForm):
    klass = forms.TypedChoiceField(
        label=_("Class"), coerce=int, error_messages={"required": _("Choose the class.")}
    )
    form = forms.ChoiceField(label=_("Exam form"), error_messages={"required": _("Choose the exam form.")})
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Write the day as 2027-03-31.")},
    )
    time = forms.TimeField(
        label=_("Time"),
        help_text=_("For example 09:00"),
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        error_messages={"required": _("Choose the time."), "invalid": _("Write the time as 09:00.")},
    )
    room = forms.CharField(label=_("Room"), max_length=120, error_messages={"required": _("Write the room.")})

    def __init__(self, *args, classes: Iterable[tuple[int, str]], exam_forms: Iterable[ExamForm], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["klass"].choices = [("", _("Choose a class")), *classes]
        self.fields["form"].choices = [
            (one.code, f"{one.level.capitalize()} ({one.code})") for one in exam_forms
        ]

    def starts_at(self) -> datetime:
        """The day and time typed, at the place."""
        day, time = self.cleaned_data["day"], self.cleaned_data["time"]
        return datetime.combine(day, time, timezone.get_default_timezone())
