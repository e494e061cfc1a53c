"""Whether the answer is in the language of the question."""

from index.language import UNKNOWN


def language_right(asked: str, answered: str) -> bool | None:
    """Both ISO 639-1; None where the language of the question is not known ("und")."""
    return None if asked == UNKNOWN else asked == answered
