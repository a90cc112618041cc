"""The privacy class of every field of casework."""

PRIVACY = {
    "Case": {
        "id": "none",
        "reference": "none",
        "organisation": "none",
        "kind": "none",
        "subject": "personal",
        "details": "personal",
        "payload": "none",
        "about_type": "none",
        "about_reference": "none",
        "state": "none",
        "state_since": "none",
        "opened_at": "none",
        "opened_by_id": "personal",
        "opened_by_name": "personal",
        "opened_by_email": "personal",
        "owner_id": "personal",
        "owner_name": "personal",
        "waiting_for": "personal",
        "answer": "personal",
        "answered_at": "none",
    }
}
