"""What people can ask (J20): categories and types with their fields, as the operator's table says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal.casework.journeys.table import JOURNEYS
from portal.casework.policy import policy
from portal.foundation.texts import read_table
from portal.organisations.api import CONTRACTOR_TYPES

TABLE = Path(__file__).resolve().parent / "data" / "enquiries.toml"
ENQUIRY = "enquiry"  # the kind of case, its clock, and the journey of its draft
KINDS = ("text", "long", "date", "order", "number", "choice")


@dataclass(frozen=True, kw_only=True)
class EnquiryField:
    """One thing a type asks for. ``choices`` only for the kind ``choice``."""

    code: str
    label: str
    kind: str
    hint: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EnquiryType:
    """One kind of question: a form (``fields``), or a pointer elsewhere (``text``, ``contact``, ``request``)."""

    code: str
    category: str
    name: str
    contractor_types: frozenset[str]
    fields: tuple[EnquiryField, ...] = ()
    subject: str = ""
    queue: str = ""
    first_reply_days: int = 0
    settle_days: int = 0
    help: tuple[str, ...] = ()
    attachments: bool = False
    text: str = ""
    contact: str = ""
    request: str = ""

    @property
    def is_pointer(self) -> bool:
        """Whether it leads elsewhere instead of asking anything."""
        return not self.fields


@dataclass(frozen=True, kw_only=True)
class Enquiries:
    """The whole table. ``categories`` maps a code to the name people read, in the order of the page."""

    categories: dict[str, str]
    types: dict[str, EnquiryType]

    def grouped(self, contractor_type: str = "") -> list[tuple[str, list[EnquiryType]]]:
        """Categories with their types; those of one contractor type, or all. A category without types is left out."""
        chosen = [
            each for each in self.types.values() if not contractor_type or contractor_type in each.contractor_types
        ]
        groups = [(name, [each for each in chosen if each.category == code]) for code, name in self.categories.items()]
        return [(name, types) for name, types in groups if types]


@cache
def enquiries() -> Enquiries:
    """The table, read once. Raises ImproperlyConfigured, naming the type that is wrong."""
    return parse_enquiries(read_table(TABLE))


def parse_enquiries(table: dict[str, Any]) -> Enquiries:
    """Checks and types the table. Raises ImproperlyConfigured, saying which type is wrong and how."""
    categories, rows = table.get("categories"), table.get("types")
    if not isinstance(categories, dict) or not categories or not isinstance(rows, list) or not rows:
        raise ImproperlyConfigured("enquiries.toml needs [categories] and at least one [[types]].")
    types: dict[str, EnquiryType] = {}
    for row in rows:
        found = _type(row)
        if found.code in types:
            raise _wrong(found.code, "stands there twice.")
        _check(found, categories)
        types[found.code] = found
    return Enquiries(categories={code: str(name) for code, name in categories.items()}, types=types)


def _type(row: dict[str, Any]) -> EnquiryType:
    values = dict(row)
    code = str(values.get("code", "without a code"))
    contractor_types, fields = values.pop("for", []), values.pop("fields", [])
    try:
        return EnquiryType(
            contractor_types=frozenset(contractor_types),
            fields=tuple(_field(code, each) for each in fields),
            help=tuple(values.pop("help", [])),
            **values,
        )
    except TypeError as error:
        raise _wrong(code, f"is not complete, or has a word too many: {error}.") from error


def _field(type_code: str, row: dict[str, Any]) -> EnquiryField:
    try:
        return EnquiryField(**{**row, "choices": tuple(row.get("choices", ()))})
    except TypeError as error:
        raise _wrong(type_code, f"has a field that is not complete: {error}.") from error


def _check(found: EnquiryType, categories: dict[str, Any]) -> None:
    if found.category not in categories:
        raise _wrong(found.code, f"names the category {found.category!r}, which does not exist.")
    if not found.contractor_types or (strangers := found.contractor_types - set(CONTRACTOR_TYPES)):
        listed = ", ".join(sorted(strangers)) if found.contractor_types else "nobody"
        raise _wrong(found.code, f"is for {listed}; name one or more of {', '.join(CONTRACTOR_TYPES)}.")
    if found.queue and found.queue not in policy().queues:
        raise _wrong(found.code, f"names the queue {found.queue!r}, which casework.toml does not have.")
    for days in (found.first_reply_days, found.settle_days):
        if not isinstance(days, int) or days < 0:
            raise _wrong(found.code, "counts days that are not a whole number above nought.")
    if bool(found.fields) == bool(found.text):
        raise _wrong(found.code, "needs either fields or a text that points elsewhere.")
    if found.request and found.request not in JOURNEYS:
        raise _wrong(found.code, f"points to the request {found.request!r}, which does not exist.")
    _check_fields(found)


def _check_fields(found: EnquiryType) -> None:
    codes = [each.code for each in found.fields]
    if len(set(codes)) != len(codes):
        raise _wrong(found.code, "has two fields with one code.")
    for each in found.fields:
        if not str(each.code).isidentifier():
            raise _wrong(found.code, f"has a field with the code {each.code!r}; use letters, numbers and _.")
        if each.kind not in KINDS:
            raise _wrong(found.code, f"has a field of the kind {each.kind!r}; use one of {', '.join(KINDS)}.")
        if (each.kind == "choice") != bool(each.choices):
            raise _wrong(found.code, f"has a field {each.code!r} whose choices and kind do not go together.")


def _wrong(code: str, sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"enquiries.toml: the type {code} {sentence}")
