"""Sorting at the hub: where each bag goes, and the cages that leave with the courier (J26)."""
