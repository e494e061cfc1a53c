"""The names in the quotes of an answer, which a pronoun of the next question may stand for."""

import re
from collections.abc import Collection

from assistant.locale_names.territory_names import territory
from index.analysis import fold

_CITED = re.compile(r"[^\n]*\[\d+\]")
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w’'-]*[^\W\d_]"
_NAME = re.compile(rf"(?<![.!?…:«»“”\"(\n-] )(?<![«“\"])(?<!^)\b{_CAPITAL}(?: {_CAPITAL})+")


def names_of(answer: str, said: Collection[str]) -> list[str]:
    """Names of two or more words in the lines of an answer that cite something, in order, each once; without places,
    and without those that hold a word of `said` (folded)."""
    found: dict[str, None] = {}
    for line in _CITED.findall(answer):
        for name in _NAME.findall(line):
            words = fold(name).split()
            if territory(fold(name)) is None and not any(word in said for word in words):
                found.setdefault(name)
    return list(found)
