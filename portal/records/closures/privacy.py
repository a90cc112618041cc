"""The privacy class of every field of closures."""

PRIVACY = {
    "Inventory": {
        "id": "none",
        "reference": "none",
        "organisation": "none",
        "successor": "none",
        "case_reference": "none",
        "closes_on": "none",
        "expected": "none",
        "state": "none",
        "state_since": "none",
        "opened_at": "none",
        "opened_by_name": "personal",
        "counted_by_name": "personal",
    },
    "Counted": {
        "id": "none",
        "inventory": "none",
        "part": "patient",
        "was_expected": "none",
        "seen_at": "none",
        "seen_by_name": "personal",
    },
}
