"""What the forms of all apps share: a refusal told in the reader's language, and a key that makes a double tap harmless."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from .refusal import Refusal


def parts(no: Refusal) -> tuple[str, str]:
    """(what is wrong, how to mend it) in the active language; moments as pages write them, in the city's time."""
    facts = {name: _shown(fact) for name, fact in no.facts.items()}
    return gettext(no.says) % facts, gettext(no.mend) % facts


def _shown(fact: Any) -> Any:
    return date_format(localtime(fact), "DATETIME_FORMAT") if isinstance(fact, datetime) else fact


def told(no: Refusal) -> str:
    """Both parts as one text."""
    return " ".join(parts(no)).strip()


def refuse(form: forms.BaseForm, no: Refusal) -> None:
    """Show a refusal at the field it is about, else above the form; what was typed stays."""
    form.add_error(no.field if no.field in form.fields else None, told(no))


@contextmanager
def telling(request: HttpRequest) -> Iterator[None]:
    """A button has no form to come back to: its refusal stands on the page that it leads to, a second tap's too."""
    try:
        yield
    except Refusal as no:
        messages.error(request, told(no))


class KeyForm(forms.Form):
    """A button: nothing to type, but a key that makes a double tap harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def once(self) -> str:
        """The key, for the verb that it makes happen once. The form is valid."""
        return str(self.cleaned_data["key"])

    def refuse(self, no: Refusal) -> None:
        refuse(self, no)


class ProofForm(KeyForm):
    """What shows that the person themselves acts. how: code (of a message) or pin (of the receipt)."""

    secret = forms.CharField(
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}
        ),
    )

    def __init__(self, *args: Any, how: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["secret"]
        if how == "code":
            field.label, field.help_text = gettext("Code from the message"), gettext("Six digits.")
            field.error_messages["required"] = gettext("Write the six digits from the message.")
        else:
            field.label = gettext("PIN of the receipt")
            field.help_text = gettext("Six digits, as printed for you at the counter.")
            field.error_messages["required"] = gettext("Write the six digits of the PIN.")
            field.widget.attrs["autocomplete"] = "off"
