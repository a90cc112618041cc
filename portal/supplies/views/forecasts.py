"""What runs out when, and when to order more (J24)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse

from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies.forecasting.selectors import forecast, forecasts
from portal.supplies.permissions import VIEW_STOCK
from portal.supplies.presenters.forecasts import forecast_row, how_it_was_found, picture, week_rows
from portal.supplies.stock_selectors import catalogue_item


class ForecastFilterForm(forms.Form):
    """The filter above the list. Nonsense filters nothing."""

    q = forms.CharField(label="Search by code or name", required=False, max_length=100)


class Forecasts(StaffView):
    """Every item, first those that must be ordered first."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        form = ForecastFilterForm(request.GET)
        words = form.cleaned_data["q"] if form.is_valid() else ""
        page = page_of(forecasts(self.actor, words), request.GET)
        context = {
            "filters": ForecastFilterForm(initial={"q": words}),
            "filtered": bool(words),
            "rows": [forecast_row(each) for each in page.rows],
            "pages": page,
        }
        return self.page("supplies/staff_stock/forecasts.html.jinja", context)


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
