"""The verbs of ``inftool`` that train; each file has one ``run``."""
