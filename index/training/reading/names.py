"""Made-up names: a model that meets each of them once must read them, and cannot know them."""

import random

_ONSETS = ("b", "d", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "kr", "st", "h", "g", "f", "tr", "w")
_RIMES = ("a", "e", "i", "o", "u", "an", "er", "in", "or", "el", "us", "is", "en", "ov", "ar")
_SYLLABLES = [onset + rime for onset in _ONSETS for rime in _RIMES]


def made_up_name(generator: random.Random) -> str:
    """One word of two or three syllables, with a capital."""
    return "".join(generator.choices(_SYLLABLES, k=generator.choice((2, 2, 3)))).capitalize()
