"""Batches of clinical supplies: their dates, and who got one that is recalled (J24)."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse

from portal.foundation.errors import NotFound
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies import batch_selectors as read
from portal.supplies.forms.batches import BatchFilterForm
from portal.supplies.permissions import VIEW_STOCK
from portal.supplies.presenters.batches import batch_row, sent_row
from portal.supplies.stock_selectors import stores


class Batches(StaffView):
    """Every batch, the first to expire first."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        choices = [(each.code, each.name) for each in stores(self.actor)]
        chosen = BatchFilterForm(request.GET, stores=choices).chosen()
        page = page_of(read.list_batches(self.actor, chosen), request.GET)
        return self.page(
            "supplies/staff_stock/batches.html.jinja",
            {
                "filters": BatchFilterForm(initial=asdict(chosen), stores=choices),
                "filtered": any(asdict(chosen).values()),
                "rows": [batch_row(batch) for batch in page.rows],
                "pages": page,
            },
        )


class WhereItWent(StaffView):
    """One batch: on which shelves it lies, and which sites got packs of it."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page. Raises NotFound for a batch that never came in."""
        item, batch = request.GET.get("item", ""), request.GET.get("batch", "")
        shelves = read.shelves_of(self.actor, item, batch)
        if not shelves:
            raise NotFound
        page = page_of(read.sites_that_got(self.actor, item, batch), request.GET)
        return self.page(
            "supplies/staff_stock/batch.html.jinja",
            {
                "shelves": [batch_row(each) for each in shelves],
                "rows": [sent_row(each) for each in page.rows],
                "pages": page,
            },
        )
