"""Addresses under /staff/registrations/."""

from __future__ import annotations

from django.urls import path

from portal.records.registrations.views.staff import ImportPage, Imports, Questions, SettleQuestion

app_name = "staff_registrations"
urlpatterns = [
    path("", Imports.as_view(), name="imports"),
    path("questions/", Questions.as_view(), name="questions"),
    path("questions/<reference>/", SettleQuestion.as_view(), name="settle"),
    path("imports/<reference>/", ImportPage.as_view(), name="import"),
]
