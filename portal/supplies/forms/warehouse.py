"""What people type or scan in the warehouse."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from portal.foundation.web.date_field import DateField
from portal.supplies.carriers import CARRIERS, OTHER
from portal.supplies.models import ConsignmentLine

# What scanners put before a code: an AIM identifier such as ]C1.
_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_TIMES = re.compile(r"^(?P<code>.+?)\s*[*x]\s*(?P<packs>[0-9]{1,4})$", re.IGNORECASE)


class ScanInput(forms.TextInput):
    """A field for a scanner: always empty, because the next scan types behind whatever stands in it.

    The sentence about a wrong scan names what was scanned, so nothing is lost (R7).
    """

    def format_value(self, value: Any) -> None:
        """Nothing."""
        return


def plain_code(scanned: str) -> str:
    """The code without what a scanner puts before it, in capital letters."""
    return _AIM.sub("", scanned.strip()).strip().upper()


class ScanForm(forms.Form):
    """One scan: an item's code, perhaps with a number of packs behind it (CODE*3)."""

    scan = forms.CharField(
        label="Scan or type an item's code",
        help_text="For several packs, type the code, a star and the number: FP10SS*3",
        max_length=60,
        widget=ScanInput(attrs={"autofocus": True, "autocomplete": "off", "class": "nhsuk-input--width-20"}),
    )

    def clean_scan(self) -> tuple[str, int]:
        """(code, packs). A scanner's prefix, blanks and lower case do not matter."""
        text = _AIM.sub("", self.cleaned_data["scan"].strip()).strip()
        packs = 1
        if match := _TIMES.match(text):
            text, packs = match["code"], int(match["packs"])
        if packs < 1:
            raise forms.ValidationError("Type a number of packs of at least 1.")
        return text.strip().upper(), packs


class UndoForm(forms.Form):
    """Puts one pack of an item back."""

    item_code = forms.CharField(max_length=60, widget=forms.HiddenInput)


class PackForm(forms.Form):
    """With something missing, what is to become of it."""

    def __init__(self, *args: Any, missing: list[ConsignmentLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if missing:
            self.fields["not_on_shelf"] = forms.MultipleChoiceField(
                label="What is not on the shelf?",
                help_text="It is taken off the books, and the order waits for new stock. Leave the rest unticked.",
                choices=[
                    (each.line.item_code, f"{each.quantity - each.picked} of {each.line.item_name}") for each in missing
                ],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["short_is_right"] = forms.BooleanField(
                label="Yes, this parcel goes without what is missing", required=False
            )


class HandOverForm(forms.Form):
    """Who takes it, and under which number."""

    carrier = forms.ChoiceField(
        label="Who takes it?",
        choices=[*((each, each) for each in CARRIERS), (OTHER, "Somebody else")],
        widget=forms.RadioSelect,
    )
    other_carrier = forms.CharField(label="If somebody else, who?", required=False, max_length=60)
    carrier_reference = forms.CharField(
        label="Carrier's reference",
        help_text="The number on the carrier's label. Leave it empty when there is none.",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """The carrier's name, chosen or typed."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("carrier") == OTHER:
            if not values.get("other_carrier", "").strip():
                self.add_error("other_carrier", "Enter who takes it.")
            values["carrier"] = values.get("other_carrier", "").strip()
        return values


class DeliveryForm(forms.Form):
    """Who took it in, on which day and at what time."""

    received_by = forms.CharField(
        label="Who took it in?", help_text="The name of the person at the door.", max_length=100
    )
    delivered_on = DateField(label="On which day?")
    delivered_time = forms.TimeField(
        label="At what time?",
        help_text="For example, 14:30",
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-5", "autocomplete": "off"}),
        error_messages={"invalid": "Enter a time, such as 14:30."},
    )
    signed = forms.BooleanField(
        label="The person signed for it", help_text="Secure stationery is handed over only so.", required=False
    )
    note = forms.CharField(label="Anything to note?", required=False, max_length=500, widget=forms.Textarea)

    def clean(self) -> dict[str, Any]:
        """Day and time as one moment in local time."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("delivered_on") and values.get("delivered_time"):
            naive = datetime.combine(values["delivered_on"], values["delivered_time"])
            values["delivered_at"] = timezone.make_aware(naive)
        return values


class FailedForm(forms.Form):
    """Why the carrier could not deliver."""

    REASONS = ("Nobody was there", "The site was closed", "The address was not found", "The site refused it")
    reason = forms.ChoiceField(
        label="Why could it not be delivered?", choices=[(each, each) for each in REASONS], widget=forms.RadioSelect
    )


class HoldForm(forms.Form):
    """Why an order is put on hold; the orderer reads it."""

    reason = forms.CharField(
        label="Why is it put on hold?",
        help_text="The person who ordered reads this.",
        max_length=300,
        widget=forms.Textarea,
    )


class SettleFaultForm(forms.Form):
    """What became of a standing order over which the portal broke down."""

    note = forms.CharField(
        label="What was done about it?",
        help_text="For example: the fault is mended, and the site ordered by hand. Leave out patients' details.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say what was done about it."},
    )
