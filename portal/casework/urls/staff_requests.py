"""Addresses under /staff/requests/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import staff_requests as views

app_name = "staff_requests"
urlpatterns = [
    path("", views.Requests.as_view(), name="requests"),
    path("<reference>/", views.OneRequest.as_view(), name="request"),
    path("<reference>/call/", views.Call.as_view(), name="call"),
    path("<reference>/approve/", views.Approve.as_view(), name="approve"),
    path("<reference>/send-back/", views.SendBack.as_view(), name="back"),
    path("<reference>/refuse/", views.Refuse.as_view(), name="refuse"),
    path("<reference>/stop/", views.Freeze.as_view(), name="freeze"),
    path("<reference>/steps/<step>/done/", views.Finish.as_view(), name="finish"),
    path("<reference>/steps/<step>/not-needed/", views.Skip.as_view(), name="skip"),
    path("<reference>/steps/<step>/try-again/", views.TryAgain.as_view(), name="try_again"),
]
