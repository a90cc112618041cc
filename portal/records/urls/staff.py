"""Addresses under /staff/records/."""

from __future__ import annotations

from django.urls import path

from portal.records.views import staff as views
from portal.records.views import staff_collections as collections
from portal.records.views import staff_retrieval as retrieval
from portal.records.views import staff_store as store
from portal.records.views import staff_store_build as build

app_name = "staff_records"
urlpatterns = [
    path("", views.Movements.as_view(), name="movements"),
    path("scan/", views.Scan.as_view(), name="scan"),
    path("store/", store.Store.as_view(), name="store"),
    path("store/shelve/", store.Shelve.as_view(), name="shelve"),
    path("store/out-of-box/", store.TakeOut.as_view(), name="out_of_box"),
    path("store/buildings/add/", build.AddBuilding.as_view(), name="add_building"),
    path("store/buildings/<building>/", store.OneBuilding.as_view(), name="building"),
    path("store/buildings/<building>/add/", build.AddShelf.as_view(), name="add_shelf"),
    path("store/buildings/<building>/change/", build.ChangeBuilding.as_view(), name="change_building"),
    path("store/buildings/<building>/<shelf>/", store.OneShelf.as_view(), name="shelf"),
    path("store/buildings/<building>/<shelf>/add/", build.AddBoxesPage.as_view(), name="add_boxes"),
    path("store/buildings/<building>/<shelf>/change/", build.ChangeShelf.as_view(), name="change_shelf"),
    path("store/buildings/<building>/<shelf>/labels.pdf", store.BoxLabels.as_view(), name="box_labels"),
    path("store/boxes/<box>/", store.OneBox.as_view(), name="box"),
    path("store/boxes/<box>/change/", build.ChangeBoxPage.as_view(), name="change_box"),
    path("store/take-out/", retrieval.Retrieve.as_view(), name="retrieve"),
    path("store/take-out/start/", retrieval.StartWave.as_view(), name="start_wave"),
    path("store/take-out/<reference>/", retrieval.Wave.as_view(), name="wave"),
    path("store/take-out/<reference>/end/", retrieval.EndWave.as_view(), name="end_wave"),
    path("store/take-out/<reference>/list.pdf", retrieval.WaveList.as_view(), name="wave_list"),
    path("store/take-out/<reference>/labels.pdf", retrieval.WaveLabels.as_view(), name="wave_labels"),
    path("store/take-out/<reference>/<movement>/<bag>/", retrieval.NotThere.as_view(), name="not_there"),
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
    path("movements/<reference>/made-anew/", views.Reconstituted.as_view(), name="reconstituted"),
    path("movements/<reference>/protect/", views.Seal.as_view(), name="seal"),
]
