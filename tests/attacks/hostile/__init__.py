"""Hostile files, made here: nothing is fetched, nothing is kept, and no two are the same bytes."""
