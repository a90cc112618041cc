"""The privacy class of every field of the service levels: they say nothing about a person, nor about one site."""

PRIVACY = {
    "LevelCount": {
        "id": "none",
        "source": "none",
        "month": "none",
        "area": "none",
        "contractor_type": "none",
        "kind": "none",
        "measure": "none",
        "days": "none",
        "counted": "none",
        "met": "none",
        "sites": "none",
    },
    "CountedMonth": {"id": "none", "source": "none", "month": "none", "counted_at": "none", "is_final": "none"},
}
