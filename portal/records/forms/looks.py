"""What a Main Contact types about looks at patients."""

from __future__ import annotations

from django import forms

from portal.foundation.audit.access_log import Looks
from portal.foundation.audit.purposes import PURPOSES
from portal.records.looks import PERIODS, narrowed


class LooksForm(forms.Form):
    """Narrows the list. What cannot be understood is left out, never an error page."""

    period = forms.ChoiceField(label="When", required=False, choices=[("", "Any time"), *PERIODS.items()])
    purpose = forms.ChoiceField(label="Purpose", required=False, choices=[("", "Any"), *PURPOSES.items()])
    others = forms.BooleanField(label="Only looks by somebody outside this practice", required=False)
    person = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def narrowed(self) -> Looks:
        """The filter as far as it is valid."""
        self.is_valid()
        said = self.cleaned_data
        return narrowed(
            period=said.get("period", ""),
            purpose=said.get("purpose", ""),
            person=said.get("person"),
            by_others=said.get("others", False),
        )


class ReportLookForm(forms.Form):
    """Why a look seems wrong."""

    details = forms.CharField(
        label="Why does it seem wrong?",
        help_text="Leave out patients' names and numbers. We know which look you mean.",
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say why it seems wrong."},
    )
