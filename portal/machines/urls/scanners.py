"""Addresses under /staff/scanners/."""

from __future__ import annotations

from django.urls import path

from portal.machines.views import scanners as views

app_name = "staff_scanners"
urlpatterns = [
    path("", views.Scanners.as_view(), name="scanners"),
    path("add/", views.Add.as_view(), name="add"),
    path("<reference>/", views.OneScanner.as_view(), name="scanner"),
    path("<reference>/link/", views.Link.as_view(), name="link"),
    path("<reference>/end/", views.End.as_view(), name="end"),
]
