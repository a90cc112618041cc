"""Searches: whoever had a missing record is asked to look for it (J26)."""
