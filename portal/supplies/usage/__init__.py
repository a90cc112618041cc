"""What a site used of each item in a year, beside what similar sites used."""
