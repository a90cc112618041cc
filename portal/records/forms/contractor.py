"""What a practice types about records."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.records.finding import Identifiers
from portal.records.models.movement import FLAGS
from portal.records.selectors import GROUPS, Narrowed
from portal.records.services.look_up import PURPOSES
from portal.records.services.match_envelope import STEPS
from portal.records.services.request_movement import WAYS

_LONGEST_NUMBER = 30
_NARROW = forms.TextInput(attrs={"class": "nhsuk-input--width-20", "autocomplete": "off"})


class NarrowForm(forms.Form):
    """Narrows a list of movements. What cannot be understood is left out, never an error page."""

    reference = forms.CharField(label="Movement number", required=False, max_length=_LONGEST_NUMBER, widget=_NARROW)
    group = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All that have not ended"), *((code, label) for code, (label, _) in GROUPS.items())],
    )
    flag = forms.ChoiceField(label="Mark", required=False, choices=[("", "Any"), *FLAGS.items()])
    only = forms.MultipleChoiceField(
        label="Only",
        required=False,
        choices=[("urgent", "Urgent"), ("late", "Later than expected")],
        widget=forms.CheckboxSelectMultiple,
    )

    def narrowed(self) -> Narrowed:
        """The filter as far as it is valid."""
        self.is_valid()
        said = self.cleaned_data
        only = said.get("only", [])
        return Narrowed(
            group=said.get("group", ""),
            flag=said.get("flag", ""),
            urgent="urgent" in only,
            late="late" in only,
            reference=said.get("reference", "").strip().upper(),
        )


class PatientForm(forms.Form):
    """A patient by two things."""

    number = forms.CharField(
        label="NHS number",
        help_text="Ten digits, such as 999 123 4567. An old-style number from an envelope will do, too.",
        max_length=_LONGEST_NUMBER,
        widget=_NARROW,
        error_messages={"required": "Enter the NHS number."},
    )
    born_on = DateField(label="Date of birth", error_messages={"required": "Enter the date of birth."})

    def identifiers(self) -> Identifiers:
        """Both, as services take them."""
        return Identifiers(number=self.cleaned_data["number"], born_on=self.cleaned_data["born_on"])


class LookUpForm(PatientForm):
    """Where is a record?"""

    purpose = forms.ChoiceField(
        label="Why do you look for it?",
        help_text="Every look is kept with its purpose.",
        choices=list(PURPOSES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why you look for it."},
    )


class MatchForm(PatientForm):
    """An envelope and a label."""

    field_order = ["step", "code", "number", "born_on"]

    step = forms.ChoiceField(
        label="What are you doing?",
        choices=list(STEPS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you are packing or unpacking."},
    )
    code = forms.CharField(
        label="Code on the label of the bag",
        help_text="Scan it, or type what stands below the bars, such as RL-7F3K-9QCM.",
        max_length=_LONGEST_NUMBER,
        widget=_NARROW,
        error_messages={"required": "Scan or type the code on the label."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = "NHS number on the envelope"
        self.fields["born_on"].label = "Date of birth on the envelope"


class RequestForm(PatientForm):
    """Asking for a movement."""

    field_order = ["way", "number", "born_on", "urgent", "urgent_reason"]

    way = forms.ChoiceField(
        label="What do you need?",
        choices=list(WAYS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you need."},
    )
    urgent = forms.BooleanField(
        label="It is urgent",
        help_text="The practice that has the record is asked to answer within two working days.",
        required=False,
    )
    urgent_reason = forms.CharField(
        label="Why is it urgent? (only if it is)",
        help_text="Both practices read this. Leave out the patient's name and number.",
        max_length=500,
        required=False,
        widget=forms.Textarea,
    )

    def clean(self) -> dict[str, Any]:
        """An urgent one says why."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("urgent") and not said.get("urgent_reason", "").strip():
            self.add_error("urgent_reason", "Say why it is urgent.")
        if not said.get("urgent"):
            said["urgent_reason"] = ""
        return said


class NeverHeldForm(forms.Form):
    """The practice has not got it."""

    note = forms.CharField(
        label="Where did you look?",
        help_text="And what your system says about this patient's paper. Leave out the patient's name and number.",
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": "Say where you looked."},
    )


class NoPaperForm(forms.Form):
    """There is no paper."""

    why = forms.ChoiceField(
        label="Why is there no paper?",
        choices=[
            ("digitised", "It is digitised, and we send the digitisation letter instead"),
            ("never_made", "None was ever made: the record is electronic only"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why there is no paper."},
    )


class ChosenForm(forms.Form):
    """Several movements of a list, and what to do with them."""

    chosen = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, references: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["chosen"]
        chosen.choices = [(each, each) for each in references]
