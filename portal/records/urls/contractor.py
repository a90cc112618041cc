"""Addresses under /o/<code>/records/. No NHS number is in any of them (R5)."""

from __future__ import annotations

from django.urls import path

from portal.records.views import collections, looks
from portal.records.views import contractor as views
from portal.records.views import contractor_changes as changes
from portal.records.views import contractor_marks as marks

app_name = "records"
urlpatterns = [
    path("", views.Records.as_view(), name="records"),
    path("in/", views.RecordsIn.as_view(), name="in"),
    path("out/", views.RecordsOut.as_view(), name="out"),
    path("in/together/", changes.Together.as_view(), {"side": "in"}, name="together_in"),
    path("out/together/", changes.Together.as_view(), {"side": "out"}, name="together_out"),
    *(
        path(
            f"{side}/export.{kind}", views.Export.as_view(), {"side": side, "kind": kind}, name=f"export_{side}_{kind}"
        )
        for side in ("in", "out")
        for kind in ("csv", "xlsx")
    ),
    path("look-up/", changes.LookUp.as_view(), name="look_up"),
    path("match/", changes.MatchPage.as_view(), name="match"),
    path("collections/", collections.Collections.as_view(), name="collections"),
    path("collections/<reference>/report/", collections.ReportVisit.as_view(), name="report_visit"),
    path("looks/", looks.WhoLooked.as_view(), name="looks"),
    *(
        path(f"looks/export.{kind}", looks.ExportLooks.as_view(), {"kind": kind}, name=f"export_looks_{kind}")
        for kind in ("csv", "xlsx")
    ),
    path("looks/<look>/report/", looks.ReportLook.as_view(), name="report_look"),
    path("looks/patients/<reference>/", looks.LooksAtPatient.as_view(), name="looks_at_patient"),
    path("request/", changes.Request.as_view(), name="request"),
    path("movements/<reference>/", views.OneMovement.as_view(), name="movement"),
    path("movements/<reference>/labels/", changes.MakeLabels.as_view(), name="make_labels"),
    path("movements/<reference>/labels.pdf", changes.Labels.as_view(), name="labels"),
    path("movements/<reference>/new-label/", marks.NewLabel.as_view(), name="new_label"),
    path("movements/<reference>/marks/", marks.Marks.as_view(), name="marks"),
    path("movements/<reference>/ready/", changes.Ready.as_view(), name="ready"),
    path("movements/<reference>/received/", changes.Received.as_view(), name="received"),
    path("movements/<reference>/add-bag/", changes.AddBag.as_view(), name="add_bag"),
    path("movements/<reference>/never-held/", changes.NeverHeld.as_view(), name="never_held"),
    path("movements/<reference>/no-paper/", changes.NoPaper.as_view(), name="no_paper"),
]
