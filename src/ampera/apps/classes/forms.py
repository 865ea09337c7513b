"""What citizens, lecturers and officers type about classes: shape only, the rules are the verbs'."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

MOST = 500_000  # bytes of a class's file; forty people need four thousand


class CodeForm(KeyForm):
    code = forms.CharField(
        label=_("The code shown in the room"),
        help_text=_("Six digits. They change every half minute."),
        max_length=12,
        error_messages={
            "required": _("Type the six digits shown in the room."),
            "max_length": _("Type the six digits shown in the room."),
        },
        widget=forms.TextInput(
            attrs={"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )


class HandForm(KeyForm):
    persons = forms.TypedMultipleChoiceField(
        label=_("Who else is here?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one person."),
            "invalid_choice": _("Somebody you chose was marked present meanwhile. Choose again."),
        },
    )

    def __init__(self, *args, absent: Iterable[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persons"].choices = list(absent)


class FileForm(KeyForm):
    """A class's CSV: as a file at first, as text once it was looked through."""

    csv = forms.FileField(
        label=_("The file (CSV)"),
        help_text=_("Nothing is stored yet: first you see what would be, and every mistake by row."),
        error_messages={
            "required": _("Choose the CSV file."),
            "empty": _("The file is empty. Choose the one you filled in."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_csv(self) -> str:
        file = self.cleaned_data["csv"]
        if file.size > MOST:
            raise forms.ValidationError(
                _("The file is too large for one class. Choose the one you filled in.")
            )
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("The file is not in UTF-8. Save it as “CSV UTF-8” and choose it again.")
            ) from None


class StoreForm(KeyForm):
    text = forms.CharField(widget=forms.HiddenInput, max_length=MOST, strip=False)


class FilterForm(forms.Form):
    """Of the list of classes; by GET, everything optional."""

    level = forms.ChoiceField(label=_("Level"), required=False)

    def __init__(self, data) -> None:
        super().__init__(data)
        self.fields["level"].choices = [("", _("All"))] + [
            (code, programme.level_name(code)) for code in programme.levels
        ]

    @property
    def wanted(self) -> str:
        """The level chosen; "" for all."""
        return self.cleaned_data["level"] if self.is_valid() else ""
