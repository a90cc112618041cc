"""What a site will need and when, reckoned from its own orders."""
