"""The privacy class of every field of the directory. It is public data (OGL), but for who imported it."""

_STATE = {
    "name": "none", "kind": "none", "status": "none", "address_lines": "none", "postcode": "none",
    "postcode_is_valid": "none", "telephone": "none", "parent_code": "none", "commissioner_code": "none",
    "geography_code": "none", "region_code": "none", "opened_on": "none", "closed_on": "none", "roles": "none",
    "valid_from": "none", "last_seen_on": "none",
}  # fmt: skip
PRIVACY = {
    "Organisation": {
        "id": "none", "code": "none", "contractor_type": "none", "email": "commercial", "parent": "none", **_STATE,
    },
    "OrganisationVersion": {
        "id": "none", "organisation": "none", "valid_to": "none", **_STATE,
    },
    "OrganisationIdentifier": {"id": "none", "organisation": "none", "kind": "none", "value": "commercial"},
    "CommissionerPeriod": {
        "id": "none", "organisation_code": "none", "commissioner_code": "none", "joined_on": "none", "left_on": "none",
    },
    "ImportRun": {
        "id": "none", "reference": "none", "file_name": "none", "sha256": "none", "layout": "none",
        "released_on": "none", "outcome": "none", "read": "none", "created": "none", "changed": "none",
        "unchanged": "none", "closed": "none", "reopened": "none", "rejected": "none", "started_at": "none",
        "actor_user_id": "personal", "actor_name": "personal",
    },
}  # fmt: skip
