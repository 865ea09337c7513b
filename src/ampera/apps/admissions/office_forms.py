"""What officers choose and type: filters, an agency's list, dice and witnesses, answers for people at the counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

from .small_cells import CHOICES
from .standing import WHY

ALL = [("", _("All"))]
LARGEST = 1_000_000  # bytes of a list: some ten thousand people


class FunnelForm(forms.Form):
    level = forms.ChoiceField(label=_("Level"), required=False)
    audience = forms.ChoiceField(label=_("Audience"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = ALL + [(c, programme.level_name(c)) for c in programme.levels]
        self.fields["audience"].choices = ALL + [
            (a.code, a.name) for a in programme.audiences() if not a.nominated
        ]


class ListForm(forms.Form):
    """Filters of the officers' provisional list."""

    receipt = forms.CharField(label=_("Receipt"), required=False, max_length=16)
    why = forms.ChoiceField(label=_("In the list"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    kecamatan = forms.ChoiceField(label=_("Kecamatan"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = [
            *ALL,
            ("in", _("yes")),
            ("out", _("no, for any reason")),
            *((code, gettext(says)) for code, says in WHY.items()),
        ]
        self.fields["level"].choices = ALL + [(c, programme.level_name(c)) for c in programme.levels]
        self.fields["kecamatan"].choices = ALL + [
            (p.code, p.name) for p in programme.places(kind="kecamatan")
        ]


class ObjectionsForm(forms.Form):
    """Filter of the list of objections."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, ("open", _("open")), ("answered", _("answered"))]
    )


class NominatedForm(forms.Form):
    """Filter of the list of nominated people."""

    agency = forms.CharField(label=_("Agency"), required=False, max_length=120)


class ReceiptForm(forms.Form):
    q = forms.CharField(
        label=_("Your receipt number"),
        required=False,
        max_length=16,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )


class ClaimForm(KeyForm):
    """One document: accepted, or refused with a reason."""

    verdict = forms.ChoiceField(
        label=_("The document"),
        widget=forms.RadioSelect,
        choices=[("accept", _("shows it: keep the reserve")), ("refuse", _("does not show it"))],
        error_messages={"required": _("Choose whether the document shows it.")},
    )
    because = forms.CharField(
        label=_("Why not"),
        required=False,
        max_length=200,
        help_text=_("Needed if you refuse; the person reads it. The ticket is kept in any case."),
    )


class AnswerForm(KeyForm):
    upheld = forms.ChoiceField(
        label=_("The objection"),
        widget=forms.RadioSelect,
        choices=[("yes", _("is right")), ("no", _("is not right"))],
        error_messages={"required": _("Choose whether the objection is right.")},
    )
    answer = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write an answer that the person can understand.")},
    )


class NominationForm(KeyForm):
    agency = forms.CharField(
        label=_("Agency"), max_length=120, error_messages={"required": _("Write the agency's name.")}
    )
    letter = forms.CharField(
        label=_("Number of the assignment letter"),
        max_length=80,
        error_messages={"required": _("Write the letter's number.")},
    )
    file = forms.FileField(
        label=_("The list (CSV)"),
        required=False,
        help_text=_("Columns: nik, name, birth_date, kelurahan, class, and phone if known."),
    )
    text = forms.CharField(
        label=_("Or paste the list"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean(self) -> dict[str, object]:
        """`csv` is the list's text, from the file or as pasted."""
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if file and file.size > LARGEST:
            self.add_error("file", gettext("This file is too large for a list of people."))
        elif file:
            try:
                data["csv"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", gettext("Save the file as CSV in UTF-8, then choose it again."))
        elif data.get("text", "").strip():
            data["csv"] = data["text"]
        else:
            self.add_error("file", gettext("Choose the list's file, or paste the list."))
        return data


class FreezeForm(KeyForm):
    """What is decided about small cells, if there are any."""

    choice = forms.ChoiceField(
        label=_("What do you decide about them?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is done about them.")},
    )
    because = forms.CharField(
        label=_("Why, and what was done"),
        help_text=_("It is kept with the freeze, and the officer who confirms it reads it. Name no citizen."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write why; it is kept.")},
    )

    def __init__(self, *args, small: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [(code, gettext(says)) for code, says in CHOICES.items()]
        if not small:
            del self.fields["choice"], self.fields["because"]


class ConfirmFreezeForm(KeyForm):
    root = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seen = forms.BooleanField(
        label=_(
            "I have seen how many are left out, which small groups could be recognised, and what is decided about them"
        ),
        error_messages={"required": _("Look at all three, then tick the box.")},
    )


class BeaconForm(KeyForm):
    """The beacon's value as an officer sees it; for dice, who was there."""

    value = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "digits"}),
        error_messages={"required": _("Write the value as it was thrown or published.")},
    )
    witnesses = forms.MultipleChoiceField(
        label=_("Witnesses present"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the witnesses who are present.")},
    )

    def __init__(self, *args, plan: programme.Plan, words: Mapping[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        value = self.fields["value"]
        value.label, value.help_text = words["field"], words["hint"]
        if plan.beacon_kind != "dice":
            del self.fields["witnesses"]
            value.widget = forms.Textarea(
                attrs={"rows": 3, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
            )
        else:
            self.fields["witnesses"].choices = [(name, name) for name in plan.beacon_witnesses]


class CallsForm(forms.Form):
    receipt = forms.CharField(label=_("Receipt"), required=False, max_length=16)
    state = forms.ChoiceField(
        label=_("Reply"),
        required=False,
        choices=[
            *ALL,
            ("OFFERED", _("waiting")),
            ("TAKEN", _("taken")),
            ("DECLINED", _("given up")),
            ("LAPSED", _("time over")),
        ],
    )
    wave = forms.IntegerField(label=_("Wave"), required=False, min_value=1, widget=forms.TextInput)


class TakeForm(KeyForm):
    """A seat taken for somebody at the counter, who shows the PIN of their receipt or their KTP."""

    how = forms.ChoiceField(
        label=_("Who they are is shown by"),
        widget=forms.RadioSelect,
        choices=[("pin", _("the PIN of their receipt")), ("ktp", _("their KTP, which I see"))],
        error_messages={"required": _("Choose how you know who this is.")},
    )
    secret = forms.CharField(
        label=_("PIN"),
        required=False,
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code"}),
    )


class GiveUpForm(KeyForm):
    """A seat given up by somebody at the counter. phone: whether a code can reach them."""

    how = forms.ChoiceField(
        label=_("Who they are is shown by"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you know who this is.")},
    )
    secret = forms.CharField(
        label=_("Code or PIN"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code"}),
        error_messages={"required": _("Write the six digits.")},
    )

    def __init__(self, *args: Any, phone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [("code", _("the code on their phone")), ("pin", _("the PIN of their receipt"))]
        self.fields["how"].choices = ways if phone else ways[1:]


class StepForm(KeyForm):
    """A step that two people decide; some say why."""

    because = forms.CharField(
        label=_("Reason"),
        help_text=_("It is kept with the decision, and the reason of an abandoned round is public. Name no citizen."),
        max_length=2000,
        error_messages={"required": _("Write why; it is kept.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args, reason: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not reason:
            del self.fields["because"]


class LiveForm(KeyForm):
    """A seat that stayed empty, for somebody at the counter who had not applied."""

    nik = forms.CharField(
        label=_("NIK"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "digits"}),
        error_messages={"required": _("Write the 16 digits of the NIK.")},
    )
    klass = forms.TypedChoiceField(
        label=_("Class"), coerce=int, error_messages={"required": _("Choose a class.")}
    )

    def __init__(self, *args, classes: list[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["klass"].choices = [("", "–"), *classes]


class CorrectionForm(KeyForm):
    """The groups with which a receipt should have stood in the draw, and why; the reason is public."""

    groups = forms.MultipleChoiceField(label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple)
    because = forms.CharField(
        label=_("Reason"),
        help_text=_("It is public: name nobody, and no illness or disability."),
        max_length=200,
        error_messages={"required": _("Write why; it is kept.")},
    )

    def __init__(self, *args, groups: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = groups
