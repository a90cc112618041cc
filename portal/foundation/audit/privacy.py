"""The privacy class of every field of the record."""

PRIVACY = {
    "AuditEvent": {
        "id": "none",
        "occurred_at": "none",
        "type": "none",
        "actor_user_id": "personal",
        "actor_name": "personal",
        "actor_audience": "none",
        "organisation_id": "none",
        "subject_type": "none",
        "subject_reference": "none",
        "payload": "personal",
        "request_id": "none",
    }
}
