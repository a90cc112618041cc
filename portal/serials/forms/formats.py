"""What people type about how the numbers of a form are written and checked."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from portal.serials.check_digits import KINDS, LARGEST_MODULUS
from portal.serials.format_values import FormatValues
from portal.serials.numbers import MOST_DIGITS

_SHORT = {"class": "nhsuk-input--width-3", "inputmode": "numeric", "autocomplete": "off"}
_MOST_EXAMPLES = 20


class FormatForm(forms.Form):
    """The format, and numbers to try it on."""

    digits = forms.IntegerField(
        label="How many digits has a number?",
        help_text="All of them, as printed on the form.",
        min_value=1,
        max_value=MOST_DIGITS,
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Enter how many digits a number has.", "invalid": "Enter a number of digits."},
    )
    check_digits = forms.IntegerField(
        label="How many of them, at the end, only check the others?",
        help_text="The register does not count by these. Enter 0 if all digits count.",
        min_value=0,
        max_value=MOST_DIGITS,
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Enter how many digits only check.", "invalid": "Enter a number of digits."},
    )
    kind = forms.ChoiceField(
        label="How is the last digit worked out?",
        help_text="Ask whoever prints the form. Do not guess: a wrong rule refuses every form that is scanned.",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the last digit is worked out."},
    )
    weights = forms.CharField(
        label="Weights",
        help_text="Only for another rule. One for each digit before the last, from the left, such as 1, 2, 1, 2.",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    modulus = forms.IntegerField(
        label="Modulus",
        help_text="Only for another rule. What the sum of digits times weights is divided by.",
        min_value=2,
        max_value=LARGEST_MODULUS,
        required=False,
        widget=forms.TextInput(attrs=_SHORT),
    )
    characters = forms.CharField(
        label="Check digit for each remainder",
        help_text="Only for another rule. From remainder 0 on, without spaces, such as 0987654321.",
        max_length=LARGEST_MODULUS,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20", "autocomplete": "off"}),
    )
    cross_sum = forms.BooleanField(
        label="Add up the digits of each product first (only for another rule)", required=False
    )
    examples = forms.CharField(
        label="Numbers of real forms",
        help_text="At least two, from different pads, one on each line. All their digits, as printed.",
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": "Enter the numbers of at least two real forms."},
    )
    reason = forms.CharField(
        label="How do you know?",
        help_text="For example: the printer's letter of 3 November. Not needed to try it.",
        max_length=500,
        required=False,
    )

    def clean_weights(self) -> tuple[int, ...]:
        """The weights as numbers. Raises ValidationError for anything else."""
        parts = re.split(r"[\s,;]+", self.cleaned_data["weights"].strip(" ,;"))
        if parts == [""]:
            return ()
        if not all(re.fullmatch(r"[0-9]{1,2}", part) for part in parts):
            raise forms.ValidationError("Enter weights as numbers, with commas between them.")
        return tuple(map(int, parts))

    def clean_examples(self) -> list[str]:
        """The numbers, one a line. Raises ValidationError for too many."""
        lines = [line.strip() for line in self.cleaned_data["examples"].splitlines() if line.strip()]
        if len(lines) > _MOST_EXAMPLES:
            raise forms.ValidationError(f"Enter up to {_MOST_EXAMPLES} numbers.")
        return lines

    def values(self) -> FormatValues:
        """What the services take."""
        names = ("digits", "check_digits", "kind", "weights", "modulus", "characters", "cross_sum")
        return FormatValues(**{name: self.cleaned_data[name] for name in names})


class DecideFormatForm(forms.Form):
    """The second person's decision; whoever asked can only withdraw."""

    outcome = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide."},
    )
    example = forms.CharField(
        label="The number of a form that you have before you",
        help_text="If you agree: from another pad than the numbers above, all its digits.",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20", "inputmode": "numeric", "autocomplete": "off"}),
    )
    note = forms.CharField(label="Why not?", help_text="If you do not agree.", max_length=500, required=False)

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome: Any = self.fields["outcome"]
        if own:
            outcome.choices = [("reject", "I withdraw it: nothing changes.")]
            del self.fields["example"]
            return
        outcome.choices = [
            ("agree", "I agree: numbers that come in from now on are read so."),
            ("reject", "I do not agree: nothing changes."),
        ]
