"""What people type about a consignment that arrived."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.supplies.models import ConsignmentLine


class ReceiptForm(forms.Form):
    """How many packs of each line arrived in good order; filled in with what was sent."""

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

    def __init__(self, *args: Any, sent: list[ConsignmentLine], in_dispute: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [each.line.item_code for each in sent]
        for each in sent:
            self.fields[each.line.item_code] = forms.IntegerField(
                label=each.line.item_name,
                help_text=f"{each.picked} sent. Count only what arrived in good order.",
                min_value=0,
                max_value=each.picked,
                initial=each.picked if each.received is None else each.received,
                widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-3", "inputmode": "numeric"}),
            )
        if not in_dispute:
            del self.fields["settled"]
        self.order_fields([*self.codes, "settled", "note"])

    def received(self) -> dict[str, int]:
        """Packs by item code."""
        return {code: self.cleaned_data[code] for code in self.codes}
