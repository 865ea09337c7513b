"""What employers and officers type about certificates: shape only, the rules are the verbs'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ampera.apps.programme import api as programme
from ampera.cores.credentials.document import MAX_BYTES
from ampera.forms import KeyForm

from .states import CERTIFICATE_MOVES

VERBS = [
    ("suspend", _("Suspend it: it doesn't count for now, and can be reinstated")),
    ("reinstate", _("Reinstate it: it counts again")),
    ("revoke", _("Revoke it: it never counts again; this can't be undone")),
]


class CheckForm(forms.Form):
    """One of three: a file, a link or number, the file's text."""

    file = forms.FileField(
        label=_("The certificate's file (.json, .pdf), or a photo of its QR code"),
        required=False,
        error_messages={"empty": _("The file is empty. Choose another.")},
        widget=forms.FileInput(
            attrs={
                "accept": ".json,.jsonld,.jwt,.pdf,application/pdf,application/json,application/vc,image/*"
            }
        ),
    )
    link = forms.CharField(
        label=_("Its link or number"),
        help_text=_("As printed on the certificate."),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "autocapitalize": "none"}),
    )
    text = forms.CharField(
        label=_("Or paste what is in the file"),
        required=False,
        max_length=MAX_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean(self) -> None:
        if not self.errors and not any(self.cleaned_data.get(name) for name in ("file", "link", "text")):
            self.add_error("file", _("Choose a file, or give a link, or paste the text."))


class _Several(forms.FileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """Several files, as a list of (name, bytes)."""

    def clean(self, data, initial=None):
        return [
            (file.name, file.read())
            for file in (super(_Files, self).clean(one) for one in data or [None])
            if file is not None
        ]


class ManyForm(forms.Form):
    """Files, or all in a folder, or both."""

    files = _Files(
        required=False,
        label=_("Files (.json, .pdf, photos), a ZIP of them, or a CSV of links"),
        error_messages={
            "empty": _("The file is empty. Choose another."),
        },
        widget=_Several(attrs={"accept": ".json,.jsonld,.jwt,.pdf,.zip,.csv,image/*"}),
    )
    folder = _Files(
        label=_("Or a folder: everything in it is checked"),
        required=False,
        error_messages={"empty": _("The file is empty. Choose another.")},
        widget=_Several(attrs={"webkitdirectory": True}),
    )

    def clean(self) -> None:
        chosen = [*self.cleaned_data.get("files", ()), *self.cleaned_data.get("folder", ())]
        if not self.errors and not chosen:
            self.add_error("files", _("Choose at least one file."))
        self.cleaned_data["chosen"] = chosen


class StandingForm(KeyForm):
    """What an officer decides about a certificate. state: where it stands now."""

    verb = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you decide.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Kept on record for officers. Whoever checks the certificate sees only how it stands."),
        max_length=200,
        error_messages={"required": _("Write why.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [choice for choice in VERBS if (state, choice[0]) in CERTIFICATE_MOVES]
        self.fields["verb"].choices = shown  # type: ignore[attr-defined]  # a ChoiceField has them


class FilterForm(forms.Form):
    """Of the list of certificates; by GET, everything optional."""

    level = forms.ChoiceField(label=_("Level"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("standing", _("Standing")),
            ("suspended", _("Suspended")),
            ("revoked", _("Revoked")),
        ],
    )

    def __init__(self, data) -> None:
        super().__init__(data)
        self.fields["level"].choices = [("", _("All"))] + [
            (code, programme.level_name(code)) for code in programme.levels
        ]

    @property
    def wanted(self) -> dict[str, object]:
        """For `records.rows`; a choice that doesn't exist filters nothing."""
        self.is_valid()
        state = self.cleaned_data.get("state", "")
        return {
            "level": self.cleaned_data.get("level", ""),
            "state": state.upper(),
        }
