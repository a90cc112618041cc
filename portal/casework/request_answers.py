"""What a change request asks for, read from the answers of its guided form (J13-J18; F12-F19).

Answers are stored as they were typed, by field. Everything that decides or applies a request reads them
here, so that a field has one name and one meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


class AnswersIncomplete(ValueError):
    """An answer is missing or cannot be read; the message names the field."""


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """Who is to be Main Contact."""

    title: str
    forename: str
    surname: str
    email: str
    telephone: str

    @property
    def name(self) -> str:
        """Dr Asha Patel."""
        return " ".join(part for part in (self.title, self.forename, self.surname) if part)


@dataclass(frozen=True, kw_only=True)
class NewSite:
    """A site to be set up, with the code that the Organisation Data Service gave it.

    ``contractor_type`` is '' for a branch, whose type is its main practice's.
    """

    code: str
    name: str
    address_lines: list[str]
    postcode: str
    telephone: str
    contractor_type: str
    ods_pdf: str


@dataclass(frozen=True, kw_only=True)
class ChangeOfMainContact:
    """J13, F12: the predecessor may be unknown, or may have asked for it (a handover)."""

    practice_code: str
    nominee: Nominee
    predecessor_known: bool
    predecessor_name: str
    predecessor_email: str
    sender_is_nominee: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class SetUpOfSite:
    """J14, F15: a site with its Main Contact, who may be Main Contact elsewhere already."""

    site: NewSite
    nominee: Nominee
    other_code: str


@dataclass(frozen=True, kw_only=True)
class ExtensionOfMainContact:
    """J15, F16: the Main Contact of one practice also becomes that of a further site."""

    practice_code: str
    site: NewSite
    nominee: Nominee


@dataclass(frozen=True, kw_only=True)
class SetUpOfBranch:
    """J16, F18: a branch of a main practice."""

    main_code: str
    site: NewSite
    nominee: Nominee


@dataclass(frozen=True, kw_only=True)
class MergingSite:
    """A practice that becomes a branch, and the code it gets."""

    code: str
    name: str
    branch_code: str


@dataclass(frozen=True, kw_only=True)
class Merger:
    """J17, F19: one surviving main site; the others become its branches."""

    surviving_code: str
    merging: list[MergingSite]
    effective_on: date


@dataclass(frozen=True, kw_only=True)
class Closure:
    """J18, F8. ``successor_code`` is '' where nobody takes over."""

    practice_code: str
    effective_on: date
    successor_code: str
    records_held: bool
    secure_stationery_held: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class Relocation:
    """J18, F8: the same practice at another address from a date."""

    practice_code: str
    effective_on: date
    address_lines: list[str]
    postcode: str
    telephone: str


@dataclass(frozen=True, kw_only=True)
class LostFactor:
    """J21: somebody cannot sign in any more and needs to set up a new second factor."""

    practice_code: str
    person_email: str


Answers = (
    ChangeOfMainContact
    | SetUpOfSite
    | ExtensionOfMainContact
    | SetUpOfBranch
    | Merger
    | Closure
    | Relocation
    | LostFactor
)


def read_answers(kind: str, answers: Mapping[str, Any]) -> Answers:
    """The request's answers, typed. Raises AnswersIncomplete, naming the field, and KeyError for an unknown kind."""
    return _READERS[kind](_Typed(answers))


class _Typed:
    """The stored answers, field by field."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def text(self, name: str, *, required: bool = True) -> str:
        value = self._answers.get(name, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise AnswersIncomplete(f"{name} is missing.")
        return value.strip()

    def code(self, name: str, *, required: bool = True) -> str:
        return self.text(name, required=required).upper()

    def yes(self, name: str) -> bool:
        return self.text(name, required=False) == "yes"

    def lines(self, name: str) -> list[str]:
        value = self._answers.get(name)
        lines = [str(line).strip() for line in value if str(line).strip()] if isinstance(value, list) else []
        if not lines:
            raise AnswersIncomplete(f"{name} is missing.")
        return lines

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as error:
            raise AnswersIncomplete(f"{name} is not a date.") from error

    def rows(self, name: str) -> list[_Typed]:
        value = self._answers.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
            raise AnswersIncomplete(f"{name} is missing.")
        return [_Typed(row) for row in value]


def _nominee(answers: _Typed) -> Nominee:
    return Nominee(
        title=answers.text("nominee_title", required=False),
        forename=answers.text("nominee_forename"),
        surname=answers.text("nominee_surname"),
        email=answers.text("nominee_email").lower(),
        telephone=answers.text("nominee_telephone"),
    )


def _site(answers: _Typed, *, contractor_type: str = "") -> NewSite:
    return NewSite(
        code=answers.code("site_code"),
        name=answers.text("site_name"),
        address_lines=answers.lines("site_address_lines"),
        postcode=answers.text("site_postcode").upper(),
        telephone=answers.text("site_telephone", required=False),
        contractor_type=contractor_type,
        ods_pdf=answers.text("ods_pdf", required=False),
    )


def _main_contact(answers: _Typed) -> ChangeOfMainContact:
    return ChangeOfMainContact(
        practice_code=answers.code("practice_code"),
        nominee=_nominee(answers),
        predecessor_known=answers.yes("predecessor_known"),
        predecessor_name=answers.text("predecessor_name", required=False),
        predecessor_email=answers.text("predecessor_email", required=False),
        sender_is_nominee=answers.yes("sender_is_nominee"),
        why=answers.text("why", required=False),
    )


def _new_site(answers: _Typed) -> SetUpOfSite:
    elsewhere = answers.yes("nominee_is_main_contact_elsewhere")
    return SetUpOfSite(
        site=_site(answers, contractor_type=answers.text("site_type")),
        nominee=_nominee(answers),
        other_code=answers.code("other_code", required=elsewhere),
    )


def _extension(answers: _Typed) -> ExtensionOfMainContact:
    return ExtensionOfMainContact(
        practice_code=answers.code("practice_code"),
        site=_site(answers, contractor_type=answers.text("site_type")),
        nominee=_nominee(answers),
    )


def _branch(answers: _Typed) -> SetUpOfBranch:
    return SetUpOfBranch(main_code=answers.code("main_code"), site=_site(answers), nominee=_nominee(answers))


def _merger(answers: _Typed) -> Merger:
    merging = [
        MergingSite(code=row.code("code"), name=row.text("name", required=False), branch_code=row.code("branch_code"))
        for row in answers.rows("merging")
    ]
    return Merger(
        surviving_code=answers.code("surviving_code"), merging=merging, effective_on=answers.day("effective_on")
    )


def _closure(answers: _Typed) -> Closure:
    return Closure(
        practice_code=answers.code("practice_code"),
        effective_on=answers.day("effective_on"),
        successor_code=answers.code("successor_code", required=False),
        records_held=answers.yes("records_held"),
        secure_stationery_held=answers.yes("secure_stationery_held"),
        why=answers.text("why", required=False),
    )


def _relocation(answers: _Typed) -> Relocation:
    return Relocation(
        practice_code=answers.code("practice_code"),
        effective_on=answers.day("effective_on"),
        address_lines=answers.lines("new_address_lines"),
        postcode=answers.text("new_postcode").upper(),
        telephone=answers.text("new_telephone", required=False),
    )


def _lost_factor(answers: _Typed) -> LostFactor:
    return LostFactor(practice_code=answers.code("practice_code"), person_email=answers.text("person_email").lower())


_READERS: dict[str, Callable[[_Typed], Answers]] = {
    "main_contact": _main_contact,
    "new_site": _new_site,
    "extend_main_contact": _extension,
    "new_branch": _branch,
    "merger": _merger,
    "closure": _closure,
    "relocation": _relocation,
    "lost_factor": _lost_factor,
}
