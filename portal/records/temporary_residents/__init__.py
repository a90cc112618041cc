"""Temporary residents' forms (GMS3): from the practice that saw somebody away from home to their own practice (J11)."""
