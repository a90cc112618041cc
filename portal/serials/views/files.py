"""The register as files for a spreadsheet: what a site or the stores have, and every move of a site's numbers (J7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.foundation.web.exports import csv_response
from portal.foundation.web.views import ContractorView, StaffView
from portal.serials.models import SerialRange
from portal.serials.numbers import bounds_of, printed, size_of
from portal.serials.permissions import VIEW_OWN_FORMS, VIEW_REGISTER
from portal.serials.register import site_moves, site_ranges, store_ranges

# Check digits whose rule is not known are printed as 0: the register drops them.
_RANGE = ["Form", "Name", "First number", "Last number", "Forms"]


def _range(row: Any) -> list[Any]:
    first, end = bounds_of(row.serials)
    code = row.item.code
    return [code, row.item.name, printed(code, first), printed(code, end - 1), size_of(row.serials)]


class SiteForms(ContractorView):
    """What the site has, and what is on its way."""

    permission = VIEW_OWN_FORMS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The file."""
        rows: Iterable[SerialRange] = site_ranges(self.actor).iterator()
        lines = ([*_range(row), row.state_label, row.held_by, row.case_reference, row.since] for row in rows)
        return csv_response(f"numbered-forms-{code}", [*_RANGE, "State", "Who has them", "Report", "Since"], lines)


class SiteHistory(ContractorView):
    """Every move of numbers at the site, the oldest first: kept for whoever inspects it."""

    permission = VIEW_OWN_FORMS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The file."""
        lines = (
            [move.happened_at, *_range(move), move.target_label, move.where, move.by_name, move.note]
            for move in site_moves(self.actor).iterator()
        )
        heads = ["When", *_RANGE, "State from then on", "Where", "Written down by", "Note"]
        return csv_response(f"numbered-forms-history-{code}", heads, lines)


class StoreForms(StaffView):
    """What is on the shelves of every store."""

    permission = VIEW_REGISTER

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The file."""
        rows: Iterable[SerialRange] = store_ranges(self.actor).iterator()
        lines = ([*_range(row), row.store.name if row.store else "", row.since] for row in rows)
        return csv_response("numbered-forms-in-stores", [*_RANGE, "Store", "Since"], lines)
