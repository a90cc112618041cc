"""The privacy class of every field of machines."""

PRIVACY = {
    "Machine": {
        "id": "none",
        "reference": "none",
        "name": "none",
        "scopes": "none",
        "place": "none",
        "token_digest": "credential",
        "token_begins": "none",
        "token_ends_on": "none",
        "admitted_at": "none",
        "admitted_by_name": "personal",
        "last_used_at": "none",
        "ended_at": "none",
        "ended_why": "none",
        "uses_page": "none",
        "link_digest": "credential",
        "link_ends_at": "none",
        "set_up_at": "none",
    },
    "GivenAnswer": {
        "id": "none",
        "machine": "none",
        "path": "none",
        "key": "none",
        "request_digest": "none",
        "status": "none",
        "body": "none",
        "given_at": "none",
    },
    "Pace": {"machine": "none", "free_at": "none"},
}
