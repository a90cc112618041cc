"""The form of an organisation's ordering rules."""

from __future__ import annotations

from django import forms

from portal.supplies.services.change_account import LONGEST_REASON


class AccountForm(forms.Form):
    """Whether every order needs approval, and why that was decided."""

    approval_required = forms.TypedChoiceField(
        label="Must somebody else approve every order of this organisation?",
        choices=[("yes", "Yes, every order"), ("no", "No, only items that always need it")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who asked for it, and why. It is kept in the history.",
        error_messages={"required": "Say who asked for this, or why. It stays in the record."},
    )
