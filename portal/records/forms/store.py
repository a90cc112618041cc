"""What the operator's staff type about the store (J26)."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.scanned_lines import scanned_lines
from portal.records.policy import records_policy

_SHORT = {"class": "nhsuk-input--width-10", "autocomplete": "off"}


class _Code(forms.CharField):
    """A code as scanned or typed: upper case, without blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs=_SHORT), **kwargs)

    def to_python(self, value: Any) -> str:
        """The code as it is kept."""
        return str(super().to_python(value)).replace(" ", "").upper()


def _code(label: str, help_text: str = "") -> _Code:
    return _Code(label=label, help_text=help_text, error_messages={"required": "Enter or scan the code."})


def _whole_number(label: str, help_text: str = "") -> forms.IntegerField:
    wrong = "Enter a whole number, such as 40."
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=9_999,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-4", "inputmode": "numeric"}),
        error_messages={"required": wrong, "invalid": wrong},
    )


class BuildingForm(forms.Form):
    """A new building."""

    code = _code("Code", "What stands on the bar code at its door, such as NORTH.")
    name = forms.CharField(
        label="Name", max_length=100, error_messages={"required": "Enter what people call the building."}
    )


class ShelfForm(forms.Form):
    """A new shelf in a building."""

    code = _code("Code", "People walk in the order of the codes: A-01 comes before A-02.")


class BoxesForm(forms.Form):
    """New boxes on a shelf."""

    first = _code("Code of the first box", "Such as A-0001. The others count up from it.")
    number = _whole_number("How many boxes?")
    capacity = _whole_number("How many bags does each hold?")


class BoxForm(forms.Form):
    """A box as it is to be from now on."""

    code = _code("Code")
    capacity = _whole_number("How many bags does it hold?")
    building = _code("Building")
    shelf = _code("Shelf", "To move the whole box, scan the shelf where it stands now.")


class FindBoxForm(forms.Form):
    """A box to look into."""

    box = _Code(label="Code of a box", required=False)


class CodesForm(forms.Form):
    """A stack of bags."""

    codes = forms.CharField(
        label="Bags",
        help_text="One on each line: the label, or the record's reference such as PR-7F3K-9QCM.",
        max_length=50_000,
        widget=forms.Textarea,
        error_messages={"required": "Scan at least one bag."},
    )

    def clean_codes(self) -> list[str]:
        """Each code once, in the order scanned."""
        codes = scanned_lines(self.cleaned_data["codes"], longest=100)
        most = records_policy().scans_at_once
        if len(codes) > most:
            raise forms.ValidationError(f"Send at most {most} at once. These are {len(codes)}.")
        return codes


class ShelveForm(CodesForm):
    """A stack of bags that goes into one box."""

    field_order = ["box", "codes"]
    box = _code("Box", "Scan the box first, then the bags that go into it.")


class TakenForm(forms.Form):
    """A bag in the hand, and the label that goes onto it."""

    code = forms.CharField(
        label="The code on the bag",
        help_text="Or the record's reference from the list, when the bag has no label yet.",
        max_length=100,
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Scan the code that is on the bag."},
    )
    label = forms.CharField(
        label="The new label",
        max_length=100,
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Scan the new label before you stick it on."},
    )


class NotFoundForm(forms.Form):
    """Where somebody looked for a bag that is not in its place."""

    why = forms.CharField(
        label="Where did you look?",
        help_text="Both practices read this. Leave out the patient's name and number.",
        max_length=400,
        widget=forms.Textarea,
        error_messages={"required": "Say where you looked."},
    )
