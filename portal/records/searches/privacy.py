"""The privacy class of every field of searches."""

PRIVACY = {
    "SearchTask": {
        "id": "none",
        "reference": "none",
        "part": "patient",
        "bag": "none",
        "holder": "patient",
        "organisation": "patient",
        "last_had_at": "none",
        "asked_at": "none",
        "due_on": "none",
        "state": "none",
        "answered_at": "none",
        "answered_by_name": "personal",
        "answer": "patient",
    },
}
