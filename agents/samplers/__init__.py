"""Engines that turn prompts into tokens, one file each."""
