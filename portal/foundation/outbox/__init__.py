"""Messages written with the change they tell of, delivered by a worker."""
