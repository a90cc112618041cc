"""What a reader narrows the service levels by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils import timezone

from portal.foundation.levels.months import LOOKED_BACK, add_months, month_of
from portal.foundation.levels.reading import LevelFilter
from portal.foundation.levels.source import all_sources
from portal.organisations.api import CONTRACTOR_TYPES

SHOWN_MONTHS = 12
MOST_MONTHS = 36
_CODE = "%Y-%m"


class LevelsForm(forms.Form):
    """Narrows by GET. What cannot be understood is left out, never an error page."""

    first = forms.ChoiceField(label="From month", required=False)
    last = forms.ChoiceField(label="To month", required=False)
    contractor_type = forms.ChoiceField(
        label="Contractor type", required=False, choices=[("", "All types"), *CONTRACTOR_TYPES.items()]
    )
    area = forms.ChoiceField(label="Area beside all sites", required=False)

    def __init__(self, data: Mapping[str, str], *, areas: Mapping[str, str], area: str, since: date | None) -> None:
        super().__init__(data)
        this = month_of(timezone.localdate())
        self._this, self._area = this, area
        oldest = max(since or add_months(this, 1 - SHOWN_MONTHS), add_months(this, -LOOKED_BACK - SHOWN_MONTHS))
        months = []
        month = add_months(this, 1)
        while month >= oldest:
            months.append((f"{month:{_CODE}}", f"{month:%B %Y}"))
            month = add_months(month, -1)
        self._choose("first", months, f"{max(oldest, add_months(this, 1 - SHOWN_MONTHS)):{_CODE}}")
        self._choose("last", months, f"{this:{_CODE}}")
        self._choose("area", [("", "No area"), *((code, f"{name} ({code})") for code, name in areas.items())], area)
        for source in all_sources():
            choices = [("", "All kinds"), *source.all_kinds.items()]
            self.fields[source.code] = forms.ChoiceField(label=source.kinds_are, required=False, choices=choices)

    def _choose(self, name: str, choices: list[tuple[str, str]], initial: str) -> None:
        """A list with what stands there when the reader has chosen nothing."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not self.data.get(name) and not (name == "area" and name in self.data):
            self.data = {**self.data, name: initial}

    def wanted(self) -> LevelFilter:
        """The filter as far as it is valid; months in the wrong order are put right, and 36 are the most."""
        self.is_valid()
        chosen = self.cleaned_data
        first, last = sorted([self._month("first", 1 - SHOWN_MONTHS), self._month("last", 0)])
        return LevelFilter(
            first=max(first, add_months(last, 1 - MOST_MONTHS)),
            last=last,
            area=chosen.get("area", "") if "area" in self.data else self._area,
            contractor_type=chosen.get("contractor_type", ""),
            kinds={source.code: kind for source in all_sources() if (kind := chosen.get(source.code, ""))},
        )

    def _month(self, name: str, otherwise: int) -> date:
        text = self.cleaned_data.get(name, "")
        return date.fromisoformat(f"{text}-01") if text else add_months(self._this, otherwise)

    def kind_fields(self) -> list[forms.BoundField]:
        """The fields of the kinds, one a feature."""
        return [self[source.code] for source in all_sources()]

    def narrows_kinds(self) -> bool:
        """Whether the reader narrowed by a kind, so that the page shows those lists open."""
        return any(self.data.get(source.code) for source in all_sources())
