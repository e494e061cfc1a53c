"""Models that read a question and a sentence together."""
