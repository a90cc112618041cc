"""Lays the NHS design system's prebuilt files out for the portal. Standard library only."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "config" / "static" / "nhsuk"
_FILES = ("nhsuk-frontend.min.css", "nhsuk-frontend.min.js", "assets")


def keep_font(environment: Mapping[str, str]) -> bool:
    """Whether the deployer said that this is an NHS service (PORTAL_NHS_FONT)."""
    return environment.get("PORTAL_NHS_FONT", "").lower() in {"1", "yes", "true", "on"}


def lay_out(source: Path, target: Path, *, font: bool) -> None:
    """Copies the prebuilt files, adjusted, and replaces what was there only when all of it is ready.

    The NHS typeface is licensed to NHS services and comes from another server, so its rules go
    unless ``font`` says that this is one.
    """
    fresh, old = target.with_name(target.name + ".new"), target.with_name(target.name + ".old")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in _FILES:
        if (source / name).is_dir():
            shutil.copytree(source / name, fresh / name)
        else:
            (fresh / name).write_text(adjusted((source / name).read_text(), font=font))
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def adjusted(text: str, *, font: bool) -> str:
    """Paths made relative to the file, references to absent source maps removed, and the typeface unless wanted."""
    text = re.sub(r"/\*[#@]\s*sourceMappingURL=[^*]*\*/|//[#@]\s*sourceMappingURL=\S+", "", text)
    text = re.sub(r"url\((['\"]?)/assets/", r"url(\1assets/", text)
    return text if font else re.sub(r"@font-face\s*\{[^}]*\}", "", text)
