"""Quantities, and reasons, for any number of items: the catalogue's form and the basket's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError

from portal.foundation.web.error_sentences import sentences_of
from portal.foundation.web.shown_again import shown_again

QUANTITY, REASON = "quantity-", "reason-"
MOST_LINES = 300  # more than any catalogue holds
LARGEST_QUANTITY = 99_999
LONGEST_REASON = 500
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_SHOWN = re.compile(r"([A-Z0-9][A-Z0-9-]{1,19}):([0-9]{1,5})")


class QuantityField(forms.CharField):
    """A whole number of packs, or nothing (None)."""

    def __init__(self, code: str) -> None:
        super().__init__(label=code, required=False, max_length=20)
        self.code = code

    def clean(self, value: object) -> int | None:
        """The number. Raises ValidationError for anything else."""
        text = str(super().clean(value)).strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise ValidationError(f"Enter a whole number for {self.code}, such as 3.")
        if int(text) > LARGEST_QUANTITY:
            raise ValidationError(f"Enter {LARGEST_QUANTITY:,} or fewer for {self.code}.")
        return int(text)


class BasketForm(forms.Form):
    """The lines that were sent: ``quantity-CODE`` and ``reason-CODE``. Names that are no item codes are ignored.

    ``shown`` is what the page showed as being in the basket, so that only what the person changed is
    changed: a tab that was open for long takes nothing out of the basket.
    """

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data=data)
        shown = dict(_SHOWN.findall(self.data.get("shown", "")))
        for name in list(data or {})[: MOST_LINES * 3]:
            code = name.partition("-")[2]
            if "shown" in self.data and code not in shown and not self.data[name]:
                continue  # most fields of the catalogue: left empty, and nothing was in the basket
            if _CODE.fullmatch(code) and len(self.fields) < MOST_LINES * 2:
                if name.startswith(QUANTITY):
                    self.fields[name] = QuantityField(code)
                elif name.startswith(REASON):
                    self.ask_reason(code)

    def ask_reason(self, code: str) -> None:
        """Makes room for the reason of a line."""
        field = forms.CharField(label="Reason", required=False, max_length=LONGEST_REASON, widget=forms.Textarea)
        self.fields[f"{REASON}{code}"] = field

    def removed(self) -> str:
        """The code whose remove button was pressed; '' for none."""
        code = str(self.data.get("remove", ""))
        return code if _CODE.fullmatch(code) else ""

    def drop(self, code: str) -> None:
        """Forgets what was sent about a line: it is to go, so it need not be right."""
        self.fields.pop(f"{QUANTITY}{code}", None)
        self.fields.pop(f"{REASON}{code}", None)

    def quantities(self) -> dict[str, int]:
        """Item code -> packs; a field left empty means none."""
        return {
            name.removeprefix(QUANTITY): value or 0
            for name, value in self.cleaned_data.items()
            if name.startswith(QUANTITY)
        }

    def changes(self) -> dict[str, int]:
        """The quantities that differ from what the page showed."""
        shown = {code: int(packs) for code, packs in _SHOWN.findall(self.data.get("shown", ""))}
        return {code: packs for code, packs in self.quantities().items() if packs != shown.get(code, 0)}

    def reasons(self) -> dict[str, str]:
        """Item code -> reason, for the lines that were asked for one."""
        return {
            name.removeprefix(REASON): value for name, value in self.cleaned_data.items() if name.startswith(REASON)
        }

    def refuse(self, errors: Mapping[str | None, str]) -> None:
        """Puts a service's sentences beside their fields."""
        for name, sentence in errors.items():
            if name and name.startswith(REASON) and name not in self.fields:
                self.ask_reason(name.removeprefix(REASON))
            self.add_error(name if name in self.fields else None, sentence)

    def typed(self, name: str, otherwise: str) -> str:
        """What was typed into a field, or ``otherwise`` when the field was not sent."""
        return shown_again(str(self.data.get(name, otherwise)))

    def sentences(self) -> dict[str, str]:
        """Field name -> what is wrong with it; the key is '' for what concerns no single field."""
        found = {name: sentences_of(self[name])[0] for name in self.errors if name in self.fields}
        if general := self.non_field_errors():
            found[""] = str(general[0])
        return found


def shown_as(quantities: Mapping[str, int]) -> str:
    """The hidden field ``shown``: CODE:packs for each line in the basket."""
    return " ".join(f"{code}:{packs}" for code, packs in quantities.items() if packs)
