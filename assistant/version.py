"""The version of the program, as packages and reports name it."""

__version__ = "0.1.0"
