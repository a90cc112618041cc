"""Forms of the batch pages."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.supplies.batch_selectors import BATCH_STATES, BatchFilter


class BatchFilterForm(forms.Form):
    """The filters above the list of batches. Nonsense filters nothing."""

    q = forms.CharField(label="Search by batch, item code or name", required=False, max_length=100)
    store = forms.ChoiceField(label="Store", required=False)
    state = forms.ChoiceField(label="Show", required=False, choices=list(BATCH_STATES.items()))

    def __init__(self, *args: Any, stores: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].choices = [("", "Every store"), *stores]  # type: ignore[attr-defined]

    def chosen(self) -> BatchFilter:
        """The filters that make sense."""
        self.is_valid()
        return BatchFilter(**{name: self.cleaned_data.get(name, "") for name in self.fields})
