"""Verbs of the ``inftool`` command that measure, one file each."""
