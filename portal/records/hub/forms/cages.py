"""What is scanned at the hub."""

from __future__ import annotations

from django import forms

from portal.records.forms.store import CodesForm

_SHORT = {"class": "nhsuk-input--width-10", "autocomplete": "off"}


class SortForm(CodesForm):
    """Bags that have just arrived."""


class FillForm(CodesForm):
    """Bags that go into a cage."""


class OpenForm(forms.Form):
    """Where a new cage goes."""

    destination = forms.CharField(
        label="Code of where it goes",
        help_text="The ODS code on the labels, such as A81001, or STORE.",
        max_length=20,
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Enter the code of the practice or store."},
    )

    def clean_destination(self) -> str:
        """The code as it is kept."""
        return str(self.cleaned_data["destination"]).strip().upper()


class HandOverForm(forms.Form):
    """The bar code on a manifest."""

    cage = forms.CharField(
        label="Cage",
        help_text="Scan the bar code on its manifest.",
        max_length=40,
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Scan the bar code on the manifest."},
    )
