"""The name of a favourite list."""

from __future__ import annotations

from django import forms


class FavouriteForm(forms.Form):
    """A name, and nothing else."""

    name = forms.CharField(
        label="Name of the list",
        max_length=60,
        help_text="For example: Monthly order",
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20"}),
    )
