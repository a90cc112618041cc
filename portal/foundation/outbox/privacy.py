"""The privacy class of every field of the outbox."""

PRIVACY = {
    "OutboxMessage": {
        "id": "none",
        "kind": "none",
        "recipients": "personal",
        "subject": "personal",
        "body": "credential",  # may hold a short-lived link
        "about": "none",
        "message_id": "none",
        "state": "none",
        "attempts": "none",
        "due_at": "none",
        "leased_until": "none",
        "sent_at": "none",
        "last_error": "personal",  # a mail server's answer may name the address
        "request_id": "none",
        "created_at": "none",
    }
}
