"""What changes the records of closing practices, one verb a file."""
