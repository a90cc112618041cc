"""What people type about temporary residents' forms."""
