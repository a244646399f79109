"""Judging an episode: gates, checks, the verdict, the reward."""
