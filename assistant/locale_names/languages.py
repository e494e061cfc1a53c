"""The languages in which names, numbers and questions are read."""

LANGUAGES = ("en", "fr", "es", "de")
