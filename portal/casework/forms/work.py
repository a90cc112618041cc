"""What people type into a case: staff, and whoever asked."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.casework.models.case import PARTIES
from portal.casework.policy import policy
from portal.foundation.files import UploadField
from portal.foundation.web.date_field import DateField

_NO_PATIENTS = "Leave out patients' details."
_LONGEST = 4000


class Answer(forms.Form):
    """The answer, in plain words."""

    answer = forms.CharField(
        label="Your answer",
        help_text=f"The practice reads this. Say what happened and what comes next. {_NO_PATIENTS}",
        widget=forms.Textarea,
        max_length=_LONGEST,
        error_messages={"required": "Enter your answer."},
    )
    upload = UploadField(label="File (optional)", required=False)


class Write(forms.Form):
    """A message, with a file where one helps."""

    body = forms.CharField(
        label="Your message",
        help_text=_NO_PATIENTS,
        widget=forms.Textarea,
        max_length=_LONGEST,
        error_messages={"required": "Enter your message."},
    )
    upload = UploadField(label="File (optional)", required=False)


class Reply(forms.Form):
    """A reply to whoever asked, and whether the case then waits for theirs."""

    body = forms.CharField(
        label="Your message",
        help_text=f"They read this. {_NO_PATIENTS}",
        widget=forms.Textarea,
        max_length=_LONGEST,
        error_messages={"required": "Enter your message."},
    )
    then = forms.ChoiceField(
        label="What comes next?",
        choices=[("go_on", "We go on with it"), ("wait", "We wait for their reply")],
        initial="go_on",
        widget=forms.RadioSelect,
        required=False,
    )
    until = DateField(
        label="Until when do you wait? (optional)",
        help_text="The clock stands still until they reply, or this day is over.",
        required=False,
    )
    upload = UploadField(label="File (optional)", required=False)

    def __init__(self, *args: Any, may_wait: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_wait:
            del self.fields["then"], self.fields["until"]


class Wait(forms.Form):
    """Whom the case waits for, and until when."""

    party = forms.ChoiceField(
        label="Who has to do something?", choices=list(PARTIES.items()), initial="requester", required=False
    )
    whom = forms.CharField(
        label="Whom do you wait for?",
        help_text="For example, the name of the carrier. The practice sees this. Leave it empty for whoever asked.",
        max_length=120,
        required=False,
    )
    until = DateField(
        label="Until when? (optional)",
        help_text="When this day is over, the case comes back to its owner.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Whoever asked needs no name: the case has it."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("party") != "requester" and not said.get("whom"):
            self.add_error("whom", "Enter whom you wait for.")
        return said


class Plan(forms.Form):
    """The queue, and the day on which somebody looks at the case again."""

    queue = forms.ChoiceField(label="Queue")
    next_action_on = DateField(label="When is it looked at next?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].choices = list(policy().queues.items())  # type: ignore[attr-defined]


class Merge(forms.Form):
    """The case that goes on."""

    into = forms.CharField(
        label="Reference of the case that goes on",
        help_text="For example, CA-7F3K-9QCM.",
        max_length=20,
        error_messages={"required": "Enter the reference of the other case."},
    )

    def clean_into(self) -> str:
        """Capitals, without spaces."""
        return str(self.cleaned_data["into"]).upper().replace(" ", "")


class Rate(forms.Form):
    """How it went."""

    rating = forms.TypedChoiceField(
        label="How did we do?",
        choices=[(5, "5: very well"), (4, "4: well"), (3, "3: fairly"), (2, "2: badly"), (1, "1: very badly")],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a number from 1 to 5."},
    )
    comment = forms.CharField(
        label="What should we know? (optional)",
        help_text=_NO_PATIENTS,
        widget=forms.Textarea,
        max_length=1000,
        required=False,
    )


class Nothing(forms.Form):
    """A form that is only a button."""
