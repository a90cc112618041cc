"""Addresses under /staff/records/."""

from __future__ import annotations

from django.urls import path

from portal.records.views import staff as views

app_name = "staff_records"
urlpatterns = [
    path("", views.Movements.as_view(), name="movements"),
    path("scan/", views.Scan.as_view(), name="scan"),
    path("store/", views.Retrieve.as_view(), name="retrieve"),
    path("discrepancies/", views.Discrepancies.as_view(), name="discrepancies"),
    path("discrepancies/<reference>/", views.Settle.as_view(), name="settle"),
    path("movements/<reference>/", views.OneMovement.as_view(), name="movement"),
    path("movements/<reference>/cancel/", views.Cancel.as_view(), name="cancel"),
    path("movements/<reference>/missing/", views.Missing.as_view(), name="missing"),
    path("movements/<reference>/lost/", views.Lost.as_view(), name="lost"),
]
