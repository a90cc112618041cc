"""Guided requests: each a sequence of small pages, saved as one goes, checked and sent once (J13-J18)."""
