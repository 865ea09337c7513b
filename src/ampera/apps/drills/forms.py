from uuid import uuid4

from django import forms


class StartForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, max_length=80, initial=uuid4)


class JudgeForm(StartForm):
    """The two buttons: what was pressed comes as `said`."""

    said = forms.ChoiceField(choices=[("true", "true"), ("false", "false")])
