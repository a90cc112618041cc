"""What the small forms of a guided request share: their answers go to the draft and come back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django import forms

from portal.casework.models import RequestDraft
from portal.foundation.files import CheckedUpload, UploadField
from portal.foundation.web.date_field import DateField
from portal.foundation.web.filters import day

TEXT, LONG_TEXT = 200, 2000


class LinesField(forms.CharField):
    """An address as lines; cleans to a list of lines without blanks."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, **{"widget": forms.Textarea(attrs={"rows": 4}), **kwargs})

    def clean(self, value: Any) -> list[str]:
        """Raises ValidationError like any required field."""
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


@dataclass(frozen=True, kw_only=True)
class StepContext:
    """What a step may look at: the draft, its answers so far, and who fills it in ('' address: signed in)."""

    draft: RequestDraft
    signed_in: bool
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers so far."""
        return dict(self.draft.answers)


class StepForm(forms.Form):
    """One page of a guided request. ``labels_on_check`` names the rows of the check page, by field."""

    shown_as: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, step: StepContext, **kwargs: Any) -> None:
        self.step = step
        super().__init__(*args, **kwargs)

    def answers(self) -> dict[str, Any]:
        """What the draft keeps: plain texts, lists of lines, dates as ISO texts. Files are ``uploads``."""
        return {
            name: _stored(self.cleaned_data.get(name))
            for name, field in self.fields.items()
            if not isinstance(field, UploadField)
        }

    def uploads(self) -> dict[str, CheckedUpload]:
        """The files that were sent with this page, by field."""
        sent = {name: self.cleaned_data.get(name) for name in self.fields}
        return {name: value for name, value in sent.items() if isinstance(value, CheckedUpload)}

    @classmethod
    def initial_from(cls, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The stored answers as initial values of the fields."""
        return {name: _shown(cls.base_fields.get(name), value) for name, value in answers.items()}

    @classmethod
    def posted_from(cls, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The stored answers as they would be posted: every form is run again before a request is sent."""
        data: dict[str, Any] = {}
        for name, value in answers.items():
            shown = _shown(cls.base_fields.get(name), value)
            if isinstance(shown, date):
                data |= {f"{name}_day": shown.day, f"{name}_month": shown.month, f"{name}_year": shown.year}
            else:
                data[name] = shown
        return data

    def rows(self) -> list[tuple[str, Any]]:
        """(label, value) for the check page, from the stored answers."""
        stored = self.step.answers
        return [
            (str(field.label), self._as_read(name, stored.get(name)))
            for name, field in self.fields.items()
            if not field.widget.is_hidden and (field.required or stored.get(name))
        ]

    def _as_read(self, name: str, value: Any) -> Any:
        if isinstance(self.fields[name], UploadField):
            return self.step.answers.get(f"{name}_name", "")
        choices = dict(getattr(self.fields[name], "choices", []))
        if isinstance(value, str) and value in choices:
            return str(choices[value])
        if isinstance(self.fields[name], DateField) and value:
            return day(date.fromisoformat(value))
        return value


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def _shown(field: forms.Field | None, value: Any) -> Any:
    if isinstance(field, DateField) and isinstance(value, str) and value:
        return date.fromisoformat(value)
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    return value


def text(
    label: str, hint: str = "", *, required: bool = True, longest: int = TEXT, width: int = 0, autocomplete: str = ""
) -> forms.CharField:
    """A line of text; ``width`` in characters where the box should show how much is expected."""
    attributes = {"class": f"nhsuk-input--width-{width}" if width else "", "autocomplete": autocomplete}
    widget = forms.TextInput(attrs={name: value for name, value in attributes.items() if value})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=longest, widget=widget)


def yes_or_no(label: str, hint: str = "", yes: str = "Yes", no: str = "No") -> forms.ChoiceField:
    """Two radio buttons; cleans to ``yes`` or ``no``."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=[("yes", yes), ("no", no)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )


def telephone(label: str = "Telephone number", hint: str = "") -> forms.CharField:
    """A telephone number as people write it."""
    return forms.RegexField(
        r"^[0-9+() \-]{7,25}$",
        label=label,
        help_text=hint,
        max_length=25,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "nhsuk-input--width-20"}),
        error_messages={"invalid": "Enter a telephone number with its numbers only, such as 01632 960 001."},
    )


def email(label: str, hint: str = "") -> forms.EmailField:
    """An e-mail address."""
    return forms.EmailField(label=label, help_text=hint, max_length=254, widget=forms.EmailInput())
