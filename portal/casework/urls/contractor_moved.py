"""Addresses under /o/<code>/problems/: where cases were before."""

from __future__ import annotations

from django.urls import path

from portal.casework.views.moved import OwnCaseMoved

urlpatterns = [
    path("", OwnCaseMoved.as_view()),
    path("<reference>/", OwnCaseMoved.as_view()),
    path("<reference>/<path:rest>", OwnCaseMoved.as_view()),
]
