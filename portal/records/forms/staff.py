"""What the operator's staff type about records."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.scanned_lines import scanned_lines
from portal.records.forms.place import PlaceField
from portal.records.models.scan import SCAN_KINDS
from portal.records.places import kind_of_place
from portal.records.policy import records_policy

# What is done at the operator's own places. Practices say for themselves that they packed or unpacked.
HUB_KINDS = ("hub_in", "hub_out", "shelved", "retrieved", "collected", "delivered", "failed")
_AT_A = {"hub_in": "hub", "hub_out": "hub", "shelved": "store", "retrieved": "store"}  # and nowhere else
_LONGEST_LIST = 50_000


class ScanForm(forms.Form):
    """A stack of bags, all at one place and for one purpose. A hand scanner types each code and a new line."""

    kind = forms.ChoiceField(
        label="What are you doing?",
        choices=[(kind, SCAN_KINDS[kind]) for kind in HUB_KINDS],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you are doing."},
    )
    place = PlaceField(help_text="The code of the hub or store, such as HUB, or of the practice you are at.")
    codes = forms.CharField(
        label="Codes",
        help_text="One on each line. Scan one bag after the other.",
        max_length=_LONGEST_LIST,
        widget=forms.Textarea,
        error_messages={"required": "Scan at least one bag."},
    )

    def clean_codes(self) -> list[str]:
        """Each code once, in the order scanned."""
        codes = scanned_lines(self.cleaned_data["codes"])
        most = records_policy().scans_at_once
        if len(codes) > most:
            raise forms.ValidationError(f"Send at most {most} at once. These are {len(codes)}.")
        return codes

    def clean(self) -> dict[str, Any]:
        """What is done at a hub or at a store only is refused for another place: the bags would seem to be there."""
        said = super().clean() or {}
        needed = _AT_A.get(said.get("kind", ""))
        if needed and "place" in said and kind_of_place(said["place"]) != needed:
            self.add_error("place", f"This place is not a {needed}. Check the code, and what you are doing.")
        return said


class SearchForm(forms.Form):
    """A movement or a label."""

    words = forms.CharField(label="Movement number or label code", required=False, max_length=30)


class SettleForm(forms.Form):
    """How something that did not fit ended."""

    outcome = forms.CharField(
        label="What was it, and what did you do?",
        help_text="The practice that sees it reads this, too. Leave out the patient's name and number.",
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": "Say what it was and what you did."},
    )


class WhyForm(forms.Form):
    """Why a movement is cancelled, or a bag missing or lost."""

    why = forms.CharField(
        label="Why?",
        help_text="Both practices read this. Leave out the patient's name and number.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say why."},
    )


class BagForm(WhyForm):
    """Which bag, and why."""

    field_order = ["bag", "why"]
    bag = forms.ChoiceField(label="Which bag?", error_messages={"required": "Choose the bag."})

    def __init__(self, *args: Any, bags: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["bag"]
        chosen.choices = [(str(number), f"Bag {number}") for number in bags]
