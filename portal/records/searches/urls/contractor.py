"""Addresses under /o/<code>/records/searches/. No NHS number is in any of them (R5)."""

from __future__ import annotations

from django.urls import path

from portal.records.searches.views import contractor as views

app_name = "searches"
urlpatterns = [
    path("", views.Tasks.as_view(), name="tasks"),
    path("<reference>/", views.Task.as_view(), name="task"),
]
