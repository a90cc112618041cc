"""Pages of temporary residents' forms."""
