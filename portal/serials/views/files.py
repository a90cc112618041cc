"""The register as files for a spreadsheet, CSV or XLSX: what a site or the stores have, what happened, what is missing.

A file has the rows of its page, as far as the reader may see them (J7). A workbook keeps the leading noughts of a
number; a spreadsheet program drops them from a CSV file, so pages offer it first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http.response import HttpResponseBase

from portal.foundation.errors import NotFound
from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.views import ContractorView, PortalView, StaffView
from portal.serials.formats import Formats
from portal.serials.incidents import counts_by_area, list_incidents, numbers_of
from portal.serials.kinds import KINDS
from portal.serials.models import SerialMove, SerialRange
from portal.serials.numbers import NotASerial, bounds_of, size_of
from portal.serials.permissions import VIEW_OWN_FORMS, VIEW_REGISTER
from portal.serials.register import find_number, site_moves, site_ranges, store_ranges

# Check digits whose rule is not known are printed as 0: the register drops them.
_RANGE = ("Form", "Name", "First number", "Last number", "Forms")
_MOVE = ("When", *_RANGE, "State from then on", "Where", "Written down by", "Note")
_Rows = Iterable[list[Any]]


def _range(row: Any, formats: Formats) -> list[Any]:
    first, end = bounds_of(row.serials)
    code = row.item.code
    return [code, row.item.name, formats.printed(code, first), formats.printed(code, end - 1), size_of(row.serials)]


def _moves(moves: Iterable[SerialMove]) -> _Rows:
    formats = Formats()
    for move in moves:
        yield [move.happened_at, *_range(move, formats), move.target_label, move.where, move.by_name, move.note]


class _File(PortalView, abstract=True):
    """One list as a file; ``kind`` in the path is ``csv`` or ``xlsx``."""

    name = ""
    heads: tuple[str, ...] = ()

    def rows(self) -> _Rows:
        """The rows of the file."""
        raise TypeError(f"{type(self).__name__} does not say what it exports.")

    def get(self, request: Any, kind: str, **_: str) -> HttpResponseBase:
        """The file."""
        name = f"{self.name}-{self.kwargs['code']}" if "code" in self.kwargs else self.name
        write: Any = csv_response if kind == "csv" else xlsx_response
        response: HttpResponseBase = write(name, self.heads, self.rows())
        return response


class SiteForms(_File, ContractorView):
    """What the site has, and what is on its way."""

    permission = VIEW_OWN_FORMS
    name, heads = "numbered-forms", (*_RANGE, "State", "Who has them", "Report", "Since")

    def rows(self) -> _Rows:
        """A row for each range."""
        formats = Formats()
        rows: Iterable[SerialRange] = site_ranges(self.actor).iterator()
        return ([*_range(row, formats), row.state_label, row.held_by, row.case_reference, row.since] for row in rows)


class SiteHistory(_File, ContractorView):
    """Every move of numbers at the site, the oldest first: kept for whoever inspects it."""

    permission = VIEW_OWN_FORMS
    name, heads = "numbered-forms-history", _MOVE

    def rows(self) -> _Rows:
        """A row for each move."""
        return _moves(site_moves(self.actor).iterator())


class StoreForms(_File, StaffView):
    """What is on the shelves of every store."""

    permission = VIEW_REGISTER
    name, heads = "numbered-forms-in-stores", (*_RANGE, "Store", "Since")

    def rows(self) -> _Rows:
        """A row for each range."""
        formats = Formats()
        rows: Iterable[SerialRange] = store_ranges(self.actor).iterator()
        return ([*_range(row, formats), row.store.name if row.store else "", row.since] for row in rows)


class _OneNumber(_File, abstract=True):
    """Every move of the number that the page of the search shows; no row while none was typed."""

    name, heads = "numbered-form", _MOVE

    def rows(self) -> _Rows:
        """A row for each move. Raises NotFound for a number that the reader's register does not know."""
        number = self.request.GET.get("number", "").strip()
        if not number:
            return []
        try:
            found = find_number(self.actor, self.request.GET.get("item", ""), number)
        except NotASerial as error:
            raise NotFound from error
        if found is None:
            raise NotFound
        return _moves(found.moves)


class SiteNumber(_OneNumber, ContractorView):
    """The history of one number, while it was the site's."""

    permission = VIEW_OWN_FORMS


class StaffNumber(_OneNumber, StaffView):
    """The history of one number."""

    permission = VIEW_REGISTER


class Incidents(_File, StaffView):
    """The register of missing forms, with the same filters as its page."""

    permission = VIEW_REGISTER
    name = "missing-forms"
    heads = (
        "Report", "Area", "Site", "Form", "Numbers", "Forms", "What happened", "Noticed on", "Ink until",
        "Reported at", "Outcome", "Closed at",
    )  # fmt: skip

    def rows(self) -> _Rows:
        """A row for each report."""
        formats = Formats()
        for each in list_incidents(self.actor, self.request.GET).iterator():
            yield [
                each.case_reference,
                each.area,
                each.organisation.code,
                each.item.code,
                numbers_of(each, formats),
                each.number,
                KINDS.get(each.kind, each.kind),
                each.found_on,
                each.ink_until or "",
                each.reported_at,
                each.outcome,
                each.closed_at or "",
            ]


class IncidentCounts(_File, StaffView):
    """The statistics of the register by area, with the same filters as its page."""

    permission = VIEW_REGISTER
    name, heads = "missing-forms-by-area", ("Area", "Name", "Reports", "Forms", "Stolen", "Open")

    def rows(self) -> _Rows:
        """A row for each area."""
        counts = counts_by_area(list_incidents(self.actor, self.request.GET))
        return [[each.code, each.name, each.reports, each.forms, each.stolen, each.still_open] for each in counts]
