"""A trained policy behind an OpenAI-compatible endpoint."""
