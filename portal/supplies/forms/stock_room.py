"""Forms of transfers and of shortage notices."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.supplies.presenters.batches import batch_named
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.move_stock import LARGEST_MOVEMENT
from portal.supplies.services.tell_shortage import LONGEST


class TransferForm(forms.Form):
    """Where packs went, and how many."""

    to = forms.ChoiceField(label="Which store did they go to", error_messages={"required": "Choose a store."})
    batch = forms.ChoiceField(
        label="Which batch", widget=forms.RadioSelect, error_messages={"required": "Choose the batch that went."}
    )
    quantity = forms.IntegerField(
        label="How many packs",
        help_text="Only packs that are free. What is put aside for orders stays.",
        widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-5", "nhs_suffix": "packs"}),
        min_value=1,
        max_value=LARGEST_MOVEMENT,
        error_messages={
            "required": "Enter a number of packs.",
            "invalid": "Enter a whole number of packs, such as 40.",
            "min_value": "Enter 1 or more.",
            "max_value": f"Enter {LARGEST_MOVEMENT:,} or fewer.",
        },
    )

    def __init__(
        self, *args: Any, stores: list[tuple[str, str]], batches: list[tuple[str, str]] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Choose a store"), *stores]  # type: ignore[attr-defined]
        if batches is None:
            del self.fields["batch"]
        else:
            self.fields["batch"].choices = batches  # type: ignore[attr-defined]

    def clean_batch(self) -> BatchName:
        """The batch that was chosen."""
        return batch_named(self.cleaned_data["batch"])


class ShortageForm(forms.Form):
    """What sites read while an item is short."""

    words = forms.CharField(
        label="What should sites know",
        max_length=LONGEST,
        help_text="One or two short sentences. Say what happened and what to do.",
        error_messages={"required": "Say what happened and what sites should do."},
    )
    substitute = forms.CharField(
        label="Code of the item to order instead",
        required=False,
        max_length=20,
        help_text="Leave empty if there is none.",
    )
    ends_on = DateField(
        label="Last day of the notice", required=False, help_text="Leave empty to show it until you take it away."
    )
