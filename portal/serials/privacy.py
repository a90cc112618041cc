"""The privacy class of every field of the register of numbered forms. No patient is in any of them."""

PRIVACY = {
    "SerialReceipt": {
        "id": "none",
        "item": "none",
        "serials": "none",
        "store": "none",
        "received_at": "none",
        "received_by_name": "personal",
        "delivery_note": "none",
    },
    "SerialRange": {
        "id": "none",
        "receipt": "none",
        "item": "none",
        "serials": "none",
        "state": "none",
        "since": "none",
        "store": "none",
        "consignment": "none",
        "organisation": "none",
        "held_by": "personal",
        "case_reference": "none",
    },
    "SerialMove": {
        "id": "none",
        "item": "none",
        "serials": "none",
        "source": "none",
        "target": "none",
        "where": "personal",
        "organisation": "none",
        "happened_at": "none",
        "by_name": "personal",
        "note": "personal",
    },
}
