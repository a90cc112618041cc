"""The home page and the service notices under /staff/."""

from __future__ import annotations

from django.urls import path

from portal.home.views.staff import AddNoticePage, EndNoticePage, Notices, StaffHome

app_name = "staff"
urlpatterns = [
    path("", StaffHome.as_view(), name="home"),
    path("notices/", Notices.as_view(), name="notices"),
    path("notices/add/", AddNoticePage.as_view(), name="add_notice"),
    path("notices/<reference>/end/", EndNoticePage.as_view(), name="end_notice"),
]
