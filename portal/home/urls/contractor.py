"""The home page under /o/<code>/."""

from __future__ import annotations

from django.urls import path

from portal.home.urls.levels_rows import rows_paths
from portal.home.views import levels
from portal.home.views.contractor import ContractorHome

app_name = "contractor"
urlpatterns = [
    path("", ContractorHome.as_view(), name="home"),
    path("levels/", levels.ContractorLevels.as_view(), name="levels"),
    *rows_paths(levels.ContractorRows, "levels/"),
]
