"""What people say about substitutes, at the site and at the operator."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.supplies.models import SubstitutesChoice

_SHORT = {"class": "nhsuk-input--width-3", "inputmode": "numeric"}
_MOST_PACKS = 1_000  # in one rule of the catalogue


class ChoiceForm(forms.Form):
    """Beforehand: yes, ask, or no."""

    substitutes = forms.ChoiceField(
        label="If something is out of stock, may we send something else that does the same?",
        choices=[
            (SubstitutesChoice.YES, "Yes. Send it, and tell us"),
            (SubstitutesChoice.ASK, "Ask us each time"),
            (SubstitutesChoice.NO, "No. We wait for what we ordered"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you accept substitutes."},
    )


class AnswerForm(forms.Form):
    """The answer to one offer."""

    answer = forms.ChoiceField(
        label="Do you want it instead?",
        choices=[("yes", "Yes, send it instead"), ("no", "No, we wait for what we ordered")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say yes or no."},
    )


class OfferForm(forms.Form):
    """Which substitute is offered for a line."""

    substitute = forms.ChoiceField(
        label="What can be sent instead?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what can be sent instead."},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["substitute"]
        chosen.choices = choices


class RuleForm(forms.Form):
    """A rule of the catalogue: what may be sent instead, and how much of it."""

    substitute = forms.CharField(
        label="Code of what may be sent instead",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "autocomplete": "off"}),
        error_messages={"required": "Enter the code of an item."},
    )
    packs = forms.IntegerField(
        label="How many packs of it are sent",
        initial=1,
        min_value=1,
        max_value=_MOST_PACKS,
        widget=forms.NumberInput(attrs=_SHORT),
    )
    instead_of = forms.IntegerField(
        label="For how many packs of this item",
        help_text="For example, 2 packs of 50 for 1 pack of 100.",
        initial=1,
        min_value=1,
        max_value=_MOST_PACKS,
        widget=forms.NumberInput(attrs=_SHORT),
    )
    valid_from = DateField(label="From which day?")
    valid_to = DateField(label="Until which day? (optional)", required=False)
    note = forms.CharField(label="Note for colleagues (optional)", required=False, max_length=200)
