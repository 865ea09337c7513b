"""What a citizen types when applying: shape only, the rules are the verbs'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ampera.apps.programme import api as programme
from ampera.forms import KeyForm

from .claims import EVIDENCE_MOST
from .objections import TEXT_MOST
from .ranking import ONLINE

DAY_NAMES = {
    "senin": _("Monday"),
    "selasa": _("Tuesday"),
    "rabu": _("Wednesday"),
    "kamis": _("Thursday"),
    "jumat": _("Friday"),
    "sabtu": _("Saturday"),
    "minggu": _("Sunday"),
}
LEVEL_NAMES = {
    "dasar": _("Dasar (basic)"),
    "menengah": _("Menengah (intermediate)"),
    "mahir": _("Mahir (advanced)"),
    "ahli": _("Ahli (expert)"),
}
CLAIM = "claim_"


class AudienceForm(forms.Form):
    """The audience, and for each group that a document shows, the document's number (or nothing)."""

    audience = forms.ChoiceField(
        label=_("Which of these are you, above all?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one from the list.")},
    )

    def __init__(
        self, *args, audiences: Iterable[programme.Audience], groups: Iterable[programme.Group], **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(a.code, a.name) for a in audiences if not a.nominated]
        for group in groups:
            self.fields[CLAIM + group.code] = forms.CharField(
                label=gettext("Number of the document for: %(group)s") % {"group": group.name},
                help_text=gettext("%(evidence)s. Leave it empty if you don't have it.")
                % {"evidence": group.evidence},
                required=False,
                max_length=EVIDENCE_MOST,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"max_length": _("Write only the number of the document.")},
            )

    def claims(self) -> dict[str, str]:
        """{group: document}, for those that were filled in."""
        typed = self.cleaned_data
        return {
            name.removeprefix(CLAIM): typed[name] for name in typed if name.startswith(CLAIM) and typed[name]
        }


class LevelForm(forms.Form):
    level = forms.ChoiceField(
        label=_("At which level do you want a class?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a level."),
            "invalid_choice": _("Choose a level from the list."),
        },
    )

    def __init__(self, *args, levels: Iterable[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(level, LEVEL_NAMES[level]) for level in levels]


class WishesForm(forms.Form):
    days = forms.MultipleChoiceField(
        label=_("On which days can you come?"),
        help_text=_("Choose all that suit you. More days, more classes to choose from."),
        widget=forms.CheckboxSelectMultiple,
        choices=[*DAY_NAMES.items()],
        error_messages={
            "required": _("Choose at least one day."),
            "invalid_choice": _("Choose days from the list."),
        },
    )
    places = forms.MultipleChoiceField(
        label=_("Where can you come to?"),
        help_text=_("Your own kecamatan is always looked at first."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one place, or on-line."),
            "invalid_choice": _("Choose places from the list."),
        },
    )

    def __init__(self, *args, kecamatan: Iterable[programme.Place], home: str, online: bool, **kwargs):
        super().__init__(*args, **kwargs)
        named = sorted(kecamatan, key=lambda place: (place.code != home, place.name))
        choices = [
            (p.code, gettext("%(place)s (where you live)") % {"place": p.name} if p.code == home else p.name)
            for p in named
        ]
        if online:
            choices.insert(1, (ONLINE, gettext("On-line, from home (you need a connection)")))
        self.fields["places"].choices = choices


class HouseholdForm(forms.Form):
    shared = forms.ChoiceField(
        label=_("Do you live in one household, and do you want to share one ticket?"),
        help_text=_(
            "Who shares a ticket stands side by side in the draw: near the front together, or far back together."
        ),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, one ticket for us together")), ("no", _("No, a ticket of my own"))],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one from the list.")},
    )


class OrderForm(forms.Form):
    """The list as it was shown, and one thing to do with it: from what was shown, so that a double tap moves once."""

    order = forms.CharField(widget=forms.HiddenInput, required=False)
    up = forms.IntegerField(required=False)
    down = forms.IntegerField(required=False)
    remove = forms.IntegerField(required=False)
    add = forms.IntegerField(required=False)

    def clean_order(self) -> list[int]:
        text = self.cleaned_data["order"]
        try:
            return [int(part) for part in text.split(",") if part]
        except ValueError:
            raise forms.ValidationError(_("The list can't be read. Open the page again.")) from None

    def ranking(self) -> tuple[int, ...]:
        """The list after the one thing."""
        ids = list(self.cleaned_data["order"])
        for name, step in (("up", -1), ("down", 1)):
            klass = self.cleaned_data[name]
            if klass in ids:
                at = ids.index(klass)
                to = min(max(at + step, 0), len(ids) - 1)
                ids[at], ids[to] = ids[to], ids[at]
        if self.cleaned_data["remove"] in ids:
            ids.remove(self.cleaned_data["remove"])
        if self.cleaned_data["add"] and self.cleaned_data["add"] not in ids:
            ids.append(self.cleaned_data["add"])
        return tuple(ids)


class ObjectionForm(KeyForm):
    text = forms.CharField(
        label=_("What is wrong, and what would be right?"),
        help_text=_("A person reads it and answers. Write no NIK and no password."),
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write a few words."),
            "max_length": _("Write at most 2000 characters."),
        },
    )


class ComingForm(ObjectionForm):
    """The answer of somebody whose seat is said to be unused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = gettext("Your answer to the office")
        self.fields["text"].help_text = gettext("For example: I was ill and come again on Monday.")
