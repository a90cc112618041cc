"""Cages and what is in them."""

from portal.records.hub.models.cage import Cage, CageBag

__all__ = ["Cage", "CageBag"]
