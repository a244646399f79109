"""Clients of others against ``inftool serve-policy``, and how many of them it serves at once."""
