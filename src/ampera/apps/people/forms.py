"""What citizens and officers type about accounts and persons."""

from __future__ import annotations

import re

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Account


class PhoneField(forms.CharField):
    """An Indonesian mobile number, as people write it; kept as +62…"""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Mobile number"))
        kwargs.setdefault("help_text", _("For example 0812 3456 7890"))
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})
        )
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: str) -> str:
        digits = re.sub(r"[\s().-]", "", super().clean(value))
        digits = re.sub(r"^(\+62|62|0)", "", digits)
        if not digits and not self.required:
            return ""
        if not re.fullmatch(r"8\d{8,11}", digits):
            raise forms.ValidationError(
                _("Write a mobile number that begins with 08, such as 0812 3456 7890."), code="phone"
            )
        return "+62" + digits


class PhoneForm(RequestLoginCodeForm):
    """One door: a number that nobody has used yet gets its account here, unverified until the code comes back."""

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        Account.objects.get_or_create(phone=phone)
        return super().clean_phone()
