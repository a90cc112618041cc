"""How a site's use compares with that of similar sites (issue 5)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.views import ContractorView
from portal.supplies.permissions import VIEW_ORDERS
from portal.supplies.presenters.usage import EXPORT_HEADS, export_rows, use_rows
from portal.supplies.usage.selectors import band_of, compared_use
from portal.supplies.usage.settings import size_words, usage_settings


class Usage(ContractorView):
    """The last year, item by item; what is unusual first, and explained."""

    permission = VIEW_ORDERS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The page."""
        rows, band = use_rows(compared_use(self.actor)), band_of(self.actor)
        return self.page(
            "supplies/usage.html.jinja",
            {
                "compared": [row for row in rows if row.verdict],
                "alone": [row for row in rows if not row.verdict],
                "unusual": [row for row in rows if row.explanation],
                "by_patients": band is not None,
                "size": size_words(band),
                "settings": usage_settings(),
            },
        )


class ExportUsage(ContractorView):
    """The same as a file."""

    permission = VIEW_ORDERS

    def get(self, request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
        """CSV, or a workbook."""
        write: Any = csv_response if kind == "csv" else xlsx_response
        name = f"use-{self.actor.organisation_code}"
        response: HttpResponseBase = write(name, EXPORT_HEADS, export_rows(compared_use(self.actor)))
        return response
