"""What somebody says who was asked to look for a record."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.records.searches.services.answer_search import AnswerSearch


class AnswerForm(forms.Form):
    """Found or not, and where."""

    found = forms.ChoiceField(
        label="Is the record there?",
        choices=[("yes", "Yes, it is there"), ("no", "No, we looked and it is not there")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the record is there."},
    )
    where = forms.CharField(
        label="Where did it lie, or where did you look?",
        help_text="Such as: behind the filing cabinet, or shelves, returns box and scanning room. Leave out the"
        " patient's name and number.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say where you looked."},
    )

    def command(self, reference: str) -> AnswerSearch:
        """What the services take."""
        said: dict[str, Any] = self.cleaned_data
        return AnswerSearch(reference=reference, is_found=said["found"] == "yes", where=said["where"])
