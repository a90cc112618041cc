"""Addresses about the records of closing practices, by audience."""
