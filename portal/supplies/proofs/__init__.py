"""Proofs of delivery from carriers' files (J25)."""
