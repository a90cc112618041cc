"""What a site keeps for itself, as files: favourite lists, and standing orders with what became of their dates."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.views import ContractorView
from portal.supplies import ordering_selectors, standing_selectors
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.presenters import list_exports as rows_of


class _Export(ContractorView, abstract=True):
    """A file of the page's list: CSV, or a workbook."""

    name = ""
    heads: tuple[str, ...] = ()

    def rows(self) -> Any:
        """The rows of the file."""
        raise TypeError(f"{type(self).__name__} does not say what it exports.")

    def get(self, request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
        """The file."""
        write: Any = csv_response if kind == "csv" else xlsx_response
        response: HttpResponseBase = write(f"{self.name}-{self.actor.organisation_code}", self.heads, self.rows())
        return response


class ExportFavourites(_Export):
    """Every favourite list, one row an item."""

    permission = PLACE_ORDER
    name, heads = "favourites", rows_of.FAVOURITE_HEADS

    def rows(self) -> Any:
        """The lists by name."""
        return rows_of.favourite_rows(ordering_selectors.favourites_of(self.actor))


class ExportStanding(_Export):
    """Every standing order, one row an item."""

    permission = PLACE_ORDER
    name, heads = "standing-orders", rows_of.STANDING_HEADS

    def rows(self) -> Any:
        """The newest first."""
        return rows_of.standing_rows(standing_selectors.standing_orders_of(self.actor))


class ExportStandingDates(_Export):
    """What became of each date of the site's standing orders."""

    permission = PLACE_ORDER
    name, heads = "standing-order-dates", rows_of.DATE_HEADS

    def rows(self) -> Any:
        """The newest date first."""
        return rows_of.date_rows(standing_selectors.dates_of(self.actor))
