"""The records of a practice that closes: counted one by one, then sent where each belongs (J18)."""
