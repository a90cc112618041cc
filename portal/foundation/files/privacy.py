"""The privacy class of every field of stored files."""

PRIVACY = {
    "StoredFile": {
        "id": "none",
        "reference": "none",
        "stored_name": "none",
        "name": "personal",  # whoever sent it chose it
        "content_type": "none",
        "size": "none",
        "sha256": "none",
        "purpose": "none",
        "state": "none",
        "refused_because": "none",
        "scanner": "none",
        "stored_at": "none",
        "scanned_at": "none",
        "leased_until": "none",
        "scan_attempts": "none",
        "last_error": "none",
    }
}
