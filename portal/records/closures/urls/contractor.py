"""Addresses under /o/<code>/records/closing/."""

from __future__ import annotations

from django.urls import path

from portal.records.closures.views import contractor as views

app_name = "closures"
urlpatterns = [
    path("", views.Closing.as_view(), name="closing"),
    path("open/", views.Open.as_view(), name="open"),
    path("found/", views.Found.as_view(), name="found"),
    path("left/", views.Left.as_view(), name="left"),
    path("end/", views.End.as_view(), name="end"),
]
