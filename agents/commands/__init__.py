"""The verbs of the ``inftool`` command that let someone act: one file each."""
