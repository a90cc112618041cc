"""The two addresses of a list that can be taken away: as CSV, and as a workbook."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.foundation.web.views import PortalView


def as_files(address: str, view: type[PortalView], name: str) -> list[URLPattern]:
    """``address.csv`` named ``name_csv``, and ``address.xlsx`` named ``name_xlsx``."""
    return [
        path(f"{address}.{kind}", view.as_view(), {"kind": kind}, name=f"{name}_{kind}") for kind in ("csv", "xlsx")
    ]
