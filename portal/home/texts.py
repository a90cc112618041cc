"""Texts and tables that an operator may replace: help pages, contacts, browsers.

A file of the same name under ``texts/`` in the data folder is used instead of the portal's own.
They are read once; restart the portal after a change.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

OWN_TEXTS = Path(__file__).resolve().parent


def text_file(name: str) -> Path:
    """The operator's file of this name where there is one, else the portal's (``data/browsers.toml``)."""
    replaced: Path = settings.ENVIRONMENT.data_dir / "texts" / Path(name).name
    return replaced if replaced.is_file() else OWN_TEXTS / name


def read_table(name: str) -> dict[str, Any]:
    """The TOML file of this name. Raises ImproperlyConfigured, naming the file, when it cannot be read."""
    path = text_file(name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}") from error


@cache
def contacts() -> dict[str, dict[str, str]]:
    """Whom to ask about what: body -> name, telephone, email and so on."""
    return read_table("data/contacts.toml")
