"""What staff type about registration events."""

from __future__ import annotations

from django import forms


class Settle(forms.Form):
    """How an event that waited for a person came to its end."""

    holder = forms.CharField(
        label="Practice that holds the record (optional)",
        help_text="Its ODS code, such as Y90001. It is asked to send the record. Leave it empty when there is none.",
        required=False,
        max_length=12,
    )
    note = forms.CharField(
        label="What you found out",
        help_text="Leave out patients' details.",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Enter what you found out."},
    )
