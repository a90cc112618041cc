"""Addresses under /staff/records/hub/."""

from __future__ import annotations

from django.urls import path

from portal.records.hub.views import staff as views

app_name = "hub"
urlpatterns = [
    path("", views.Cages.as_view(), name="cages"),
    path("sort/", views.Sort.as_view(), name="sort"),
    path("open/", views.Open.as_view(), name="open"),
    path("hand-over/", views.HandOver.as_view(), name="hand_over"),
    path("cages/<reference>/", views.OneCage.as_view(), name="cage"),
    path("cages/<reference>/close/", views.Close.as_view(), name="close"),
    path("cages/<reference>/reopen/", views.Reopen.as_view(), name="reopen"),
    path("cages/<reference>/take-out/", views.TakeOut.as_view(), name="take_out"),
    path("cages/<reference>/manifest.pdf", views.ManifestPaper.as_view(), name="manifest"),
]
