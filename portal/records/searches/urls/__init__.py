"""Searches for missing records."""
