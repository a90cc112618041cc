"""Steps of closures, relocations and mergers: when, where to, who takes over (J17, J18)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from portal.casework.directory_answers import LONGEST_CODE, free_branch_codes, look_up, tidy_code, why_not_a_branch_code
from portal.casework.forms.requests.step_form import LONG_TEXT, LinesField, StepForm, telephone, text, yes_or_no
from portal.casework.policy import policy
from portal.foundation.web.date_field import DateField
from portal.foundation.web.filters import day

MOST_MERGING = 5


class EffectiveDate(StepForm):
    """From when. Less than the notice asked for needs a reason, which the commissioner decides on."""

    effective_on = DateField(label="The date of the change", help_text="For example, 27 3 2027.")
    short_notice_because = forms.CharField(
        label="If it is sooner, why?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your commissioner decides whether the reason is good enough.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = policy().durations.notice_days // 7
        first = earliest_with_notice()
        self.fields[
            "effective_on"
        ].help_text = f"We need {weeks} weeks' notice, so {day(first)} or later. For example, 27 3 {first.year + 1}."

    def clean(self) -> dict[str, Any]:
        """A past date is refused; a near one needs its reason."""
        cleaned = super().clean() or {}
        day = cleaned.get("effective_on")
        if day is not None and day <= timezone.localdate():
            self.add_error("effective_on", "The date must be in the future.")
        elif day is not None and day < earliest_with_notice() and not cleaned.get("short_notice_because", "").strip():
            self.add_error("short_notice_because", "Say why it has to be so soon, or choose a later date.")
        return cleaned


def earliest_with_notice() -> date:
    """The first day that needs no reason."""
    return timezone.localdate() + timedelta(days=policy().durations.notice_days)


class ClosureFacts(StepForm):
    """What is at the closing site, and who takes over."""

    why = forms.CharField(
        label="Why does the site close?", max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    successor_code = text(
        "ODS code of the practice that takes over", "Leave it empty if there is none.", required=False,
        longest=LONGEST_CODE, width=10,
    )  # fmt: skip
    records_held = yes_or_no("Are there paper records of patients at the site?")
    secure_stationery_held = yes_or_no("Are there prescription pads or other numbered forms at the site?")

    def clean_successor_code(self) -> str:
        """Raises ValidationError for a code that is not an open site's."""
        code = tidy_code(self.cleaned_data["successor_code"])
        if code and look_up(code).finding != "found":
            raise forms.ValidationError(f"{code} is not the code of an open site. Check it, or leave it empty.")
        if code and code == self.step.answers.get("practice_code"):
            raise forms.ValidationError("The site cannot take over from itself. Enter another code, or none.")
        return code


class NewAddress(StepForm):
    """Where the site moves to."""

    new_address_lines = LinesField(label="New address", help_text="Without the postcode.")
    new_postcode = text("New postcode", longest=10, width=10)
    new_telephone = telephone("Telephone number there", "The same number if it moves with you.")


class MergingSites(StepForm):
    """The practices that become branches, each with its new code (F19). Rows that stay empty do not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        main = self.step.answers.get("surviving_code", "")
        offered = free_branch_codes(main, MOST_MERGING) if main else []
        for number in range(1, MOST_MERGING + 1):
            code = text(
                f"Practice {number}: its ODS code now", required=number == 1, longest=LONGEST_CODE,
                width=10,
            )  # fmt: skip
            branch = text(
                f"Practice {number}: its new branch code", required=False, longest=LONGEST_CODE,
                width=10,
            )  # fmt: skip
            if number <= len(offered):
                branch.help_text = f"Leave it empty for the next free code, {offered[number - 1]}."
            self.fields[f"code_{number}"], self.fields[f"branch_{number}"] = code, branch
        self.offered = offered

    def clean(self) -> dict[str, Any]:
        """Every code is an open GP practice other than the surviving one; every branch code is free and given once."""
        cleaned = super().clean() or {}
        main = self.step.answers.get("surviving_code", "")
        codes: set[str] = set()
        branches: set[str] = set()
        for number in range(1, MOST_MERGING + 1):
            code = tidy_code(cleaned.get(f"code_{number}") or "")
            if not code:
                continue
            answer = look_up(code, contractor_types=frozenset({"gp"}))
            if code == main or code in codes:
                self.add_error(f"code_{number}", f"{code} is named already. Enter each practice once.")
            elif answer.finding != "found":
                self.add_error(f"code_{number}", f"{code} is not the code of an open GP practice. Check it.")
            codes.add(code)
            branch = tidy_code(cleaned.get(f"branch_{number}") or "") or self._next_free(branches)
            if branch in branches:
                self.add_error(f"branch_{number}", f"{branch} is given twice. Each site needs its own code.")
            elif sentence := why_not_a_branch_code(branch, main):
                self.add_error(f"branch_{number}", sentence)
            branches.add(branch)
            cleaned[f"code_{number}"], cleaned[f"branch_{number}"] = code, branch
        return cleaned

    def _next_free(self, taken: set[str]) -> str:
        return next((code for code in self.offered if code not in taken), "")

    def answers(self) -> dict[str, Any]:
        """The list that the request keeps, besides the fields."""
        rows = []
        for number in range(1, MOST_MERGING + 1):
            if code := self.cleaned_data.get(f"code_{number}"):
                place = look_up(code).organisation
                rows.append(
                    {
                        "code": code,
                        "name": place.name if place else "",
                        "branch_code": self.cleaned_data[f"branch_{number}"],
                    }
                )
        return {**super().answers(), "merging": rows}

    def rows(self) -> list[tuple[str, Any]]:
        """One row a practice."""
        return [
            (row["name"] or row["code"], f"{row['code']} becomes branch {row['branch_code']}")
            for row in self.step.answers.get("merging", [])
        ]
