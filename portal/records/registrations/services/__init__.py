"""What can be done with registration events: take one, import a file."""
