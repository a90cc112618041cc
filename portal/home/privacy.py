"""The privacy class of every field of a service notice."""

PRIVACY = {
    "ServiceNotice": {
        "id": "none",
        "reference": "none",
        "title": "none",
        "text": "none",
        "audience": "none",
        "starts_at": "none",
        "ends_at": "none",
    }
}
