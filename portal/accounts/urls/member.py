"""Choosing an organisation, and one's own account."""

from __future__ import annotations

from django.urls import path

from portal.accounts.views.own_account import OwnAccount
from portal.accounts.views.select_organisation import SelectOrganisation

app_name = "accounts"
urlpatterns = [
    path("", SelectOrganisation.as_view(), name="select_organisation"),
    path("your-account/", OwnAccount.as_view(), name="own_account"),
]
