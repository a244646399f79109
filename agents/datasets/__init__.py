"""Datasets of verified conversations: played, checked, filtered, and written as shards that resume."""
