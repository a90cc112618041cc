"""The service levels under /commissioner/<code>/levels/."""

from __future__ import annotations

from django.urls import path

from portal.home.urls.levels_rows import rows_paths
from portal.home.views import levels

app_name = "commissioner_levels"
urlpatterns = [
    path("", levels.CommissionerLevels.as_view(), name="levels"),
    *rows_paths(levels.CommissionerRows, ""),
]
