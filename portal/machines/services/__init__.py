"""What can be done with machines: one service each."""
