"""Reads a question and a passage together: which of its sentences answer."""
