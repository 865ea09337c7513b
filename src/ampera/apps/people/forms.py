"""What citizens, volunteers and officers type about accounts and persons: shape only, rules are the verbs'."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ampera.apps.programme import api as programme
from ampera.forms import KeyForm, ProofForm, told
from ampera.refusal import Refusal

from .accounts import phone_number
from .codes import too_many_codes
from .held import Held
from .models import Account, Identity, Role
from .nik import read
from .registering import GREATEST_AGE, LEAST_AGE

RELATIONS = {"ayah": _("Father"), "ibu": _("Mother"), "wali": _("Guardian")}
HOW_SEEN: dict[str, Promise] = {
    Identity.Seen.KTP: _("KTP"),
    Identity.Seen.SCHOOL: _("School card or letter from the school"),
    Identity.Seen.REGISTRY: _("Population register"),
    Identity.Seen.AGENCY: _("List from the agency"),
}
AT_THE_COUNTER = (Identity.Seen.KTP, Identity.Seen.SCHOOL)
ROLE_NAMES: dict[str, Promise] = {
    Role.Name.VOLUNTEER: _("Volunteer at the kelurahan"),
    Role.Name.OFFICER: _("Officer"),
    Role.Name.INSPECTOR: _("Inspector (outside the office)"),
    Role.Name.INVIGILATOR: _("Invigilator"),
    Role.Name.LECTURER: _("Lecturer at a partner"),
    Role.Name.MAYOR: _("Mayor"),
}


class PhoneField(forms.CharField):
    """An Indonesian mobile number, as people write it; kept as +62…"""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Mobile number"))
        kwargs.setdefault("help_text", _("For example 0812 3456 7890"))
        kwargs.setdefault("error_messages", {"required": _("Write your mobile number.")})
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "digits"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: str) -> str:
        typed = super().clean(value)
        if not typed and not self.required:
            return ""
        try:
            return phone_number(typed)
        except Refusal as no:
            raise forms.ValidationError(gettext(no.mend), code=no.code) from None


class PhoneForm(RequestLoginCodeForm):
    """One door: a number that nobody has used yet gets its account here, unverified until the code comes back."""

    def clean_phone(self) -> str:
        language = (get_language() or "id")[:2]
        Account.objects.get_or_create(
            phone=self.cleaned_data["phone"], defaults={"language": language, "password": "!"}
        )
        if too_many_codes(self.cleaned_data["phone"], timezone.now()):
            raise get_adapter().validation_error("too_many_login_attempts")
        return super().clean_phone()


class CodeForm(ConfirmLoginCodeForm):
    """The six digits from the message, with or without spaces."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code from the message"),
            help_text=_("Six digits."),
            max_length=12,
            error_messages={"required": _("Write the six digits from the message.")},
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}
            ),
        )


def nik_field(**kwargs) -> forms.CharField:
    attrs = {"inputmode": "numeric", "class": "digits", "autocomplete": "off"}
    kwargs.setdefault("label", _("NIK"))
    return forms.CharField(max_length=24, widget=forms.TextInput(attrs=attrs), **kwargs)


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name, as on the KTP"),
        help_text=_("One name is enough."),
        max_length=120,
        error_messages={"required": _("Write the name as on the KTP or family card.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    nik = nik_field(
        help_text=_("16 digits, on the KTP, the family card or the child's card."),
        error_messages={"required": _("Write the 16 digits of the NIK.")},
    )

    def __init__(self, *args, correcting: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if correcting:
            self.fields["nik"].required = False
            self.fields["nik"].help_text = _("Leave it empty if the NIK was right.")

    def clean_nik(self) -> str:
        typed = self.cleaned_data["nik"]
        if not typed.strip():
            return ""
        try:
            return read(typed).digits
        except Refusal as no:
            raise forms.ValidationError(told(no), code=no.code) from None


class BirthForm(forms.Form):
    birth_date = forms.DateField(
        label=_("Birth date, as on the KTP"),
        help_text=_("If the NIK says otherwise, an officer looks at it; you can go on."),
        error_messages={
            "required": _("Choose day, month and year."),
            "invalid": _("There is no such day. Choose day, month and year again."),
        },
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        years = range(today.year - LEAST_AGE + 1, today.year - GREATEST_AGE + 15, -1)
        self.fields["birth_date"].widget = forms.SelectDateWidget(years=years, empty_label="–")


class GuardianForm(forms.Form):
    guardian_name = forms.CharField(
        label=_("Name of the parent or guardian"),
        max_length=120,
        error_messages={"required": _("Write the name of the parent or guardian.")},
    )
    guardian_relation = forms.ChoiceField(
        label=_("Who is that?"),
        choices=tuple(RELATIONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who that is.")},
    )


def as_people_count(place: programme.Place) -> list[int | str]:
    """Sorts “9 Ulu” before “10 Ulu”."""
    return [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", place.name)]


class PlaceForm(forms.Form):
    """One choice among places; the field's name is the step's."""

    def __init__(self, *args, step: str, places, **kwargs):
        super().__init__(*args, **kwargs)
        label = _("Kecamatan") if step == "kecamatan" else _("Kelurahan")
        self.fields[step] = forms.ChoiceField(
            label=label,
            choices=[(place.code, place.name) for place in sorted(places, key=as_people_count)],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one from the list.")},
        )


class SearchForm(forms.Form):
    text = forms.CharField(
        label=_("NIK or name"),
        help_text=_("The whole NIK, or at least three letters of the name."),
        max_length=120,
        error_messages={"required": _("Write a NIK or a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SeeForm(KeyForm):
    how = forms.ChoiceField(
        label=_("What did you see?"),
        choices=tuple((how, HOW_SEEN[how]) for how in AT_THE_COUNTER),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you saw.")},
    )
    nik = nik_field(
        required=False,
        label=_("NIK, if you saw a KTP"),
        help_text=_("Copy it from the card in your hand; it is compared with the one registered."),
    )
    guardian_seen = forms.BooleanField(
        label=_("I saw the guardian's KTP or the school's letter"), required=False
    )
    overrule = forms.BooleanField(
        label=_("I compared both registrations with this NIK; this one is right"), required=False
    )

    def __init__(self, *args, minor: bool, officer: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not minor:
            del self.fields["guardian_seen"]
        if not officer:
            del self.fields["overrule"]

    def clean(self):
        if self.cleaned_data.get("how") == Identity.Seen.KTP and not self.cleaned_data.get("nik"):
            self.add_error("nik", _("Copy the NIK from the KTP."))
        return self.cleaned_data


class ConsentForm(KeyForm):
    research = forms.BooleanField(
        label=_("My answers and results, without my name, may be used for research"), required=False
    )
    messages = forms.BooleanField(label=_("I want messages about later classes and practice"), required=False)
    abroad = forms.BooleanField(
        label=_("My results, without my name, may go to partners outside Indonesia"), required=False
    )


class EraseForm(ProofForm):
    """how: what shows that it is they, if anything has to."""

    field_order = ("sure", "secret")
    sure = forms.BooleanField(
        label=_("Yes, delete name, NIK and birth date for good"),
        error_messages={"required": _("Tick the box if you are sure.")},
    )

    def __init__(self, *args: Any, how: str, **kwargs: Any) -> None:
        super().__init__(*args, how=how, **kwargs)
        if not how:
            del self.fields["secret"]


class RolesForm(forms.Form):
    """Filter of the list of roles."""

    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *ROLE_NAMES.items()])
    words = forms.CharField(label=_("Name or number"), required=False, max_length=80)

    def keeps(self, held: Held) -> bool:
        """Whether a role fits what was asked for; everything does while that can't be read."""
        want = self.cleaned_data if self.is_valid() else {"role": "", "words": ""}
        words = want["words"].strip().casefold()
        fits = not want["role"] or held.name == want["role"]
        return fits and (words in held.label.casefold() or words.removeprefix("0") in held.phone)


class RoleForm(forms.Form):
    phone = PhoneField(error_messages={"required": _("Write the mobile number of whoever gets the role.")})
    name = forms.ChoiceField(label=_("Role"), choices=tuple(ROLE_NAMES.items()))
    label = forms.CharField(
        label=_("As shown to others"),
        help_text=_("For example: Petugas 1, Dinas Kominfo"),
        max_length=80,
        error_messages={"required": _("Write how this person is shown to others.")},
    )
    place = forms.ChoiceField(label=_("Kelurahan"), required=False, help_text=_("For a volunteer."))
    partner = forms.ChoiceField(label=_("Partner"), required=False, help_text=_("For a lecturer."))

    def __init__(self, *args, places, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "–"), *((p.code, p.name) for p in places)]
        self.fields["partner"].choices = [("", "–"), *((p.code, p.name) for p in partners)]
