"""Addresses under /link/: what our e-mails point to."""

from __future__ import annotations

from django.urls import path

from portal.casework.views.links import FollowLink

app_name = "casework_links"
urlpatterns = [path("<token>/", FollowLink.as_view(), name="follow")]
