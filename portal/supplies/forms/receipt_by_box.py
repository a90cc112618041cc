"""What people type about a consignment of several boxes."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.supplies.models import Box

_ANSWERS = (
    ("came", "It came, and everything is in it"),
    ("short", "It came, but something is missing or damaged"),
    ("missing", "It did not come"),
)


class BoxReceiptForm(forms.Form):
    """For each box whether it came; where something in it is missing, how many packs are in good order."""

    note = forms.CharField(
        label="Is there anything we should know? (optional)",
        help_text="For example, what was damaged. Leave out patients' details.",
        required=False,
        widget=forms.Textarea,
        max_length=1000,
    )
    settled = forms.BooleanField(
        label="What is missing need not come any more. Finish this consignment as it is.", required=False
    )

    def __init__(self, *args: Any, boxes: list[Box], in_dispute: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boxes = boxes
        for box in boxes:
            self.fields[f"answer_{box.number}"] = forms.ChoiceField(
                label=f"Box {box.number} of {len(boxes)}",
                choices=_ANSWERS,
                initial=box.answer or "came",
                widget=forms.RadioSelect,
                error_messages={"required": f"Say whether box {box.number} came."},
            )
            for code, (name, packs, received) in inside(box).items():
                self.fields[f"box_{box.number}_{code}"] = forms.IntegerField(
                    label=f"{name} in box {box.number}",
                    help_text=f"{packs} sent. Count only what arrived in good order.",
                    required=False,
                    min_value=0,
                    max_value=packs,
                    initial=packs if received is None else received,
                    widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-3", "inputmode": "numeric"}),
                )
        if not in_dispute:
            del self.fields["settled"]

    def clean(self) -> dict[str, Any]:
        """A box in which something is missing says how much is there."""
        values: dict[str, Any] = super().clean() or {}
        for box in self.boxes:
            for code in inside(box):
                name = f"box_{box.number}_{code}"
                if values.get(f"answer_{box.number}") == "short" and values.get(name) is None and name in values:
                    self.add_error(name, "Enter how many arrived in good order. Enter 0 for none.")
        return values

    def missing(self) -> frozenset[int]:
        """The numbers of the boxes that did not come."""
        return frozenset(each.number for each in self.boxes if self._answer(each) == "missing")

    def received(self) -> dict[int, dict[str, int]]:
        """Box -> packs in good order by item code, for each box that came."""
        return {
            box.number: {
                code: packs if self._answer(box) == "came" else self.cleaned_data[f"box_{box.number}_{code}"]
                for code, (_, packs, _) in inside(box).items()
            }
            for box in self.boxes
            if self._answer(box) != "missing"
        }

    def _answer(self, box: Box) -> str:
        return str(self.cleaned_data[f"answer_{box.number}"])


def inside(box: Box) -> dict[str, tuple[str, int, int | None]]:
    """Item code -> its name, packs in the box, packs confirmed before (None until then)."""
    found: dict[str, tuple[str, int, int | None]] = {}
    for each in box.lines.all():
        line = each.part.line
        _, packs, received = found.get(line.item_code, ("", 0, None))
        confirmed = None if each.received is None else (received or 0) + each.received
        found[line.item_code] = (line.item_name, packs + each.quantity, confirmed)
    return found
