"""Addresses under /staff/machines/."""

from __future__ import annotations

from django.urls import path

from portal.machines.views import staff as views

app_name = "staff_machines"
urlpatterns = [
    path("", views.Machines.as_view(), name="machines"),
    path("admit/", views.Admit.as_view(), name="admit"),
    path("<reference>/", views.OneMachine.as_view(), name="machine"),
    path("<reference>/token/", views.ReplaceToken.as_view(), name="token"),
    path("<reference>/end/", views.End.as_view(), name="end"),
]
