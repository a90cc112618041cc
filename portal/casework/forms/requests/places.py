"""Steps about places: which practice, which new site, with which ODS code."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.casework.directory_answers import (
    LONGEST_CODE,
    free_branch_codes,
    look_up,
    tidy_code,
    what_it_is,
    why_not_a_branch_code,
)
from portal.casework.forms.requests.step_form import LinesField, StepForm, telephone, text
from portal.foundation.files import UploadField
from portal.organisations.api import CONTRACTOR_TYPES

_ALL = frozenset(CONTRACTOR_TYPES)
_SHAPES = {
    "gp": "A GP main practice has a letter and five numbers.",
    "dental": "A dental practice begins with V.",
    "ophthalmic": "An optical site begins with TP.",
    "pharmacy": "A pharmacy begins with F.",
}


class CodeForm(StepForm):
    """An ODS code, looked up in the directory. Options: ``field``, ``label``, ``known`` (must be there), ``types``.

    A site that is set up may have a code that the directory does not know yet; then the ODS report is asked for.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = self.step.options
        self.name: str = options["field"]
        types = options.get("types", _ALL)
        shapes = " ".join(sentence for kind, sentence in _SHAPES.items() if kind in types)
        self.fields[self.name] = forms.CharField(
            label=options["label"],
            help_text=options.get("hint", shapes),
            max_length=LONGEST_CODE + 8,  # people type blanks and hyphens
            widget=forms.TextInput(
                attrs={"class": "nhsuk-input--width-10", "autocapitalize": "characters", "spellcheck": "false"}
            ),
            error_messages={"required": "Enter the ODS code."},
        )

    def clean(self) -> dict[str, Any]:
        """Adds the sentence that says what the directory answered."""
        cleaned = super().clean() or {}
        if typed := cleaned.get(self.name):
            code = tidy_code(typed)
            if not (code.isascii() and code.isalnum() and len(code) <= LONGEST_CODE):
                self.add_error(self.name, "An ODS code has letters and numbers only, and at most 12 of them.")
            elif sentence := self._objection(code):
                self.add_error(self.name, sentence)
            cleaned[self.name] = code
        return cleaned

    def _objection(self, code: str) -> str:
        types = self.step.options.get("types", _ALL)
        answer = look_up(code, contractor_types=types)
        place = answer.organisation
        if place is None:
            if not self.step.options.get("known", True):
                return ""
            return f"The directory does not know {code}. Check it with the practice, or ask the ODS team."
        if answer.finding == "other_type":
            wanted = " or ".join(CONTRACTOR_TYPES[kind] for kind in sorted(types))
            return f"{code} is {place.name}: {what_it_is(place)}. Enter the code of a {wanted} site."
        if answer.finding == "closed":
            since = f" since {place.closed_on:%-d %B %Y}" if place.closed_on else ""
            return f"{code} ({place.name}) is closed{since}. If it is open, ask the ODS team to correct it."
        return ""

    def answers(self) -> dict[str, Any]:
        """The code and, where the directory knows the place, what it says: the next page shows it to be checked."""
        code = self.cleaned_data[self.name]
        stem = self.name.removesuffix("_code")
        place = look_up(code).organisation
        found = {self.name: code, f"{stem}_in_directory": "yes" if place is not None else "no"}
        if place is not None and self.step.answers.get(self.name) != code:
            found |= known_details(stem, place)
        return found


def known_details(stem: str, place: Any) -> dict[str, Any]:
    """What the directory knows of a place, as the answers of the pages that ask for it (nothing is asked twice)."""
    return {
        f"{stem}_name": place.name,
        f"{stem}_address_lines": list(place.address_lines),
        f"{stem}_postcode": place.postcode,
        f"{stem}_telephone": place.telephone,
        f"{stem}_type": place.contractor_type,
    }


class PlaceForm(StepForm):
    """Name, address and telephone of the place whose code was given. Option ``stem`` (practice, main, site, other)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stem = self.step.options["stem"]
        self.fields[f"{stem}_name"] = text("Name")
        self.fields[f"{stem}_address_lines"] = LinesField(label="Address", help_text="Without the postcode.")
        self.fields[f"{stem}_postcode"] = text("Postcode", longest=10, width=10)
        self.fields[f"{stem}_telephone"] = telephone("Telephone number of the site")

    @classmethod
    def initial_from(cls, answers: Any) -> dict[str, Any]:
        """Lines become text whatever the stem is."""
        return {name: "\n".join(value) if _is_lines(value) else value for name, value in answers.items()}

    posted_from = initial_from


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


class SiteType(StepForm):
    """Which type of contractor the new site is (F15)."""

    site_type = forms.ChoiceField(
        label="What is the new site?",
        choices=[
            ("gp", "GP practice"),
            ("dental", "Dental practice"),
            ("ophthalmic", "Optician"),
            ("pharmacy", "Pharmacy"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the new site is."},
    )


class BranchCode(StepForm):
    """The code of a new branch: any free one, the next one offered (J16, F18)."""

    site_code = text("ODS code of the branch", longest=LONGEST_CODE, width=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        main = self.step.answers.get("main_code", "")
        offered = free_branch_codes(main)
        hint = f"It is {main} and three numbers. The ODS team issues it."
        if offered:
            hint += f" The next free one in the directory is {offered[0]}."
            self.fields["site_code"].initial = offered[0]
        self.fields["site_code"].help_text = hint

    def clean_site_code(self) -> str:
        """Raises ValidationError when the code is another site's or not one of this practice."""
        code = tidy_code(self.cleaned_data["site_code"])
        if sentence := why_not_a_branch_code(code, self.step.answers.get("main_code", "")):
            raise forms.ValidationError(sentence)
        return code

    def answers(self) -> dict[str, Any]:
        """The code, and whether the directory knows it already; then also what it says of the branch."""
        code = self.cleaned_data["site_code"]
        place = look_up(code).organisation
        said = {"site_code": code, "site_in_directory": "yes" if place is not None else "no"}
        if place is not None and self.step.answers.get("site_code") != code:
            said |= known_details("site", place)
        return said


class OdsReport(StepForm):
    """The ODS team's report about a code that the directory does not know yet (F15, F16, F18)."""

    ods_pdf = UploadField(
        label="The ODS report as a PDF",
        help_text="The ODS team sends it with the new code. Up to 10 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        error_messages={"required": "Choose the PDF report that the ODS team sent."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if name := self.step.answers.get("ods_pdf_name"):
            self.fields["ods_pdf"].required = False
            self.fields["ods_pdf"].help_text = f"We have {name}. Choose another file only to replace it."

    def clean_ods_pdf(self) -> Any:
        """Raises ValidationError for a picture: the report is a PDF."""
        upload = self.cleaned_data["ods_pdf"]
        if upload is not None and upload.content_type != "application/pdf":
            raise forms.ValidationError("This is no PDF. Choose the report as the ODS team sent it.")
        return upload

    def rows(self) -> list[tuple[str, Any]]:
        """Its name."""
        return [("The ODS report", self.step.answers.get("ods_pdf_name", ""))]
