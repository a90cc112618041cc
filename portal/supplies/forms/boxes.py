"""What people type or scan about boxes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from portal.supplies.forms.warehouse import ScanForm, ScanInput, UndoForm, plain_code
from portal.supplies.models import Box

_PIECE = forms.TextInput(attrs={"class": "nhsuk-input--width-20", "autocomplete": "off"})


class BoxScanForm(ScanForm):
    """One scan: what goes into which box; the batch only where several were picked of an item."""

    box = forms.ChoiceField(label="Into which box?", error_messages={"required": "Choose the box."})
    batch = forms.CharField(
        label="Batch (optional)",
        help_text="Only where several batches of the item were picked.",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, boxes: list[Box], several_batches: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["box"]
        chosen.choices = [(str(box.number), f"Box {box.number}") for box in boxes if box.closed_at is None]
        if not several_batches:
            del self.fields["batch"]
        self.order_fields(["box", "scan", "batch"])


class TakeOutForm(UndoForm):
    """Takes one pack of an item out of a box."""

    batch = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)


class CloseBoxForm(forms.Form):
    """What is known of a box when it is closed; nothing of it must be."""

    weight = forms.DecimalField(
        label="Weight in kilograms (optional)",
        help_text="For example, 2.4",
        required=False,
        min_value=Decimal("0.001"),
        max_value=30,
        decimal_places=3,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-4", "inputmode": "decimal", "autocomplete": "off"}),
    )
    carrier_piece = forms.CharField(
        label="Carrier's number of this box (optional)",
        help_text="If the carrier's label is on it already. You can scan it at the hand-over, too.",
        required=False,
        max_length=40,
        widget=_PIECE,
    )

    def grams(self) -> int | None:
        """The weight in grams."""
        weight = self.cleaned_data.get("weight")
        return None if weight is None else int(weight * 1000)


class LoadForm(forms.Form):
    """One box on its way to the carrier."""

    scan = forms.CharField(
        label="Scan the label of a box",
        max_length=60,
        widget=ScanInput(attrs={"autofocus": True, "autocomplete": "off", "class": "nhsuk-input--width-20"}),
    )
    carrier_piece = forms.CharField(
        label="Carrier's number on it (optional)",
        help_text="With it, the carrier's file says of each box when it arrived.",
        required=False,
        max_length=40,
        widget=_PIECE,
    )

    def clean_scan(self) -> str:
        """The code, without what a scanner puts before it."""
        return plain_code(self.cleaned_data["scan"])
