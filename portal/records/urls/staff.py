"""Addresses under /staff/records/."""

from __future__ import annotations

from django.urls import path

from portal.records.views import staff as views
from portal.records.views import staff_collections as collections

app_name = "staff_records"
urlpatterns = [
    path("", views.Movements.as_view(), name="movements"),
    path("scan/", views.Scan.as_view(), name="scan"),
    path("store/", views.Retrieve.as_view(), name="retrieve"),
    path("discrepancies/", views.Discrepancies.as_view(), name="discrepancies"),
    path("discrepancies/<reference>/", views.Settle.as_view(), name="settle"),
    path("collections/", collections.CollectionsOfDay.as_view(), name="collections"),
    path("collections/export.csv", collections.ExportCollections.as_view(), name="export_collections"),
    path("collections/to-arrange/", collections.ToArrange.as_view(), name="collections_to_arrange"),
    path("collections/sites/<code>/", collections.CollectionsOfSite.as_view(), name="collections_of_site"),
    path("collections/sites/<code>/set/", collections.SetDay.as_view(), name="set_collection_day"),
    path("collections/sites/<code>/end/", collections.EndDay.as_view(), name="end_collection_day"),
    path("collections/sites/<code>/arrange/", collections.Arrange.as_view(), name="arrange_visit"),
    path("collections/visits/<reference>/again/", collections.ArrangeAgain.as_view(), name="arrange_again"),
    path("collections/visits/<reference>/cancel/", collections.CancelVisit.as_view(), name="cancel_visit"),
    path("movements/<reference>/", views.OneMovement.as_view(), name="movement"),
    path("movements/<reference>/cancel/", views.Cancel.as_view(), name="cancel"),
    path("movements/<reference>/missing/", views.Missing.as_view(), name="missing"),
    path("movements/<reference>/lost/", views.Lost.as_view(), name="lost"),
]
