"""Addresses under /o/<code>/supplies/."""

from __future__ import annotations

from portal.supplies.urls.contractor_ordering import ordering
from portal.supplies.urls.contractor_orders import orders

app_name = "supplies"
urlpatterns = [*ordering, *orders]
