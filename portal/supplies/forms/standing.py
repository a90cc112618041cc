"""When a standing order orders, and how much of each item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.supplies.forms.basket import QUANTITY
from portal.supplies.models import CatalogueItem
from portal.supplies.services.set_up_standing_order import LAST_DAY_OF_MONTH, StandingOrderValues
from portal.supplies.standing_rules import standing_rules

_NARROW = {"class": "nhsuk-input--width-3"}


def _number(label: str, hint: str, most: int) -> forms.IntegerField:
    sentence = f"Enter a whole number from 1 to {most}."
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=False,
        min_value=1,
        max_value=most,
        widget=forms.NumberInput(attrs=_NARROW),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), sentence),
    )


class StandingForm(forms.Form):
    """A name, a rhythm, and a number of packs for each item."""

    name = forms.CharField(
        label="Name of the standing order",
        max_length=60,
        help_text="For example: Needles for the month",
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20"}),
        error_messages={"required": "Enter a name, so that you know it again."},
    )
    every_weeks = _number("Weeks between two orders", "For example, 4. Leave it empty to give a day of the month.", 99)
    day_of_month = _number(
        "Or day of each month",
        "From 1 to 31. A shorter month uses its last day. Leave it empty when you gave weeks.",
        LAST_DAY_OF_MONTH,
    )
    first_on = DateField(label="The first day", help_text="We order on this day or on the next working day.")
    ends_on = DateField(label="The last day (optional)", required=False)

    def __init__(
        self,
        *args: Any,
        lines: list[tuple[CatalogueItem, int]],
        others: Sequence[CatalogueItem] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for item, packs in lines:
            self.fields[f"{QUANTITY}{item.code}"] = forms.IntegerField(
                label=f"{item.name}: how many each time",
                help_text=f"Up to {item.usual_quantity}. Enter 0 to leave it out.",
                required=False,
                min_value=0,
                max_value=item.maximum_quantity,
                initial=packs,
                widget=forms.NumberInput(attrs=_NARROW),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), f"Enter a whole number from 0 to {item.maximum_quantity}."
                ),
            )

        if others:
            self._offer(others)

    def _offer(self, others: Sequence[CatalogueItem]) -> None:
        """Room for one more item."""
        choices = [("", "No further item"), *((item.code, f"{item.name} ({item.code})") for item in others)]
        self.fields["more"] = forms.ChoiceField(
            label="Add an item (optional)",
            choices=choices,
            required=False,
            error_messages={"invalid_choice": "Choose an item of the list."},
        )
        self.fields["more_packs"] = forms.IntegerField(
            label="How many of it each time",
            required=False,
            min_value=1,
            widget=forms.NumberInput(attrs=_NARROW),
            error_messages=dict.fromkeys(("invalid", "min_value"), "Enter a whole number of at least 1."),
        )

    def clean(self) -> dict[str, Any]:
        """Weeks within the operator's limit."""
        cleaned: dict[str, Any] = super().clean() or {}
        most = standing_rules().most_weeks
        if (cleaned.get("every_weeks") or 0) > most:
            self.add_error("every_weeks", f"Enter a whole number from 1 to {most}.")
        if cleaned.get("more_packs") and "more" in cleaned and not cleaned["more"]:
            self.add_error("more", "Choose the item, or leave its number empty.")
        if cleaned.get("more") and not cleaned.get("more_packs") and "more_packs" in cleaned:
            self.add_error("more_packs", "Enter how many of it are ordered each time.")
        return cleaned

    def placed(self, errors: dict[str | None, str]) -> dict[str | None, str]:
        """A service's sentences beside their fields: what it says of the item that is added stands at that."""
        added = f"{QUANTITY}{self.cleaned_data.get('more')}"
        return {"more_packs" if name == added else name: sentence for name, sentence in errors.items()}

    def _added(self) -> dict[str, int]:
        code = self.cleaned_data.get("more")
        return {code: self.cleaned_data["more_packs"]} if code else {}

    def values(self) -> StandingOrderValues:
        """The command."""
        return StandingOrderValues(
            name=self.cleaned_data["name"],
            every_weeks=self.cleaned_data["every_weeks"],
            day_of_month=self.cleaned_data["day_of_month"],
            first_on=self.cleaned_data["first_on"],
            ends_on=self.cleaned_data["ends_on"],
            quantities={
                name.removeprefix(QUANTITY): packs or 0
                for name, packs in self.cleaned_data.items()
                if name.startswith(QUANTITY)
            }
            | self._added(),
        )
