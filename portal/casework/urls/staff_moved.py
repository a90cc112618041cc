"""Addresses under /staff/problems/: where cases were before."""

from __future__ import annotations

from django.urls import path

from portal.casework.views.moved import CaseMoved

urlpatterns = [
    path("", CaseMoved.as_view()),
    path("<reference>/", CaseMoved.as_view()),
    path("<reference>/<path:rest>", CaseMoved.as_view()),
]
