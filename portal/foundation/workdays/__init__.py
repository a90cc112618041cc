"""One calendar of working days."""
