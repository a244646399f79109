"""How fast we are, always as a ratio to a real peer in the same run."""
