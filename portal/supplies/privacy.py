"""The privacy class of every field of supplies. No patient is in any of them."""

PRIVACY = {
    "CatalogueItem": {
        "id": "none", "code": "none", "name": "none", "description": "none", "item_class": "none",
        "contractor_types": "none", "category": "none", "unit": "none", "pack_size": "none",
        "minimum_quantity": "none", "maximum_quantity": "none", "usual_quantity": "none",
        "allowance_quantity": "none", "allowance_days": "none", "lead_time": "none", "approval_required": "none",
        "serial_numbered": "none", "picture": "none", "valid_from": "none", "valid_to": "none",
        "replaced_by": "none", "version": "none",
    },
    "Store": {"id": "none", "code": "none", "name": "none", "priority": "none", "is_active": "none"},
    "StockLevel": {
        "id": "none", "store": "none", "item": "none", "on_hand": "commercial", "reserved": "commercial",
        "expected_on": "none", "location": "commercial",
    },
    "StockMovement": {
        "id": "none", "level": "none", "kind": "none", "quantity": "commercial", "balance": "commercial",
        "reference": "commercial", "reason": "commercial", "actor_user_id": "personal", "actor_name": "personal",
        "occurred_at": "none",
    },
    "Order": {
        "id": "none", "reference": "none", "organisation": "none", "submission": "none", "state": "none",
        "placed_at": "none", "placed_by_id": "personal", "placed_by_name": "personal", "placed_by_email": "personal",
        "delivery_name": "none", "delivery_lines": "none", "delivery_postcode": "none", "approval_route": "none",
        "decided_at": "none", "decided_by_id": "personal", "decided_by_name": "personal",
        "decision_reason": "personal", "promised_on": "none",
    },
    "OrderLine": {
        "id": "none", "order": "none", "organisation": "none", "item": "none", "position": "none",
        "item_code": "none", "item_name": "none", "unit": "none", "pack_size": "none", "state": "none",
        "quantity": "none", "dispatched": "none", "delivered": "none", "received": "none", "cancelled": "none",
        "reason": "personal", "promised_on": "none", "placed_at": "none",
    },
    "Reservation": {"id": "none", "line": "none", "level": "none", "quantity": "none"},
    "Consignment": {
        "id": "none", "reference": "none", "order": "none", "organisation": "none", "store": "none", "state": "none",
        "created_at": "none", "picked_by_name": "personal", "packed_at": "none", "packages": "none",
        "carrier": "none", "carrier_reference": "none", "dispatched_at": "none", "delivered_at": "none",
        "received_by": "personal", "delivery_note": "personal", "confirmed_at": "none",
        "confirmed_by_name": "personal",
    },
    "ConsignmentLine": {
        "id": "none", "consignment": "none", "line": "none", "level": "none", "quantity": "none", "picked": "none",
        "received": "none",
    },
    "BasketLine": {
        "id": "none", "user": "personal", "organisation": "none", "item": "none", "quantity": "none",
        "reason": "personal", "updated_at": "none",
    },
    "SuppliesAccount": {"organisation": "none", "approval_required": "none", "updated_at": "none"},
    "FavouriteList": {
        "id": "none", "reference": "none", "organisation": "none", "name": "none", "created_by_name": "personal",
        "created_at": "none",
    },
    "FavouriteLine": {"id": "none", "favourite": "none", "item": "none", "quantity": "none"},
}
