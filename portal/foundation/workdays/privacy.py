"""The privacy class of every field of the calendar."""

PRIVACY = {"Holiday": {"id": "none", "day": "none", "name": "none"}}
