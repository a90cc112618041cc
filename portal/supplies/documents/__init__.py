"""Paper: pick lists, delivery notes and package labels as PDF."""
