"""Addresses under /staff/records/searches/."""

from __future__ import annotations

from django.urls import path

from portal.records.searches.views import staff as views

app_name = "staff_searches"
urlpatterns = [
    path("", views.Searches.as_view(), name="searches"),
    path("tasks/<reference>/", views.AnswerFor.as_view(), name="answer"),
    path("<reference>/", views.Search.as_view(), name="search"),
]
