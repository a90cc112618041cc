"""Choosing an organisation, and one's own account."""

from __future__ import annotations

from django.urls import path

from portal.accounts.views.account import Account
from portal.accounts.views.select_organisation import SelectOrganisation

app_name = "accounts"
urlpatterns = [
    path("", SelectOrganisation.as_view(), name="select_organisation"),
    path("your-account/", Account.as_view(), name="account"),
]
