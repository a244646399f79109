"""BFCL through its own checkers, which live in a Python of their own (``make lane-bfcl``)."""
