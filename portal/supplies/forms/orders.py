"""What people type about orders."""

from __future__ import annotations

from django import forms

from portal.foundation.web.date_field import DateField
from portal.supplies.order_selectors import STATE_GROUPS, OrderFilter
from portal.supplies.services.report_problem import PROBLEMS

_DATES = tuple(f"{name}_{part}" for name in ("placed_from", "placed_to") for part in ("day", "month", "year"))


class OrderFilterForm(forms.Form):
    """Narrows the list of orders. What cannot be understood is left out, never an error page."""

    words = forms.CharField(label="Reference or item", required=False, max_length=100)
    group = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), *((code, label) for code, (label, _) in STATE_GROUPS.items())],
    )
    placed_from = DateField(label="Placed from", required=False)
    placed_to = DateField(label="Placed to", required=False)

    def wanted(self) -> OrderFilter:
        """The filter as far as it is valid."""
        self.is_valid()
        return OrderFilter(**{name: value for name, value in self.cleaned_data.items() if value})

    def names_dates(self) -> bool:
        """Whether the reader narrowed by dates, so that the page shows their boxes open."""
        return any(self.data.get(name, "") for name in _DATES)

    def parameters(self) -> tuple[str, ...]:
        """The names the filter has in an address; a date has three."""
        return ("words", "group", *_DATES)


class CancelForm(forms.Form):
    """Why an order is cancelled."""

    REASONS = (
        ("no longer needed", "We no longer need it"),
        ("ordered by mistake", "We ordered it by mistake"),
        ("found elsewhere", "We found some elsewhere"),
        ("it takes too long", "It takes too long"),
    )
    reason = forms.ChoiceField(
        label="Why do you cancel?",
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why you cancel."},
    )


class RejectForm(forms.Form):
    """Why an order is not approved; the orderer reads it."""

    reason = forms.CharField(
        label="Why do you not approve it?",
        help_text="The person who ordered reads this.",
        widget=forms.Textarea,
        max_length=500,
        error_messages={"required": "Say why you do not approve it."},
    )


class ButtonForm(forms.Form):
    """A form that is only a button."""


class ProblemForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(
        label="What is wrong?",
        choices=list(PROBLEMS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong."},
    )
    details = forms.CharField(
        label="What happened?",
        help_text="For example, which item, how many, and what the parcel looked like. Leave out patients' details.",
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say what happened."},
    )
