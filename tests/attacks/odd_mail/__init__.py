"""E-mails as they really come, and as somebody means harm: made here, each with what must become of it."""
