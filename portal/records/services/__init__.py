"""What happens to paper records, a verb a file."""
