"""Addresses under /api/v1/. No NHS number is in any of them (R5)."""

from __future__ import annotations

from django.urls import path

from portal.machines.views import records
from portal.machines.views.calling import MachineView
from portal.machines.views.described import Described, Health

# What the OpenAPI document describes, by address.
MACHINE_ADDRESSES: dict[str, type[MachineView]] = {
    "scans": records.Scans,
    "manifests/<place>": records.ManifestPage,
    "movements/<reference>": records.MovementPage,
    "registration-events": records.Registrations,
}

app_name = "api"
urlpatterns = [
    *(path(address, view.as_view(), name=view.__name__.lower()) for address, view in MACHINE_ADDRESSES.items()),
    path("openapi.json", Described.as_view(), name="openapi"),
    path("status", Health.as_view(), name="status"),
]
