"""Addresses of the hub."""
