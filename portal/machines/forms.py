"""What a Service Manager types about machines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from portal.foundation.web.date_field import DateField
from portal.machines.scopes import SCOPES
from portal.machines.services.keep_machines import AdmitMachine

_USUAL_LIFE = timedelta(days=180)


class TokenForm(forms.Form):
    """How long a token is good."""

    token_ends_on = DateField(
        label="Last day of the token",
        help_text="At most a year from now. Make a new token before then.",
        error_messages={"required": "Enter the last day of the token."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token_ends_on"].initial = timezone.localdate() + _USUAL_LIFE


class AdmitForm(TokenForm):
    """A new machine."""

    name = forms.CharField(
        label="Name of the machine",
        help_text="What people call it, such as Northern Courier, van scanners.",
        max_length=80,
        error_messages={"required": "Enter a name."},
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=[(code, scope.label) for code, scope in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing."},
    )
    place = forms.CharField(
        label="For which courier, hub or store does it scan?",
        help_text="The code, such as COURIER or HUB. Leave it empty when the machine sends no scans.",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "autocomplete": "off"}),
    )
    field_order = ("name", "scopes", "place", "token_ends_on")

    def command(self) -> AdmitMachine:
        """The service's command."""
        said = self.cleaned_data
        return AdmitMachine(
            name=said["name"], scopes=said["scopes"], place=said["place"], token_ends_on=said["token_ends_on"]
        )


class EndForm(forms.Form):
    """Why its access ends."""

    reason = forms.CharField(
        label="Why does its access end?",
        widget=forms.Textarea,
        max_length=500,
        error_messages={"required": "Say why its access ends."},
    )
