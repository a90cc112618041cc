"""Addresses under /o/<code>/records/temporary/. No NHS number is in any of them (R5)."""

from __future__ import annotations

from django.urls import path

from portal.records.temporary_residents.views import contractor as views
from portal.records.temporary_residents.views import contractor_bags as bags

app_name = "temporary"
urlpatterns = [
    path("", views.Received.as_view(), name="received"),
    path("export.csv", views.ExportReceived.as_view(), name="export_received"),
    path("sent/", views.Sent.as_view(), name="sent"),
    path("sent/export.csv", views.ExportSent.as_view(), name="export_sent"),
    path("send/", views.Send.as_view(), name="send"),
    path("bags/", bags.Bags.as_view(), name="bags"),
    path("bags/labels/", bags.AskForLabels.as_view(), name="ask_for_labels"),
    path("bags/labels.pdf", bags.BagLabels.as_view(), name="bag_labels"),
    path("bags/<bag>/hand-over/", bags.HandOver.as_view(), name="hand_over"),
    path("bags/<bag>/void/", bags.VoidLabel.as_view(), name="void_label"),
    path("mail/", views.ChooseMail.as_view(), name="mail"),
    path("forms/<reference>/", views.OneForm.as_view(), name="form"),
    path("forms/<reference>/download/", views.Download.as_view(), name="download"),
    path("forms/<reference>/archive/", views.Archive.as_view(), name="archive"),
    path("forms/<reference>/return/", views.Return.as_view(), name="return"),
    path("forms/<reference>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
]
