"""Paper records: where each is, who holds it, and what moves it."""
