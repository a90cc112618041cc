"""Addresses under /o/<code>/problems/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import contractor

app_name = "casework"
urlpatterns = [
    path("", contractor.OwnCases.as_view(), name="cases"),
    path("<reference>/", contractor.OwnCase.as_view(), name="case"),
    path("<reference>/close/", contractor.Close.as_view(), name="close"),
]
