"""Addresses under /o/<code>/forms/."""

from __future__ import annotations

from django.urls import path

from portal.serials.views import contractor as views

app_name = "serials"
urlpatterns = [
    path("", views.OwnForms.as_view(), name="forms"),
    path("confirm/<reference>/", views.Confirm.as_view(), name="confirm"),
    path("issue/", views.Issue.as_view(), name="issue"),
    path("take-back/", views.PutBack.as_view(), name="put_back"),
    path("send-back/", views.SendBack.as_view(), name="send_back"),
    path("destroy/", views.Destroy.as_view(), name="destroy"),
    path("missing/", views.Missing.as_view(), name="missing"),
]
