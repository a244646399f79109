"""Failures → what to practise next: the part of the loop that decides."""
