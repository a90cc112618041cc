"""What people type about the records of a closing practice."""
