"""Forms of the stock pages. They parse; the rules are in the services."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.foundation.web.date_field import DateField
from portal.supplies.presenters.batches import batch_named
from portal.supplies.services.adjust_stock import REASONS
from portal.supplies.services.change_store import StoreValues
from portal.supplies.services.keep_batches import BatchName
from portal.supplies.services.move_stock import LARGEST_MOVEMENT, LARGEST_STOCK
from portal.supplies.stock_selectors import STOCK_STATES, StockFilter


class StockFilterForm(forms.Form):
    """The filters above the stock list. Nonsense filters nothing."""

    q = forms.CharField(label="Search by code or name", required=False, max_length=100)
    store = forms.ChoiceField(label="Store", required=False)
    state = forms.ChoiceField(label="Show", required=False, choices=list(STOCK_STATES.items()))

    def __init__(self, *args: Any, stores: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].choices = [("", "Every store"), *stores]  # type: ignore[attr-defined]

    def chosen(self) -> StockFilter:
        """The filters that make sense."""
        self.is_valid()
        return StockFilter(**{name: self.cleaned_data.get(name, "") for name in self.fields})


def _packs(label: str, *, hint: str, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-5", "nhs_suffix": "packs"}),
        min_value=least,
        max_value=most,
        error_messages={
            "required": "Enter a number of packs.",
            "invalid": "Enter a whole number of packs, such as 40.",
            "min_value": f"Enter {least} or more.",
            "max_value": f"Enter {most:,} or fewer.",
        },
    )


class ReceiveForm(forms.Form):
    """Goods in."""

    quantity = _packs("How many packs came in", hint="Whole packs, not pieces.", least=1, most=LARGEST_MOVEMENT)
    note = forms.CharField(
        label="Supplier's delivery note",
        help_text="Its number, so that the delivery can be found again.",
        max_length=100,
        error_messages={"required": "Enter the number of the supplier's delivery note."},
    )
    purchase = forms.CharField(
        label="Our purchase reference", required=False, max_length=40, help_text="Of the order that we placed."
    )
    batch = forms.CharField(
        label="Batch number",
        required=False,
        max_length=40,
        help_text="As it is printed on the box, after LOT.",
    )
    expires_on = DateField(
        label="Last date",
        required=False,
        help_text="The date printed beside the batch number. From this day on nothing of it is sent.",
    )

    def __init__(self, *args: Any, in_batches: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not in_batches:
            del self.fields["batch"], self.fields["expires_on"]


class CountForm(forms.Form):
    """What was counted; ``seen`` is what the page said was on hand when the difference was shown."""

    counted = _packs(
        "How many packs did you count",
        hint="Everything on the shelf, and what is packed but not yet handed over.",
        least=0,
        most=LARGEST_STOCK,
    )
    batch = forms.ChoiceField(
        label="Which batch did you count",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the batch that you counted."},
    )
    seen = forms.IntegerField(required=False, max_value=LARGEST_STOCK, widget=forms.HiddenInput)

    def __init__(self, *args: Any, batches: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if batches is None:
            del self.fields["batch"]
        else:
            self.fields["batch"].choices = batches  # type: ignore[attr-defined]

    def clean_batch(self) -> BatchName:
        """The batch that was chosen."""
        return batch_named(self.cleaned_data["batch"])


class AdjustForm(forms.Form):
    """How many packs, and why: the reason says whether they are added or taken off."""

    reason = forms.ChoiceField(
        label="What happened",
        widget=forms.RadioSelect,
        choices=[
            (code, f"{'Add' if reason.direction > 0 else 'Take off'}: {reason.label}")
            for code, reason in REASONS.items()
        ],
        error_messages={"required": "Choose what happened."},
    )
    quantity = _packs("How many packs", hint="Whole packs, not pieces.", least=1, most=LARGEST_MOVEMENT)
    note = forms.CharField(
        label="Note", required=False, max_length=200, help_text="Needed where the reason alone does not explain it."
    )
    batch = forms.ChoiceField(label="Batch", required=False, help_text="If nobody says, whichever expires first.")

    def __init__(self, *args: Any, batches: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if batches is None:
            del self.fields["batch"]
        else:
            self.fields["batch"].choices = [("", "Any batch"), *batches]  # type: ignore[attr-defined]

    def clean_batch(self) -> BatchName | None:
        """The batch that was chosen; None for any."""
        return batch_named(self.cleaned_data["batch"]) if self.cleaned_data["batch"] else None


class ExpectForm(forms.Form):
    """When more is expected."""

    expected_on = DateField(
        label="Day of the supplier's next delivery", required=False, help_text="Leave empty if nobody knows."
    )


class StoreForm(forms.Form):
    """A store. The code is asked only when a store is added."""

    code = forms.CharField(
        label="Code", max_length=12, help_text="Capital letters, digits and hyphens. It never changes."
    )
    name = forms.CharField(label="Name", max_length=60)
    priority = forms.IntegerField(
        label="Turn",
        min_value=0,
        max_value=999,
        help_text="Orders are served from the store with the lowest number first.",
    )
    is_active = forms.BooleanField(label="Serves new orders", required=False)

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_code = code
        if code:
            del self.fields["code"]

    def values(self) -> StoreValues:
        """The valid form as the services take it."""
        data = dict(self.cleaned_data)
        return StoreValues(code=self.fixed_code or str(data.pop("code")).upper(), **data)
