"""What people type about the courier's visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from portal.foundation.web.date_field import DateField
from portal.records.models.collection import WEEKDAYS

_SHORT = {"class": "nhsuk-input--width-5", "autocomplete": "off"}


class ReportVisitForm(forms.Form):
    """Nobody came."""

    note = forms.CharField(
        label="Anything that helps us to find out why (optional)",
        help_text="For example that the surgery was open all day. Leave out patients' names and numbers.",
        max_length=500,
        required=False,
        widget=forms.Textarea,
    )


class _WindowForm(forms.Form):
    """Two times of day."""

    opens = forms.TimeField(
        label="From",
        help_text="For example 09:00",
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Enter the time from which the courier may come.", "invalid": "Write 09:00."},
    )
    closes = forms.TimeField(
        label="Until",
        help_text="For example 13:00",
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": "Enter the time until which the courier may come.", "invalid": "Write 13:00."},
    )


class CollectionDayForm(_WindowForm):
    """The courier's day at a site."""

    field_order = ["weekday", "opens", "closes", "first_on"]

    weekday = forms.TypedChoiceField(
        label="Day of the week",
        choices=list(WEEKDAYS.items()),
        coerce=int,
        error_messages={"required": "Choose the day of the week."},
    )
    first_on = DateField(label="First day", error_messages={"required": "Enter the first day."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_on"].initial = timezone.localdate


class ArrangeForm(_WindowForm):
    """One more visit."""

    field_order = ["on", "opens", "closes", "why"]

    on = DateField(label="Day", error_messages={"required": "Enter the day."})
    why = forms.CharField(
        label="Why?",
        help_text="The practice reads this.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Say why the courier comes on another day."},
    )


class CancelVisitForm(forms.Form):
    """Nobody comes on the day."""

    why = forms.CharField(
        label="Why does the courier not come?",
        help_text="The practice reads this.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Say why the courier does not come."},
    )


class DayForm(forms.Form):
    """A day that a link names, and a practice. What cannot be understood is left out, never an error page."""

    day = forms.DateField(label="Day", required=False)
    site = forms.CharField(label="Code of a practice", required=False, max_length=20)

    def wanted(self) -> tuple[date, str]:
        """The day, today without one; and the code of a practice, or ''."""
        self.is_valid()
        said = self.cleaned_data
        return said.get("day") or timezone.localdate(), said.get("site", "").strip().upper()
