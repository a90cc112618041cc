"""Addresses under /staff/records/closing/."""

from __future__ import annotations

from django.urls import path

from portal.records.closures.views import staff as views

app_name = "staff_closures"
urlpatterns = [
    path("", views.ClosingSites.as_view(), name="sites"),
    path("<code>/", views.Closing.as_view(), name="closing"),
    path("<code>/open/", views.Open.as_view(), name="open"),
    path("<code>/found/", views.Found.as_view(), name="found"),
    path("<code>/left/", views.Left.as_view(), name="left"),
    path("<code>/end/", views.End.as_view(), name="end"),
]
