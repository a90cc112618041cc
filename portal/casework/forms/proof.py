"""What people type to prove, decide, stop and carry out a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.casework.models.proof import CALL_OUTCOMES, DECISIONS, QUESTIONS
from portal.casework.numbers_on_file import NumberOnFile
from portal.casework.services.freeze_request import REASONS
from portal.casework.services.record_call import RecordCall

_NO_PATIENTS = "Leave out patients' details."


class CallForm(forms.Form):
    """One call: which number of those on file, what was asked, how it ended. Nobody types a number."""

    number = forms.ChoiceField(
        label="Which number did you call?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the number you called.",
            "invalid_choice": "Choose one of the numbers we hold. A number from the request is never called.",
        },
    )
    asked = forms.MultipleChoiceField(
        label="What to say and ask",
        help_text="Tick what you did. A confirmation needs them all.",
        choices=list(QUESTIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    outcome = forms.ChoiceField(
        label="How did the call end?",
        choices=list(CALL_OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the call ended. A note alone settles nothing."},
    )
    spoke_to = forms.CharField(label="Whom did you speak to?", max_length=120, required=False)
    position = forms.CharField(
        label="What are they at the practice?",
        help_text="For example partner or practice manager.",
        max_length=120,
        required=False,
    )
    note = forms.CharField(
        label="Note (optional)", help_text=_NO_PATIENTS, widget=forms.Textarea, max_length=2000, required=False
    )

    def __init__(self, *args: Any, numbers: Sequence[NumberOnFile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number: Any = self.fields["number"]
        number.choices = [(each.key, f"{each.number}, {each.whose}") for each in numbers]
        number.widget.attrs["nhs_hints"] = {each.key: each.warning or each.said_since for each in numbers}

    def command(self) -> RecordCall:
        """The service's command."""
        said = self.cleaned_data
        return RecordCall(
            number=said["number"],
            outcome=said["outcome"],
            spoke_to=said["spoke_to"],
            position=said["position"],
            asked=said["asked"],
            note=said["note"],
        )


class ReasonForm(forms.Form):
    """Why; whoever asked reads it."""

    reason = forms.CharField(
        label="Why?",
        help_text=f"Whoever asked reads this. {_NO_PATIENTS}",
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say why. Whoever asked reads it."},
    )


class DoneForm(forms.Form):
    """What was done about a step of a plan."""

    said = forms.CharField(
        label="What was arranged, and with whom?",
        help_text=f"The site reads this. {_NO_PATIENTS}",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say what was arranged."},
    )


class SkipForm(forms.Form):
    """Why a step is not needed."""

    said = forms.CharField(
        label="Why is it not needed?",
        help_text=f"The site reads this. {_NO_PATIENTS}",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "Say why it is not needed."},
    )


class FreezeForm(forms.Form):
    """Why somebody stops a change."""

    reason = forms.ChoiceField(
        label="What is not right?",
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is to be stopped."},
    )


class CommissionerForm(forms.Form):
    """Agree, ask, or refuse."""

    outcome = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            ("agreed", DECISIONS["agreed"]),
            ("queried", "Ask a question first"),
            ("refused", DECISIONS["refused"]),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide."},
    )
    reason = forms.CharField(
        label="Your question, or why you refuse",
        help_text=f"Not needed when you agree. Whoever asked reads it. {_NO_PATIENTS}",
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )


class AnswerForm(forms.Form):
    """The answer to the commissioner's question."""

    text = forms.CharField(
        label="Your answer",
        help_text=f"The commissioner reads this. {_NO_PATIENTS}",
        widget=forms.Textarea,
        max_length=4000,
        error_messages={"required": "Write your answer."},
    )
