"""What staff type into a case."""

from __future__ import annotations

from django import forms


class Answer(forms.Form):
    """The answer, in plain words."""

    answer = forms.CharField(
        label="Your answer",
        help_text="The practice reads this. Say what happened and what comes next. Leave out patients' details.",
        widget=forms.Textarea,
        max_length=4000,
        error_messages={"required": "Enter your answer."},
    )


class Wait(forms.Form):
    """Whom the case waits for."""

    whom = forms.CharField(
        label="Whom do you wait for?",
        help_text="For example, the carrier.",
        max_length=120,
        error_messages={"required": "Enter whom you wait for."},
    )


class Nothing(forms.Form):
    """A form that is only a button."""
