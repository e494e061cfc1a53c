"""The sentences of the parallel texts, found by what they tell and by their rare words."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from index.training.pairs import Pair
from index.training.reading.facts import LANGUAGES, Kind, facts
from index.training.reading.questions import tells

EVERYDAY_NAMES = ("Tom", "Mary", "Marie", "María", "Maria", "John", "Jim", "Boston")
"""The people and places of most of Tatoeba's sentences; given other names, so that names must be read."""

_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON_WORDS = 12_000
_TOO_ALIKE = 0.4


class Corpus:
    """Everyday sentences of some length that are no questions, and law texts of one to three lines."""

    def __init__(self, pairs: Sequence[Pair], generator: random.Random) -> None:
        seen: Counter[str] = Counter()
        self.pairs: list[Pair] = []
        for pair in generator.sample(pairs, len(pairs)):
            seen[pair.english] += 1
            if seen[pair.english] <= 2 and _is_told(pair):
                self.pairs.append(pair)
        self.laws = [place for place, pair in enumerate(self.pairs) if pair.source == "laws"]
        self.everyday = [place for place, pair in enumerate(self.pairs) if pair.source != "laws"]
        self._by_word: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_language: dict[tuple[str, bool], list[str]] = defaultdict(list)
        self._telling: dict[tuple[str, Kind], list[str]] = defaultdict(list)
        self.names: list[str] = []
        counts: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
        names: Counter[str] = Counter()
        for place, pair in enumerate(self.pairs):
            for language, text in (("en", pair.english), (pair.language, pair.other)):
                self._by_language[language, pair.source == "laws"].append(text)
                words = _LONG_WORD.findall(text)
                counts[language].update(word for word in words if tells(word, language))
                for word in {word.lower() for word in words}:
                    self._by_word[language, word].append(place)
                if pair.source == "laws":
                    continue
                for fact in facts(text, language):
                    self._telling[language, fact.kind].append(text)
                    if fact.kind in ("name", "place"):
                        names[text[fact.span.start : fact.span.end]] += 1
        self.names = sorted(name for name, count in names.items() if count > 2 and name not in EVERYDAY_NAMES)
        self._words = {
            language: [word for word, _ in count.most_common(_COMMON_WORDS)] for language, count in counts.items()
        }

    def text(self, place: int, language: str) -> str:
        return self.pairs[place].english if language == "en" else self.pairs[place].other

    def any_text(self, language: str, laws: bool, generator: random.Random) -> str:
        """Any sentence, an everyday one where laws have none in the language."""
        return generator.choice(self._by_language[language, laws] or self._by_language[language, False])

    def telling(self, language: str, kind: Kind, generator: random.Random) -> str:
        """An everyday sentence that tells a fact of this kind."""
        found = self._telling[language, kind]
        return generator.choice(found) if found else self.any_text(language, False, generator)

    def any_word(self, language: str, like: str, generator: random.Random) -> str:
        """A common word that begins as `like` does, with a capital or without."""
        word = generator.choice(self._words[language])
        for _ in range(20):
            if word[0].isupper() == like[0].isupper():
                break
            word = generator.choice(self._words[language])
        return word

    def neighbour(self, place: int, language: str, generator: random.Random) -> int | None:
        """Another sentence with one of the rarest words of this one, which does not say nearly the same."""
        own = _words(self.text(place, language))
        rare = sorted((len(self._by_word[language, word]), word) for word in own)
        for count, word in [item for item in rare if item[0] > 1][:3]:
            other = self._by_word[language, word][generator.randrange(count)]
            others = _words(self.text(other, language))
            alike = len(own & others) / max(1, len(own | others))
            if self.pairs[other].english != self.pairs[place].english and alike <= _TOO_ALIKE:
                return other
        return None


def _words(text: str) -> set[str]:
    return {word.lower() for word in _LONG_WORD.findall(text)}


def _is_told(pair: Pair) -> bool:
    if pair.source == "laws":
        return 50 < len(pair.english) < 320 and 50 < len(pair.other) < 360
    return len(pair.english) > 21 and not pair.english.endswith("?")
