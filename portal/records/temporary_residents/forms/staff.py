"""What the operator types about temporary residents' forms."""

from __future__ import annotations

from django import forms


class RouteForm(forms.Form):
    """The practice where the patient is registered."""

    practice = forms.CharField(
        label="ODS code of the patient's practice",
        help_text="Look the patient up by number and date of birth in your national system.",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "autocomplete": "off"}),
        error_messages={"required": "Enter the ODS code of the practice."},
    )


class WhyForm(forms.Form):
    """Why a form is taken back."""

    why = forms.CharField(
        label="Why do you take it back?",
        help_text="It is kept with the form. Leave out the patient's name and number.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Say why you take it back."},
    )


class PostForm(forms.Form):
    """Where a printed form was sent."""

    where = forms.CharField(
        label="To which practice did you post it?",
        help_text="Its name and code, and when. Leave out the patient's name and number.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Say to which practice you sent it."},
    )
