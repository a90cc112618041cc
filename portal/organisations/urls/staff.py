"""Addresses under /staff/: the directory and its imports."""

from __future__ import annotations

from django.urls import path

from portal.organisations.views.staff import Imports, OrganisationPage, Organisations

app_name = "staff_organisations"
urlpatterns = [
    path("organisations/", Organisations.as_view(), name="organisations"),
    path("organisations/<code>/", OrganisationPage.as_view(), name="organisation"),
    path("imports/", Imports.as_view(), name="imports"),
]
