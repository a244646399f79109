"""The verbs of the ``inftool`` command that need no model: one file each."""
