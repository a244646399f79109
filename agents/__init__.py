"""Who acts: policies, samplers, and the rollouts in which they play."""

IS_INFTOOL = True
"""Tells this package from others of the same general name; ``trainers`` asks for it."""
