"""Addresses under /commissioner/<code>/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import commissioner as views

app_name = "commissioner"
urlpatterns = [
    path("", views.Requests.as_view(), name="requests"),
    path("requests/<reference>/", views.OneRequest.as_view(), name="request"),
    path("requests/<reference>/decide/", views.Decide.as_view(), name="decide"),
]
