"""The filters above the directory's list."""

from __future__ import annotations

from django import forms

from portal.organisations.kinds import KINDS, STATUSES
from portal.organisations.selectors import DirectoryFilter


class DirectoryFilterForm(forms.Form):
    """Nonsense filters nothing."""

    q = forms.CharField(
        label="Search",
        help_text="Code, postcode, or words of the name.",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Every kind"), *((kind.code, kind.label) for kind in KINDS.values())],
    )
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Every status"), *STATUSES.items()])

    def chosen(self) -> DirectoryFilter:
        """The filters that make sense."""
        self.is_valid()
        return DirectoryFilter(**{name: self.cleaned_data.get(name, "") for name in self.fields})
