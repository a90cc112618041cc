"""A reservation gets smaller, and is gone when nothing is left of it."""

from __future__ import annotations

from portal.supplies.models import Reservation


def lessen_reservation(reservation: Reservation, packs: int) -> None:
    """Takes packs off a reservation whose stock level the caller has locked and changed."""
    if reservation.quantity == packs:
        reservation.delete()
    else:
        reservation.quantity -= packs
        reservation.save(update_fields=["quantity"])
