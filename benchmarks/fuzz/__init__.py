"""How well documents that somebody broke, by accident or on purpose, are borne."""
