"""The addresses of the rows behind the service levels: the same for each audience that may have them."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

_SOURCES, _ENDINGS = ("supplies", "records", "casework"), ("csv", "xlsx")


def rows_paths(view: Any, prefix: str) -> list[URLPattern]:
    """One address a source and kind of file, named such as ``rows_supplies_csv``."""
    return [
        path(
            f"{prefix}{source}.{ending}",
            view.as_view(),
            {"source": source, "ending": ending},
            name=f"rows_{source}_{ending}",
        )
        for source in _SOURCES
        for ending in _ENDINGS
    ]
