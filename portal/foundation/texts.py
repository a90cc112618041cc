"""Texts and tables that an operator may replace: help pages, contacts, browsers, kinds of enquiry, durations.

A file of the same name under ``texts/`` in the data folder is used instead of the portal's own.
Most are read once; restart the portal after a change.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def text_file(own: Path) -> Path:
    """The operator's file of this name where there is one, else ``own``, the portal's."""
    replaced: Path = settings.ENVIRONMENT.data_dir / "texts" / own.name
    return replaced if replaced.is_file() else own


def read_table(own: Path) -> dict[str, Any]:
    """The TOML file, or the operator's in its place. Raises ImproperlyConfigured, naming the file it cannot read."""
    path = text_file(own)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}") from error
