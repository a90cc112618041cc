"""The privacy class of every field of the hub."""

PRIVACY = {
    "Cage": {
        "id": "none",
        "reference": "none",
        "hub": "none",
        "destination": "none",
        "state": "none",
        "state_since": "none",
        "opened_by_name": "personal",
        "handed_over_by_name": "personal",
    },
    "CageBag": {"id": "none", "cage": "none", "bag": "none", "code": "none", "put_at": "none", "ended_at": "none"},
}
