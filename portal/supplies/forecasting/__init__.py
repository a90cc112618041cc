"""How much of an item will be asked for, and when its stock runs out: a small honest method (ADR 24)."""
