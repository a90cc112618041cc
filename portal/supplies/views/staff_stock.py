"""The stock of every store: what is there, what is promised, and every change to it (J24)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.web.exports import csv_response
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.supplies import stock_selectors as read
from portal.supplies.batch_selectors import batches_on, books_of
from portal.supplies.count_selectors import waiting_counts
from portal.supplies.forms.staff_stock import AdjustForm, CountForm, ExpectForm, ReceiveForm, StockFilterForm
from portal.supplies.models import StockLevel
from portal.supplies.permissions import ADJUST_STOCK, COUNT_STOCK, RECEIVE_STOCK, VIEW_STOCK
from portal.supplies.presenters import staff_stock as say
from portal.supplies.presenters.batches import batch_choices, batch_row
from portal.supplies.presenters.counts import count_row
from portal.supplies.services.adjust_stock import AdjustStock, adjust_stock
from portal.supplies.services.count_stock import CountStock, count_stock
from portal.supplies.services.expect_stock import ExpectStock, expect_stock
from portal.supplies.services.give_stock import give_stock
from portal.supplies.services.receive_stock import ReceiveStock, receive_stock

_LOSSES_SHOWN = 50


class Stock(StaffView):
    """Every level of every store, with search and filters."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        stores = [(each.code, each.name) for each in read.stores(self.actor)]
        chosen = StockFilterForm(request.GET, stores=stores).chosen()
        page = page_of(read.stock_levels(self.actor, chosen), request.GET)
        return self.page(
            "supplies/staff_stock/list.html.jinja",
            {
                "filters": StockFilterForm(initial=asdict(chosen), stores=stores),
                "filtered": any(asdict(chosen).values()),
                "chosen": urlencode({name: value for name, value in asdict(chosen).items() if value}),
                "no_stores": not stores,
                "rows": [say.level_row(level, waiting=level.waiting, kept=level.kept) for level in page.rows],
                "pages": page,
            },
        )


class StockFile(StaffView):
    """The same levels, with the same filters, as a file for a spreadsheet."""

    permission = VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """CSV."""
        stores = [(each.code, each.name) for each in read.stores(self.actor)]
        chosen = StockFilterForm(request.GET, stores=stores).chosen()
        levels = read.stock_levels(self.actor, chosen).iterator(chunk_size=2000)
        return csv_response("stock", say.LEVEL_HEADS, (say.level_cells(level) for level in levels))


class Level(StaffView):
    """One item in one store: figures, what can be done, who waits, and the ledger."""

    permission = VIEW_STOCK
    notices = {
        "received": "The goods are booked in. Orders that waited got theirs first.",
        "counted": "The count is recorded. The shelf agrees with the books.",
        "count_waits": "The count is saved. The books change when a second person agrees.",
        "transferred": "The transfer is recorded in both stores.",
        "adjusted": "The adjustment is recorded.",
        "expected": "The expected delivery is saved. Sites see the new date.",
        "given": "Free stock was put aside for the orders that wait longest.",
    }

    def get(self, request: HttpRequest, store: str, item: str) -> HttpResponse:
        """The page."""
        level = read.stock_level(self.actor, store, item)
        waiting = read.waiting_lines(self.actor, level.item)
        ledger = page_of(read.movements_of(self.actor, level), request.GET)
        return self.page(
            "supplies/staff_stock/level.html.jinja",
            {
                "level": say.level_row(level, kept=bool(ledger.rows) or level.on_hand > 0),
                "elsewhere": [
                    say.level_row(each)
                    for each in read.levels_of(self.actor, level.item)
                    if each.store_id != level.store_id
                ],
                "waiting": [say.waiting_row(line, held) for line, held in waiting],
                "more_waiting": len(waiting) == read.WAITING_SHOWN,
                "ledger": [say.movement_row(movement) for movement in ledger.rows],
                "pages": ledger,
                "batches": [batch_row(each) for each in batches_on(self.actor, level)],
                "counts": [count_row(each) for each in waiting_counts(self.actor, level)],
                "in_batches": level.item.kept_in_batches,
                "may_receive": self.actor.can(RECEIVE_STOCK),
                "may_count": self.actor.can(COUNT_STOCK),
                "may_adjust": self.actor.can(ADJUST_STOCK),
                "may_give": self.actor.can(RECEIVE_STOCK) and bool(waiting) and level.available > 0,
            },
        )


class _LevelForm(FormPage, StaffView, abstract=True):
    """A form about one level."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.store: str = kwargs["store"]
        self.item: str = kwargs["item"]

    def level(self) -> StockLevel:
        """The level as it is now."""
        return read.stock_level(self.actor, self.store, self.item)

    def context(self) -> dict[str, Any]:
        """The level's figures."""
        return {"level": say.level_row(self.level())}

    def batch_arguments(self) -> dict[str, Any]:
        """The batches to choose from, where the item is kept in batches."""
        level = self.level()
        return {"batches": batch_choices(batches_on(self.actor, level)) if level.item.kept_in_batches else None}

    def done(self, code: str) -> HttpResponseRedirect:
        """Back to the level's page, which says what happened."""
        return self.go("staff_supplies:stock_level", done=code, store=self.store, item=self.item)


class GoodsIn(_LevelForm):
    """What a supplier delivered."""

    permission = RECEIVE_STOCK
    form_class = ReceiveForm
    template = "supplies/staff_stock/goods_in.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """Clinical supplies come in batches."""
        return {"in_batches": self.level().item.kept_in_batches}

    def submit(self, form: ReceiveForm) -> HttpResponseRedirect:
        """Books it in."""
        receive_stock(self.actor, ReceiveStock(store=self.store, item=self.item, **form.cleaned_data))
        return self.done("received")


class Count(_LevelForm):
    """A count: first the number, then the difference and what follows from it, then the confirmation."""

    permission = COUNT_STOCK
    form_class = CountForm
    template = "supplies/staff_stock/count.html.jinja"
    difference: dict[str, Any] | None = None

    def form_arguments(self) -> dict[str, Any]:
        """Of clinical supplies one batch is counted."""
        return self.batch_arguments()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The number alone shows the difference; the confirmed difference is recorded, or waits."""
        form = CountForm(data=request.POST, **self.form_arguments())
        if form.is_valid() and form.cleaned_data["seen"] is None:
            return self._difference(form)
        return super().post(request, **kwargs)

    def submit(self, form: CountForm) -> HttpResponseRedirect:
        """Records it."""
        waits = count_stock(self.actor, CountStock(store=self.store, item=self.item, **form.cleaned_data))
        return self.done("count_waits" if waits else "counted")

    def _difference(self, form: CountForm) -> HttpResponse:
        level, counted = self.level(), form.cleaned_data["counted"]
        batch = form.cleaned_data.get("batch")
        books = books_of(self.actor, level, batch) if batch else level.on_hand
        lost = read.losses_if(self.actor, level, level.on_hand + counted - books)
        self.template = "supplies/staff_stock/count_check.html.jinja"
        self.difference = {
            "counted": counted,
            "seen": books,
            "batch": form["batch"].value() if batch else "",
            "sentence": say.difference_sentence(books, counted),
            "waits": counted != books,
            "losses": [say.loss_row(loss) for loss in lost[:_LOSSES_SHOWN]],
            "more_losses": max(0, len(lost) - _LOSSES_SHOWN),
        }
        return self.show(form)

    def context(self) -> dict[str, Any]:
        """The level's figures, and the difference when there is one to confirm."""
        return {**super().context(), **(self.difference or {})}


class Adjust(_LevelForm):
    """Packs added or taken off between counts."""

    permission = ADJUST_STOCK
    form_class = AdjustForm
    template = "supplies/staff_stock/adjust.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """Of clinical supplies a batch may be named."""
        return self.batch_arguments()

    def submit(self, form: AdjustForm) -> HttpResponseRedirect:
        """Records it."""
        adjust_stock(self.actor, AdjustStock(store=self.store, item=self.item, **form.cleaned_data))
        return self.done("adjusted")


class Expect(_LevelForm):
    """The day of the next delivery."""

    permission = RECEIVE_STOCK
    form_class = ExpectForm
    template = "supplies/staff_stock/expect.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """The day that was set before, unless it has passed."""
        expected = self.level().expected_on
        return {"initial": {"expected_on": expected if expected and expected >= timezone.localdate() else None}}

    def submit(self, form: ExpectForm) -> HttpResponseRedirect:
        """Saves it."""
        expect_stock(self.actor, ExpectStock(store=self.store, item=self.item, **form.cleaned_data))
        return self.done("expected")


class Give(StaffView):
    """Free stock for the orders that wait longest; a button of the level's page."""

    permission = RECEIVE_STOCK

    def post(self, request: HttpRequest, store: str, item: str) -> HttpResponse:
        """Gives it."""
        give_stock(self.actor, item)
        return self.go("staff_supplies:stock_level", store=store, item=item, done="given")
