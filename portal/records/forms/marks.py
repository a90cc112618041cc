"""What somebody types about marks, labels, lost records and protected identities."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.records.models.movement import FLAGS
from portal.records.services.mark_movement import SET_BY_HAND


class MarksForm(forms.Form):
    """What goes with a record."""

    marks = forms.MultipleChoiceField(
        label="What is true of this record?",
        choices=[(flag, FLAGS[flag]) for flag in SET_BY_HAND],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    old_number = forms.CharField(
        label="Number of an earlier style on the envelope (optional)",
        help_text="Letters and digits from before 1996. The envelope is then recognised by it, too.",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20", "autocomplete": "off"}),
    )


class NewLabelForm(forms.Form):
    """Which label, and what is wrong with it."""

    label = forms.ChoiceField(label="Which label?", error_messages={"required": "Choose the label."})
    why = forms.CharField(
        label="What is wrong with it?",
        help_text="Such as: torn, misprinted, lost.",
        max_length=200,
        error_messages={"required": "Say what is wrong with the label."},
    )

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["label"]
        chosen.choices = [(code, code) for code in codes]


class SealForm(forms.Form):
    """Whether an identity is protected, and who asked for it."""

    sealed = forms.ChoiceField(
        label="Who the record is about",
        choices=[("yes", "Protect it: nobody at a practice reads the name or number"), ("no", "Do not protect it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    why = forms.CharField(
        label="Who asked for it?",
        help_text="Leave out the patient's name and number.",
        max_length=300,
        error_messages={"required": "Say who asked for it."},
    )
