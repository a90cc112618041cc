"""Addresses under /staff/supplies/."""

from __future__ import annotations

from portal.supplies.urls.staff_catalogue import catalogue
from portal.supplies.urls.staff_stock import stock
from portal.supplies.urls.staff_warehouse import warehouse

app_name = "staff_supplies"
urlpatterns = [*catalogue, *stock, *warehouse]
