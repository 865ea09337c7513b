from django import forms
from django.utils.translation import gettext_lazy as _

from ampera.forms import KeyForm


class CloseForm(KeyForm):
    """Write the results. What the round cost is the office's to say, and may be left out."""

    cost = forms.IntegerField(
        label=_("What the round cost, in rupiah"),
        help_text=_(
            "Everything spent on it, numbers only. Leave it empty if it isn't known: the report then says so."
        ),
        required=False,
        min_value=0,
        max_value=10**15,
        error_messages={
            "invalid": _("Write the amount in numbers only, such as 250000000."),
            "min_value": _("Write an amount of 0 or more."),
            "max_value": _("Check the amount: it has too many digits."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "digits"}),
    )
    sure = forms.BooleanField(
        label=_("I know that results are written once and published at once"),
        error_messages={"required": _("Tick the box if the results are to be written now.")},
    )
