"""Addresses under /o/<code>/cases/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import contractor

app_name = "casework"
urlpatterns = [
    path("", contractor.OwnCases.as_view(), name="cases"),
    path("<reference>/", contractor.OwnCase.as_view(), name="case"),
    path("<reference>/close/", contractor.Close.as_view(), name="close"),
    path("<reference>/write/", contractor.Write.as_view(), name="write"),
    path("<reference>/rate/", contractor.Rate.as_view(), name="rate"),
    path("<reference>/files/<file>/", contractor.File.as_view(), name="file"),
]
