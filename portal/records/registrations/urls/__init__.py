"""Addresses of registrations."""
