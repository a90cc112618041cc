"""The privacy class of every field of the worker."""

PRIVACY = {
    "PeriodicTask": {
        "id": "none",
        "code": "none",
        "due_at": "none",
        "leased_until": "none",
        "last_started_at": "none",
        "last_finished_at": "none",
        "last_error": "personal",  # an error may quote what it tripped over
        "failures": "none",
        "runs": "none",
    }
}
