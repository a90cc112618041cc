"""What staff type about registration events."""

from __future__ import annotations

from typing import Any

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


class Propose(forms.Form):
    """Why two patients are one; and which date of birth is right, where they differ."""

    birth_date_of = forms.ChoiceField(
        label="Which date of birth is right?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say which date of birth is right. The sender of the message knows."},
    )
    reason = forms.CharField(
        label="How do you know that they are one person?",
        help_text="Such as: the sender confirmed both numbers by telephone. Leave out names and numbers.",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say how you know that they are one person."},
    )

    def __init__(self, *args: Any, birth_dates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if birth_dates:
            chosen: Any = self.fields["birth_date_of"]
            chosen.choices = birth_dates
        else:
            del self.fields["birth_date_of"]


class Agree(forms.Form):
    """What the second person compared."""

    note = forms.CharField(
        label="What did you compare?",
        help_text="Such as: names and addresses, and the practice knows only one. Leave out names and numbers.",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say what you compared."},
    )


class TakeBack(forms.Form):
    """Why a proposal is taken back by who made it."""

    why = forms.CharField(
        label="Why do you take it back?",
        help_text="Such as: these are twins. Whoever asks again reads it. Leave out names and numbers.",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say why you take it back. Whoever asks again reads it."},
    )


class Refuse(forms.Form):
    """Why two patients stay two."""

    note = forms.CharField(
        label="Why are they not joined?",
        help_text="Whoever asks again reads it. Leave out names and numbers.",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say why they are not joined. Whoever asks again reads it."},
    )
