"""Addresses of temporary residents' forms, by audience."""
