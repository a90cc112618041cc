"""A date typed in three boxes, as the NHS date input asks for it."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_PARTS = ("day", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DateWidget(forms.MultiWidget):
    """Day, month and year; posted as ``name_day``, ``name_month`` and ``name_year``."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in _PARTS}, attrs)

    def decompress(self, value: date | None) -> list[str]:
        return ["", "", ""] if value is None else [str(value.day), str(value.month), str(value.year)]


class DateField(forms.MultiValueField):
    """A date in three parts; cleans to ``datetime.date`` or None.

    ``earliest`` and ``latest`` bound it. Accepts spaces, leading noughts, fullwidth digits and the
    names of months. Its errors name the parts that are wrong, so that the link leads there.
    """

    widget = DateWidget

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **kwargs: Any) -> None:
        super().__init__(
            [forms.CharField(max_length=20, required=False) for _ in _PARTS], require_all_fields=False, **kwargs
        )
        self.earliest, self.latest = earliest, latest

    def clean(self, value: Any) -> date | None:
        """Parses the three parts. Raises ValidationError with ``params["parts"]``."""
        name = str(self.label or "The date")
        day, month, year = (_tidy(part) for part in (value or ["", "", ""]))
        typed = dict(zip(_PARTS, (day, month, year), strict=True))
        if not any(typed.values()):
            if self.required:
                raise _wrong(f"Enter {_lower_first(name)}.", _PARTS)
            return None
        if missing := [part for part, text in typed.items() if not text]:
            raise _wrong(f"{name} must include a {' and a '.join(missing)}.", missing)
        if not (year.isdecimal() and len(year) == 4):
            raise _wrong("The year must have 4 numbers, such as 2026.", ["year"])
        try:
            cleaned = date(int(year), _month(month), int(day) if day.isdecimal() else 0)
        except ValueError:
            raise _wrong(f"{name} must be a real date.", _PARTS) from None
        self._check_bounds(name, cleaned)
        self.run_validators(cleaned)
        return cleaned

    def _check_bounds(self, name: str, cleaned: date) -> None:
        if self.earliest and cleaned < self.earliest:
            raise _wrong(f"{name} must be {_words(self.earliest)} or later.", _PARTS)
        if self.latest and cleaned > self.latest:
            raise _wrong(f"{name} must be {_words(self.latest)} or earlier.", _PARTS)

    def compress(self, data_list: list[Any]) -> Any:
        return None


def _tidy(text: Any) -> str:
    # Fullwidth and other forms of a digit become the plain digit; twenty characters are plenty.
    return unicodedata.normalize("NFKC", str(text or "")[:20]).strip()


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    short = text[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS and text.isalpha() else 0


def _wrong(sentence: str, parts: Any) -> ValidationError:
    return ValidationError(sentence, code="invalid", params={"parts": tuple(parts)})


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _words(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
