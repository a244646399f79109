"""Toolset → scenarios that are known to be solvable."""
