"""Services of temporary residents' forms: one verb a file."""
