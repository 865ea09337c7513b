"""Whose messages the demo's outbox shows."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    to = forms.CharField(
        label=_("Mobile number"),
        max_length=24,
        required=False,
        help_text=_("Leave it empty for the newest messages of all."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "class": "digits"}),
    )
