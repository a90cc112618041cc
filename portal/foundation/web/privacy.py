"""The privacy class of every field of a submission."""

PRIVACY = {
    "Submission": {"token": "none", "user_id": "personal", "path": "none", "location": "none", "created_at": "none"}
}
