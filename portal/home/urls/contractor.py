"""The home page under /o/<code>/."""

from __future__ import annotations

from django.urls import path

from portal.home.views.contractor import ContractorHome

app_name = "contractor"
urlpatterns = [path("", ContractorHome.as_view(), name="home")]
