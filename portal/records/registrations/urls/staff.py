"""Addresses under /staff/registrations/."""

from __future__ import annotations

from django.urls import path

from portal.records.registrations.views.staff import ImportPage, Imports, Questions

app_name = "staff_registrations"
urlpatterns = [
    path("", Imports.as_view(), name="imports"),
    path("questions/", Questions.as_view(), name="questions"),
    path("imports/<reference>/", ImportPage.as_view(), name="import"),
]
