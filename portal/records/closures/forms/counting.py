"""What people type when they count the records of a closing site."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.scanned_lines import scanned_lines
from portal.records.closures.services.count_records import MOST_AT_ONCE
from portal.records.forms.contractor import PatientForm

_MOST_RECORDS = 1_000_000  # more than any site holds


class CountForm(forms.Form):
    """A stack of envelopes."""

    lines = forms.CharField(
        label="Numbers on the envelopes",
        help_text="One on each line: the NHS number or old-style number, or the code of a label.",
        max_length=20_000,
        widget=forms.Textarea,
        error_messages={"required": "Scan or type at least one number."},
    )

    def clean_lines(self) -> list[str]:
        """Each line once, in the order typed."""
        found = scanned_lines(self.cleaned_data["lines"], longest=60)
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Send at most {MOST_AT_ONCE} at once. These are {len(found)}.")
        return found


class FoundForm(PatientForm):
    """An envelope that nobody expected here."""


class EndForm(forms.Form):
    """The end of the count, agreed to with the number of what was not found."""

    unseen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=_MOST_RECORDS)
    agreed = forms.BooleanField(error_messages={"required": "Say that everybody has looked everywhere."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = "We have looked everywhere"
