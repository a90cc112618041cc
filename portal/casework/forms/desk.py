"""Forms of the desk: which cases, and what several of them get done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.accounts.api import Holder
from portal.casework.desk import KINDS, NOBODY, WITHOUT_ACCOUNT
from portal.casework.models.case import PARTIES
from portal.casework.policy import policy
from portal.casework.states import CASE
from portal.organisations.api import CONTRACTOR_TYPES

_ANY = ("", "Any")


def _names(staff: Sequence[Holder]) -> list[tuple[str, str]]:
    return [(each.reference, each.name) for each in staff]


class CaseFilter(forms.Form):
    """What the list of cases is filtered by. ``portal.casework.desk.Wanted`` reads the same names."""

    queue = forms.ChoiceField(label="Queue", required=False)
    state = forms.ChoiceField(
        label="State", choices=[_ANY, *((code, state.label) for code, state in CASE.states.items())], required=False
    )
    owner = forms.ChoiceField(label="Owner", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[_ANY, *KINDS.items()], required=False)
    party = forms.ChoiceField(label="Waits for", choices=[_ANY, *PARTIES.items()], required=False)
    contractor_type = forms.ChoiceField(
        label="Contractor type",
        choices=[_ANY, *CONTRACTOR_TYPES.items(), (WITHOUT_ACCOUNT, "No account")],
        required=False,
    )

    def __init__(self, *args: Any, staff: Sequence[Holder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].choices = [_ANY, *policy().queues.items()]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [_ANY, (NOBODY, "Nobody"), *_names(staff)]  # type: ignore[attr-defined]


class Give(forms.Form):
    """A colleague who works in the case's queue."""

    colleague = forms.ChoiceField(
        label="Who takes it on?",
        error_messages={
            "required": "Choose a colleague.",
            "invalid_choice": "Choose somebody who works in this queue.",
        },
    )

    def __init__(self, *args: Any, staff: Sequence[Holder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].choices = [("", "Choose a colleague"), *_names(staff)]  # type: ignore[attr-defined]


class Several(forms.Form):
    """What to do with the chosen cases; a colleague or a queue only where it is asked for."""

    what = forms.ChoiceField(
        label="What do you want to do with them?",
        choices=[
            ("take", "Take them: I look into them"),
            ("give", "Give them to a colleague"),
            ("move", "Move them to another queue"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to do."},
    )
    colleague = forms.ChoiceField(label="Colleague, if you give them to somebody", required=False)
    queue = forms.ChoiceField(label="Queue, if you move them", required=False)

    def __init__(self, *args: Any, staff: Sequence[Holder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].choices = [("", "Choose a colleague"), *_names(staff)]  # type: ignore[attr-defined]
        self.fields["queue"].choices = [("", "Choose a queue"), *policy().queues.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A colleague to give to, a queue to move to."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("what") == "give" and not said.get("colleague"):
            self.add_error("colleague", "Choose a colleague to give them to.")
        if said.get("what") == "move" and not said.get("queue"):
            self.add_error("queue", "Choose a queue to move them to.")
        return said
