"""What people type about releases, deliveries, prescribers, and who must know of missing forms."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.serials.models import Profession
from portal.serials.services.check_delivery import ANSWERS
from portal.serials.services.keep_prescribers import OUTCOMES


class ReleaseForm(forms.Form):
    """A second person's decision."""

    outcome = forms.ChoiceField(
        label="What do you decide?",
        choices=[("release", "Release it: the warehouse picks it."), ("refuse", "Do not release it: it is cancelled.")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide."},
    )
    note = forms.CharField(
        label="What did you check?",
        help_text="If you do not release it, the site reads this. Leave out patients' details.",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say what you checked."},
    )


class CheckDeliveryForm(forms.Form):
    """One question for each range: is it here?"""

    def __init__(self, *args: Any, ranges: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ranges = [key for key, _ in ranges]
        for key, words in ranges:
            self.fields[key] = forms.ChoiceField(
                label=words,
                choices=list(ANSWERS.items()),
                widget=forms.RadioSelect,
                error_messages={"required": "Say whether this range is here."},
            )
        self.fields["what"] = forms.CharField(
            label="What is wrong?",
            help_text="Only if a range is not here, or was opened. Leave out patients' details.",
            widget=forms.Textarea,
            max_length=1000,
            required=False,
        )

    def answers(self) -> dict[str, str]:
        """What the service takes."""
        return {key: self.cleaned_data[key] for key in self.ranges}


class JoinForm(forms.Form):
    """Somebody who begins to prescribe at the site."""

    name = forms.CharField(
        label="Name",
        help_text="As it is printed on the pads.",
        max_length=120,
        error_messages={"required": "Enter the name as it is printed on the pads."},
    )
    number = forms.CharField(
        label="Prescriber's code",
        help_text="The code on the form: 4 to 12 letters and digits.",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "autocomplete": "off"}),
        error_messages={"required": "Enter the prescriber's code."},
    )
    profession = forms.ChoiceField(
        label="Profession",
        choices=Profession.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the profession."},
    )
    joined_on = DateField(label="First day at your site")


class RenameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label="New name", max_length=120, error_messages={"required": "Enter the new name."})
    from_on = DateField(label="From which day?")


class LeaveForm(forms.Form):
    """The last day."""

    last_day = DateField(label="Last day at your site")


class ClosePadsForm(forms.Form):
    """What became of a leaver's pads."""

    outcome = forms.ChoiceField(
        label="What became of the pads?",
        choices=list(OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of the pads."},
    )
    note = forms.CharField(
        label="Who did it, and when?",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say who did it, and when."},
    )


class PadsForm(forms.Form):
    """For whom each pad in the basket is."""

    def __init__(self, *args: Any, pads: list[Any], people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item, chosen in pads:
            self.fields[item.code] = forms.ChoiceField(
                label=item.name,
                choices=[("", "Choose the prescriber"), *people],
                initial=chosen,
                error_messages={"required": "Choose the prescriber."},
            )


class ContactForm(forms.Form):
    """Somebody who must know."""

    role = forms.CharField(
        label="What are they?",
        help_text="For example, Controlled Drugs Accountable Officer.",
        max_length=120,
        error_messages={"required": "Say what they are."},
    )
    name = forms.CharField(label="Name (optional)", max_length=120, required=False)
    email = forms.EmailField(
        label="E-mail address",
        max_length=200,
        error_messages={"required": "Enter the e-mail address.", "invalid": "Enter an e-mail address."},
    )
    area = forms.CharField(
        label="Code of the area's commissioner",
        help_text="Leave it empty for somebody who must know everywhere.",
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5", "autocomplete": "off"}),
    )
