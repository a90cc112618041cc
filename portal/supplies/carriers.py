"""Who carries consignments: data an operator edits here; anything else may be typed."""

from __future__ import annotations

import re

CARRIERS = (
    "Royal Mail Tracked",
    "Royal Mail Special Delivery",
    "DPD",
    "Own driver",
)
OTHER = "other"
_REFERENCE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 ./-]{1,39}$")


def reference_problem(reference: str) -> str:
    """What is wrong with a carrier's reference, as a sentence; '' when nothing is. It may be empty."""
    if reference and not _REFERENCE.match(reference):
        return "Enter the carrier's reference as it is printed: letters and numbers, up to 40 characters."
    return ""
