"""The list of a site's orders, and its export."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.supplies.forms.orders import OrderFilterForm
from portal.supplies.order_selectors import list_lines, list_orders
from portal.supplies.permissions import VIEW_ORDERS
from portal.supplies.presenters.order_rows import EXPORT_HEADS, export_rows, order_rows


class Orders(ContractorView):
    """Newest first, with search and filter (J6)."""

    permission = VIEW_ORDERS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """One page of orders; the links to the exports keep the filter."""
        form = OrderFilterForm(request.GET)
        wanted = form.wanted()
        page = page_of(list_orders(self.actor, wanted), request.GET)
        query = {name: value for name in form.parameters() if (value := request.GET.get(name, ""))}
        context = {
            "page": page,
            "orders": order_rows(page.rows, self.actor),
            "form": form,
            "filtered": bool(query),
            "group": wanted.group,
            "query": urlencode(query),
        }
        return self.page("supplies/orders.html.jinja", context)


class ExportCsv(ContractorView):
    """The lines of the filtered orders as CSV."""

    permission = VIEW_ORDERS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """Streams the file."""
        lines = list_lines(self.actor, OrderFilterForm(request.GET).wanted())
        return csv_response(f"orders-{self.actor.organisation_code}", EXPORT_HEADS, export_rows(lines))


class ExportXlsx(ContractorView):
    """The lines of the filtered orders as a workbook."""

    permission = VIEW_ORDERS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """Writes the workbook row by row, so that memory does not grow with it."""
        lines = list_lines(self.actor, OrderFilterForm(request.GET).wanted())
        return xlsx_response(f"orders-{self.actor.organisation_code}", EXPORT_HEADS, export_rows(lines))
