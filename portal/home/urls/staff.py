"""The home page and the service notices under /staff/."""

from __future__ import annotations

from django.urls import path

from portal.home.urls.levels_rows import rows_paths
from portal.home.views import levels
from portal.home.views.staff import AddNoticePage, EndNoticePage, Notices, StaffHome

app_name = "staff"
urlpatterns = [
    path("", StaffHome.as_view(), name="home"),
    path("levels/", levels.StaffLevels.as_view(), name="levels"),
    *rows_paths(levels.StaffRows, "levels/"),
    path("notices/", Notices.as_view(), name="notices"),
    path("notices/add/", AddNoticePage.as_view(), name="add_notice"),
    path("notices/<reference>/end/", EndNoticePage.as_view(), name="end_notice"),
]
