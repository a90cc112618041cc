"""The form of an enquiry: the fields its type asks for, and who asks where that is not known (J20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from portal.casework.enquiry_types import EnquiryField, EnquiryType
from portal.casework.forms.requests.step_form import email, text
from portal.foundation.access import Actor
from portal.foundation.files import MultipleUploadField
from portal.foundation.files.names import holds_nhs_number
from portal.foundation.web.date_field import DateField
from portal.foundation.web.filters import day
from portal.supplies.api import is_own_order

_LONG = 4000
_LINE = 200
_FREE = ("text", "long")
CONFIRMED = "no_patient"
_WARNING = (
    "This looks like an NHS number. Leave patients' details out. If it is another number, tick the box below and go on."
)


class EnquiryForm(forms.Form):
    """The questions of one type. For somebody signed in nobody asks who they are: the actor says it."""

    def __init__(self, *args: Any, enquiry: EnquiryType, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enquiry, self.actor = enquiry, actor
        self.signed_in = actor.audience == "contractor"
        if not self.signed_in:
            self.fields |= _sender(knows_email=actor.audience == "requester")
        self.fields |= {f"q_{each.code}": _form_field(each) for each in enquiry.fields}
        self.fields["telephone"] = forms.RegexField(
            r"^[0-9+() \-]{7,25}$",
            label="Your telephone number (optional)",
            help_text="If you would like a call.",
            required=False,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "nhsuk-input--width-20"}),
            error_messages={"invalid": "Enter a telephone number with its numbers only, such as 01632 960 001."},
        )
        self._suspicious = [name for name in self._free_fields() if holds_nhs_number(self._typed(name))]
        if self._suspicious:
            self.fields[CONFIRMED] = forms.BooleanField(
                label="The number is not an NHS number, and nothing here is about a patient", required=False
            )

    def clean(self) -> dict[str, Any]:
        """Asks back once about what looks like an NHS number (R5); and an order must be the organisation's own."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self._suspicious and not cleaned.get(CONFIRMED):
            for name in self._suspicious:
                self.add_error(name, _WARNING)
        for each in self.enquiry.fields:
            reference = cleaned.get(f"q_{each.code}")
            if each.kind == "order" and reference and self.signed_in and not is_own_order(self.actor, reference):
                where = self.actor.organisation_name
                self.add_error(f"q_{each.code}", f"{where} has no order {reference}. Look it up under Your orders.")
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What the draft keeps: plain texts, numbers, and dates as ISO texts."""
        return {name: _stored(self.cleaned_data.get(name)) for name in self.fields}

    def initial_from(self, answers: Mapping[str, Any]) -> None:
        """Shows the stored answers."""
        for name, field in self.fields.items():
            stored = answers.get(name, "")
            self.initial[name] = date.fromisoformat(stored) if isinstance(field, DateField) and stored else stored

    def _free_fields(self) -> list[str]:
        if not self.is_bound:
            return []
        return [f"q_{each.code}" for each in self.enquiry.fields if each.kind in _FREE]

    def _typed(self, name: str) -> str:
        return str(self.data.get(name, ""))[: _LONG * 2]


class SendForm(forms.Form):
    """The last page: files are asked for last, because a browser forgets them when a page comes back."""

    def __init__(self, *args: Any, enquiry: EnquiryType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if enquiry.attachments:
            self.fields["files"] = MultipleUploadField(label="Add files", required=False)


def rows_of(enquiry: EnquiryType, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, value) of what was answered, for the check page and for the case."""
    rows = [(each.label, _read(each, answers.get(f"q_{each.code}", ""))) for each in enquiry.fields]
    rows.append(("Telephone", str(answers.get("telephone", ""))))
    return [(label, value) for label, value in rows if value]


def _sender(*, knows_email: bool) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {"sender_name": text("Your name", autocomplete="name")}
    if not knows_email:
        fields["sender_email"] = email(
            "Your e-mail address", "We send you a link. Only with it is your enquiry sent to us."
        )
    fields["sender_organisation"] = text("Your organisation's ODS code or name", "The code is best, if you know it.")
    return fields


def _form_field(asked: EnquiryField) -> forms.Field:
    common: dict[str, Any] = {"label": asked.label, "help_text": asked.hint, "required": asked.required}
    if asked.kind == "long":
        return forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 5}), **common)
    if asked.kind == "date":
        return DateField(latest=None, **common)
    if asked.kind == "number":
        return forms.IntegerField(min_value=0, max_value=1_000_000, **common)
    if asked.kind == "choice":
        return forms.ChoiceField(choices=[(each, each) for each in asked.choices], widget=forms.RadioSelect, **common)
    if asked.kind == "order":
        return _OrderField(max_length=40, **common)
    return forms.CharField(max_length=_LINE, **common)


class _OrderField(forms.CharField):
    def clean(self, value: Any) -> str:
        """Upper case, without blanks."""
        return str(super().clean(value)).replace(" ", "").upper()


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def _read(asked: EnquiryField, value: Any) -> str:
    if asked.kind == "date" and value:
        return day(date.fromisoformat(str(value)))
    return str(value)
