"""What a practice types and chooses about temporary residents' forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.foundation.files import UploadField
from portal.foundation.files.limits import MAXIMUM_UPLOAD, MEGABYTE, PDF
from portal.foundation.web.date_field import DateField
from portal.records.finding import Identifiers
from portal.records.temporary_residents.models.temporary_form import RETURN_REASONS
from portal.records.temporary_residents.selectors import Narrowed

_NARROW = forms.TextInput(attrs={"class": "nhsuk-input--width-20", "autocomplete": "off"})
_NOT_A_PDF = "Choose a PDF. A photograph cannot be sent here: save it as a PDF, or scan the form."


class FormFileField(UploadField):
    """One PDF. The name that it has on the sender's computer, which may be the patient's, ends here."""

    def to_python(self, data: Any) -> Any:
        """The checked file. Raises ValidationError with a sentence that says what to do."""
        if data is not None:
            data.name = "form.pdf"
        checked = super().to_python(data)
        if checked is not None and checked.content_type != PDF:
            raise ValidationError(_NOT_A_PDF, code="refused")
        return checked


class SendFormForm(forms.Form):
    """One form of one patient."""

    number = forms.CharField(
        label="NHS number of the patient",
        help_text="Ten digits, such as 999 123 4567.",
        max_length=30,
        widget=_NARROW,
        error_messages={"required": "Enter the NHS number."},
    )
    born_on = DateField(label="Date of birth", error_messages={"required": "Enter the date of birth."})
    practice = forms.CharField(
        label="Code of the patient's practice (optional)",
        help_text="The ODS code, such as A81001, if you know it. Leave it empty, and we find the practice.",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "autocomplete": "off"}),
    )
    file = FormFileField(
        label="The form",
        help_text=f"One PDF with all its sides, up to {MAXIMUM_UPLOAD // MEGABYTE} MB. Its name is not kept.",
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        error_messages={"required": "Choose the PDF of the form."},
    )

    def identifiers(self) -> Identifiers:
        """Number and date of birth, as services take them."""
        return Identifiers(number=self.cleaned_data["number"], born_on=self.cleaned_data["born_on"])


class ReturnForm(forms.Form):
    """The form is not about a patient of this practice."""

    reason = forms.ChoiceField(
        label="Why do you return it?",
        choices=list(RETURN_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why you return it."},
    )
    note = forms.CharField(
        label="Anything that helps us to find the right practice (optional)",
        help_text="For example the code of the practice that the patient went to. Leave out names and numbers.",
        max_length=500,
        required=False,
        widget=forms.Textarea,
    )


class NarrowForm(forms.Form):
    """Narrows a list. What cannot be understood is left out, never an error page."""

    group = forms.ChoiceField(required=False)
    words = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: Any, groups: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._first = groups[0]
        group: Any = self.fields["group"]
        group.choices = [(each, each) for each in groups]

    def narrowed(self) -> Narrowed:
        """The filter as far as it is valid."""
        self.is_valid()
        said = self.cleaned_data
        return Narrowed(group=said.get("group") or self._first, words=said.get("words", "").strip())
