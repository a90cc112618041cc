"""Bank holidays in England and Wales, as the demonstration's calendar has them."""

from __future__ import annotations

from datetime import date

_NAMES = {
    "New Year's Day": ["2025-01-01", "2026-01-01", "2027-01-01", "2028-01-03"],
    "Good Friday": ["2025-04-18", "2026-04-03", "2027-03-26", "2028-04-14"],
    "Easter Monday": ["2025-04-21", "2026-04-06", "2027-03-29", "2028-04-17"],
    "Early May bank holiday": ["2025-05-05", "2026-05-04", "2027-05-03", "2028-05-01"],
    "Spring bank holiday": ["2025-05-26", "2026-05-25", "2027-05-31", "2028-05-29"],
    "Summer bank holiday": ["2025-08-25", "2026-08-31", "2027-08-30", "2028-08-28"],
    "Christmas Day": ["2025-12-25", "2026-12-25", "2027-12-27", "2028-12-25"],
    "Boxing Day": ["2025-12-26", "2026-12-28", "2027-12-28", "2028-12-26"],
}
HOLIDAYS = {date.fromisoformat(day): name for name, days in _NAMES.items() for day in days}
