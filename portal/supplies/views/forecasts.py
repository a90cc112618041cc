"""What runs out when, and when to order more (J24)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.foundation.access import Actor
from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies.forecasting.selectors import ItemForecast, forecast, forecasts
from portal.supplies.permissions import VIEW_STOCK
from portal.supplies.presenters.forecasts import (
    BUYING_HEADS,
    buying_rows,
    forecast_row,
    how_it_was_found,
    picture,
    week_rows,
)
from portal.supplies.stock_selectors import catalogue_item

_BUY = {"0": "To buy today", "28": "To buy in the next four weeks"}


class ForecastFilterForm(forms.Form):
    """The filter above the list. Nonsense filters nothing."""

    q = forms.CharField(label="Search by code or name", required=False, max_length=100)
    buy = forms.ChoiceField(label="Show", required=False, choices=[("", "Every item"), *_BUY.items()])

    def found(self, actor: Actor) -> list[ItemForecast]:
        """The forecasts that are asked for."""
        self.is_valid()
        said = self.cleaned_data
        days = said.get("buy", "")
        return forecasts(actor, said.get("q", ""), within=timedelta(days=int(days)) if days else None)


class Forecasts(StaffView):
    """Every item, first those that must be ordered first."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        form = ForecastFilterForm(request.GET)
        page = page_of(form.found(self.actor), request.GET)
        said = {name: value for name, value in form.cleaned_data.items() if value}
        context = {
            "filters": ForecastFilterForm(initial=said),
            "filtered": bool(said),
            "query": urlencode(said),
            "rows": [forecast_row(each) for each in page.rows],
            "pages": page,
        }
        return self.page("supplies/staff_stock/forecasts.html.jinja", context)


class ForecastsFile(StaffView):
    """The filtered list as a file: what to buy, how much of it, and by when."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Streams it as CSV or XLSX."""
        rows = buying_rows(ForecastFilterForm(request.GET).found(self.actor))
        write: Any = csv_response if kind == "csv" else xlsx_response
        response: HttpResponseBase = write("to-buy", BUYING_HEADS, rows)
        return response


class Forecast(StaffView):
    """One item: the curve as a picture and as a table, and how it was found."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest, item: str) -> HttpResponse:
        """The page. Raises NotFound for an unknown item."""
        found = forecast(self.actor, catalogue_item(self.actor, item))
        context = {
            "row": forecast_row(found),
            "picture": picture(found),
            "weeks": week_rows(found.curve) if found.curve else [],
            "method": how_it_was_found(found),
        }
        return self.page("supplies/staff_stock/forecast.html.jinja", context)
