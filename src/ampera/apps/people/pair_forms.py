"""What is chosen and typed about pairs of registrations."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from ampera.forms import KeyForm

from .judging import OBJECTION_MOST, REASON_MOST

STATES = {
    "FOUND": _("to be judged"),
    "PROPOSED": _("to be confirmed"),
    "objected": _("objection to be answered"),
    "JOINED": _("joined"),
    "DISMISSED": _("dismissed"),
}
KINDS = {"person": _("one person"), "household": _("one household")}
SIGNS = {
    "nik_same": _("the same NIK"),
    "nik_digit": _("NIK differs in one digit"),
    "nik_swapped": _("two neighbouring digits of the NIK swapped"),
    "name_same": _("the same name"),
    "name_alike": _("names alike"),
    "birth": _("the same birth date"),
    "kelurahan": _("the same kelurahan"),
    "phone": _("one phone number"),
    "guardian": _("one is the other's parent or guardian"),
}
ONE_OR_TWO = {
    "person": {
        "propose": _("They are one person: propose to join the registrations"),
        "dismiss": _("They are two people: don't show this pair again"),
    },
    "household": {
        "propose": _("They are one household: propose one ticket for both"),
        "dismiss": _("They are two households: don't show this pair again"),
    },
}
YES_OR_NO = {"confirm": _("Yes, join them"), "refuse": _("No, they stay two")}
BACK = {"refuse": _("Take the proposal back")}
ANSWERS = {"keep": _("They stay joined"), "part": _("Part them again")}
VERBS = {
    "propose": _("proposed to join"),
    "dismiss": _("dismissed"),
    "confirm": _("confirmed"),
    "refuse": _("refused"),
    "keep": _("objection answered: they stay joined"),
    "part": _("objection answered: parted again"),
}


class PairsForm(forms.Form):
    """Filter of the list of pairs."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=tuple(STATES.items()))
    kind = forms.ChoiceField(label=_("They may be"), required=False, choices=[("", _("All")), *KINDS.items()])


class VerdictForm(KeyForm):
    """An officer's verdict and why. Confirming needs no words: the reason that was proposed stands."""

    because = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence on what you compared. The citizen reads it; name nobody and no number."),
        max_length=REASON_MOST,
        error_messages={"required": _("Write in one sentence what you compared. The citizen reads it.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, verdicts: Mapping[str, object], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["because"].required = "confirm" not in verdicts
        verdict = forms.ChoiceField(
            label=_("Your verdict"),
            choices=list(verdicts.items()),
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
        )
        self.fields = {"key": self.fields["key"], "verdict": verdict, "because": self.fields["because"]}


class PairObjectionForm(KeyForm):
    pair = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Write why these are not one. An officer reads it, another one than proposed it."),
        max_length=OBJECTION_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a few words.")},
    )
