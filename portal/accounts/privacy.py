"""The privacy class of every field of accounts."""

PRIVACY = {
    "User": {
        "id": "none",
        "password": "credential",
        "last_login": "personal",
        "reference": "none",
        "email": "personal",
        "title": "personal",
        "forename": "personal",
        "surname": "personal",
        "telephone": "personal",
        "mobile": "personal",
        "is_active": "none",
        "created_at": "none",
    },
    "Membership": {
        "id": "none",
        "reference": "none",
        "user": "personal",
        "organisation": "none",
        "starts_on": "personal",
        "ends_on": "personal",
        "created_at": "none",
    },
    "RoleGrant": {
        "id": "none",
        "membership": "personal",
        "organisation": "none",
        "role": "personal",
        "granted_at": "none",
        "granted_by_name": "personal",
        "ended_at": "none",
    },
}
