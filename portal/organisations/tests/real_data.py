"""Where the real ODS files are, on machines that have them. None of them is in this repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_PROJECT = Path(__file__).resolve().parents[3]
ODS = Path(os.environ.get("PORTAL_ODS_FILES") or _PROJECT.parent / "shared" / "data" / "ods")

needs_real_data = [
    pytest.mark.real_data,
    pytest.mark.skipif(not (ODS / "epraccur.csv").exists(), reason=f"no real ODS files in {ODS}"),
]
