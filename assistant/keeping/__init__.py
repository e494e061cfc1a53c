"""What people keep: shared answers, and what they said of answers; in one SQLite file, apart from the index."""
