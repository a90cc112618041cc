"""Forms of the catalogue's staff pages. They parse; the rules are in ``item_values``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.supplies.item_values import CONTRACTOR_TYPES, PICTURES, ItemValues
from portal.supplies.models import ItemClass
from portal.supplies.stock_selectors import CatalogueFilter

_LARGEST = 100_000


class CatalogueFilterForm(forms.Form):
    """The filters above the catalogue list. Nonsense filters nothing."""

    q = forms.CharField(label="Search by code or name", required=False, max_length=100)
    item_class = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *ItemClass.choices])
    contractor_type = forms.ChoiceField(
        label="Ordered by", required=False, choices=[("", "Everybody"), *CONTRACTOR_TYPES.items()]
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Every state"),
            ("current", "Can be ordered now"),
            ("future", "Not yet"),
            ("withdrawn", "Withdrawn"),
        ],
    )

    def chosen(self) -> CatalogueFilter:
        """The filters that make sense."""
        self.is_valid()
        return CatalogueFilter(**{name: self.cleaned_data.get(name, "") for name in self.fields})


def _number(label: str, *, hint: str = "", required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-5"}),
        min_value=0,
        max_value=_LARGEST,
        error_messages={"required": "Enter a number.", "invalid": "Enter a whole number, such as 5."},
    )


class ItemForm(forms.Form):
    """Everything staff decide about an item. The code is asked only when an item is added."""

    code = forms.CharField(
        label="Code",
        help_text="Capital letters, digits and hyphens. It never changes.",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10"}),
    )
    name = forms.CharField(label="Name", max_length=120)
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two short sentences for those who order.",
    )
    item_class = forms.ChoiceField(
        label="Kind", choices=ItemClass.choices, help_text="Secure items need their own right and a second factor."
    )
    contractor_types = forms.MultipleChoiceField(
        label="Who may order it",
        choices=list(CONTRACTOR_TYPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who may order it."},
    )
    category = forms.CharField(
        label="Category", max_length=60, help_text="The heading it stands under in the catalogue."
    )
    unit = forms.CharField(label="What one pack is called", max_length=20, help_text="Such as box, pad or pack.")
    pack_size = _number("Pieces in a pack")
    minimum_quantity = _number("Fewest packs in an order")
    usual_quantity = _number("Usual quantity", hint="Above this many packs, a reason is asked.")
    maximum_quantity = _number("Most packs in an order")
    allowance_quantity = _number("Allowance: packs", hint="Leave both empty for no allowance.", required=False)
    allowance_days = _number("Allowance: in how many days", required=False)
    lead_time = _number("Lead time in working days", hint="From the start of work to the delivery.")
    approval_required = forms.BooleanField(label="Somebody else must approve every order of it", required=False)
    serial_numbered = forms.BooleanField(label="Every piece has a serial number", required=False)
    picture = forms.ChoiceField(label="Drawing", choices=list(PICTURES.items()))
    valid_from = DateField(label="First day it can be ordered")
    valid_to = DateField(label="Last day it can be ordered", required=False, help_text="Leave empty for no end.")
    replaced_by = forms.CharField(
        label="Code of the item to order instead",
        required=False,
        max_length=20,
        help_text="Shown once it is withdrawn.",
    )

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_code = code
        if code:
            del self.fields["code"]

    def clean_code(self) -> str:
        """Codes are capitals."""
        return str(self.cleaned_data["code"]).upper()

    def clean_description(self) -> str:
        """One paragraph, whatever line breaks were typed."""
        return " ".join(str(self.cleaned_data["description"]).split())

    def clean_replaced_by(self) -> str:
        """Codes are capitals."""
        return str(self.cleaned_data["replaced_by"]).upper()

    def values(self) -> ItemValues:
        """The valid form as the services take it."""
        data = {**self.cleaned_data, "contractor_types": tuple(self.cleaned_data["contractor_types"])}
        return ItemValues(**{"code": self.fixed_code, **data})


def initial_of(values: ItemValues) -> dict[str, Any]:
    """The item's values as the form shows them at first."""
    return {**asdict(values), "contractor_types": list(values.contractor_types)}


class WithdrawForm(forms.Form):
    """Ends an item on a day, with what to order instead."""

    valid_to = DateField(label="Last day it can be ordered", help_text="Orders placed until then are still sent.")
    replaced_by = forms.CharField(
        label="Code of the item to order instead",
        required=False,
        max_length=20,
        help_text="Leave empty if there is none.",
    )

    def clean_replaced_by(self) -> str:
        """Codes are capitals."""
        return str(self.cleaned_data["replaced_by"]).upper()
