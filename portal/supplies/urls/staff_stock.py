"""The addresses of stock and stores under /staff/supplies/."""

from __future__ import annotations

from django.urls import path

from portal.supplies.views import batches, counts, forecasts, staff_stock, staff_stores, stock_room

stock = [
    path("stock/", staff_stock.Stock.as_view(), name="stock"),
    path("stock/file.csv", staff_stock.StockFile.as_view(), name="stock_file"),
    path("stock/<store>/<item>/", staff_stock.Level.as_view(), name="stock_level"),
    path("stock/<store>/<item>/goods-in/", staff_stock.GoodsIn.as_view(), name="goods_in"),
    path("stock/<store>/<item>/count/", staff_stock.Count.as_view(), name="count_stock"),
    path("stock/<store>/<item>/adjust/", staff_stock.Adjust.as_view(), name="adjust_stock"),
    path("stock/<store>/<item>/expected/", staff_stock.Expect.as_view(), name="expect_stock"),
    path("stock/<store>/<item>/transfer/", stock_room.Transfer.as_view(), name="transfer_stock"),
    path("stock/<store>/<item>/give/", staff_stock.Give.as_view(), name="give_stock"),
    path("batches/", batches.Batches.as_view(), name="batches"),
    path("batches/where/", batches.WhereItWent.as_view(), name="batch"),
    path("forecasts/", forecasts.Forecasts.as_view(), name="forecasts"),
    *(
        path(f"forecasts/to-buy.{kind}", forecasts.ForecastsFile.as_view(), {"kind": kind}, name=f"to_buy_{kind}")
        for kind in ("csv", "xlsx")
    ),
    path("forecasts/<item>/", forecasts.Forecast.as_view(), name="forecast"),
    path("counts/", counts.Counts.as_view(), name="counts"),
    path("counts/<reference>/", counts.Count.as_view(), name="stock_count"),
    path("counts/<reference>/approve/", counts.Approve.as_view(), name="approve_count"),
    path("counts/<reference>/reject/", counts.Reject.as_view(), name="reject_count"),
    path("stores/", staff_stores.Stores.as_view(), name="stores"),
    path("stores/add/", staff_stores.AddStore.as_view(), name="add_store"),
    path("stores/<store>/edit/", staff_stores.EditStore.as_view(), name="edit_store"),
]
