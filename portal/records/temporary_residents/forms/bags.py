"""What people type about bags of forms."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.records.temporary_residents.bags import MOST_LABELS
from portal.records.temporary_residents.forms.contractor import SendFormForm
from portal.records.temporary_residents.models.paper_bag import MOST_FORMS

_SHORT = forms.NumberInput(attrs={"class": "nhsuk-input--width-3", "inputmode": "numeric", "autocomplete": "off"})


def _number(label: str, help_text: str, least: int, most: int) -> forms.IntegerField:
    sentence = f"Enter a number from {least} to {most}."
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=most,
        widget=_SHORT,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
    )


class LabelsForm(forms.Form):
    """How many labels."""

    number = _number("How many labels do you need?", "One for each bag. Many forms fit into one bag.", 1, MOST_LABELS)


class HandOverForm(forms.Form):
    """How many forms are in the bag."""

    forms = _number("How many forms are in the bag?", "The hub counts them again, and you both see it.", 1, MOST_FORMS)


class EmptyBagForm(forms.Form):
    """How many forms were in the bag."""

    forms = _number("How many forms were in the bag?", "Also those that could not be sent on.", 0, MOST_FORMS)


class BagCodeForm(forms.Form):
    """The code of a bag."""

    code = forms.CharField(
        label="Code on the label",
        help_text="Scan it, or type what stands below the bars, such as TB-7F3K-9QCM.",
        max_length=30,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": "Scan or type the code on the label."},
    )


class MissingBagForm(forms.Form):
    """The bag did not come."""

    note = forms.CharField(
        label="Where did you look?",
        help_text="The practice reads this. Leave out patients' names and numbers.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say where you looked."},
    )


class PaperFormForm(SendFormForm):
    """One form out of a bag, scanned at the hub."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practice"].help_text = "If it stands on the form. Without it the registrations are asked."
