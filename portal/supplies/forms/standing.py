"""When a standing order orders, and how much of each item."""

from __future__ import annotations

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

    def __init__(self, *args: Any, lines: list[tuple[CatalogueItem, int]], **kwargs: Any) -> None:
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

    def clean(self) -> dict[str, Any]:
        """Weeks within the operator's limit."""
        cleaned: dict[str, Any] = super().clean() or {}
        most = standing_rules().most_weeks
        if (cleaned.get("every_weeks") or 0) > most:
            self.add_error("every_weeks", f"Enter a whole number from 1 to {most}.")
        return cleaned

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
            },
        )
