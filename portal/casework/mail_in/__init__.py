"""E-mail that comes in: read from a box, understood without trust, and brought to a case."""
