"""The door to registrations: what records asks of them."""

from portal.records.registrations.following import movement_arrived, movement_began
from portal.records.registrations.models import RegisteredPatient, WantedMovement

__all__ = ["RegisteredPatient", "WantedMovement", "movement_arrived", "movement_began"]
