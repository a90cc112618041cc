"""What happens when a process, the database or the mail server dies in the middle of its work (R3)."""
