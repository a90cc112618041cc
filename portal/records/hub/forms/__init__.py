"""What is scanned at the hub."""
