"""What people type about records."""
