"""The field for a place where a record can be."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.records.places import is_place


class PlaceField(forms.CharField):
    """The code of a place, as it is kept. What no record can be at is refused with a sentence."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Where?",
            max_length=20,
            widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "autocomplete": "off"}),
            error_messages={"required": "Enter the code of the place."},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """In capitals. Raises ValidationError for a place that is not known."""
        code = str(super().clean(value)).strip().upper()
        if not is_place(code):
            raise forms.ValidationError("No place with this code is known. Check the code.")
        return code
