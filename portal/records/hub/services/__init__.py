"""What changes cages, one verb a file."""
