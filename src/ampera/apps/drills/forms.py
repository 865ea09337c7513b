from django import forms

from ampera.forms import KeyForm


class JudgeForm(KeyForm):
    """The two buttons: what was pressed comes as `said`."""

    said = forms.ChoiceField(choices=[("true", "true"), ("false", "false")])
