"""Addresses of records, by audience."""
