"""The browser of the journeys: Chromium as the machine has it, or Debian's. Needs only the standard library."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> Path | None:
    """The browser to use: ``PORTAL_BROWSER``, or the first Chromium on the path."""
    if chosen := os.environ.get("PORTAL_BROWSER"):
        return Path(chosen)
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(found) if found else None


def install_browser() -> tuple[Path | None, str]:
    """Finds Chromium, or installs Debian's when this is root; else None and why there is none."""
    if found := find_browser():
        return found, ""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return None, "Chromium is not installed. On Debian, as root: apt-get install chromium"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if found := find_browser():
        return found, ""
    return None, f"Debian's Chromium could not be installed:\n{done.stderr.strip()[-600:]}"
