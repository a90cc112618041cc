"""Addresses under /courier/: the scanning page, what its script calls, and the link that sets a scanner up."""

from __future__ import annotations

from django.urls import path

from portal.machines.views import courier as views

app_name = "courier"
urlpatterns = [
    path("", views.CourierPage.as_view(), name="page"),
    path("worker.js", views.Worker.as_view(), name="worker"),
    path("round", views.PageRound.as_view(), name="round"),
    path("scans", views.PageScans.as_view(), name="scans"),
    path("start/<secret>/", views.SetUp.as_view(), name="set_up"),
]
