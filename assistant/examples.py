"""Questions to begin with, made from the articles at hand: about names that stand out in one of them.

A name is a run of capitalised words inside a sentence. It stands out when its article repeats it and few others have
it. Nothing knows what the articles are about, and no language model is asked.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.types import Article

LENGTH_LIMIT = 100
NAME_LIMIT = 60
CHARACTERS_READ = 40_000  # of each article: its beginning names what it is about

TEMPLATES: Mapping[str, str] = {
    "en": "What is said about {name}?",
    "fr": "Que sait-on sur {name} ?",
    "es": "¿Qué se dice sobre {name}?",
    "de": "Was wird über {name} gesagt?",
}
OTHER_LANGUAGES = "{name}?"

# Words that stand before names and belong to them in a question: "the Kremlin", « l’Ukraine ». German ones change
# their form with the question, so they are left out there.
DETERMINERS: Mapping[str, frozenset[str]] = {
    "en": frozenset({"the"}),
    "fr": frozenset({"l’", "l'", "le", "la", "les"}),
    "es": frozenset({"el", "la", "los", "las"}),
}
# Every German noun is capitalised: only runs of two words that come again are likely names there.
NOUNS_CAPITALISED = frozenset({"de", "lb"})

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+|[’']|\S")
_SENTENCE_END = frozenset('.!?:;…\n«»"“”„()[]{}<>–—•*#|/\\=@$_~^`')


@dataclass(slots=True)
class _Name:
    """What one article shows of a name. `closed` counts the places where punctuation or the end follows: adjectives
    ("Ukrainian soldiers") stand before a noun instead."""

    count: int = 0
    closed: int = 0
    before: Counter[str] = field(default_factory=Counter)


def example_questions(
    articles: Sequence[Article], count: int = 4, answers: Callable[[str], bool] | None = None
) -> list[str]:
    """At most `count` questions, each in the language of the article that it is made from, no two from one article.

    `answers(question)` says whether a question is worth showing; it is asked for a few questions of each article
    until enough are found. The same articles in the same order give the same questions.
    """
    names = [_names(article) for article in articles]
    lower_case = {word for article in articles for word in _lower_case_words(article)}
    spread = Counter(name for found in names for name in found)
    total = Counter[str]()
    for found in names:
        total.update({name: seen.count for name, seen in found.items()})
    questions: list[str] = []
    used: set[str] = set()
    for article, found in zip(articles, names, strict=True):
        if len(questions) >= count:
            break
        ranked = sorted(
            (name for name in found if _is_name(name, found[name], total[name], article.language, lower_case)),
            key=lambda name: (-_salience(name, found[name], article, spread[name], len(articles)), name),
        )
        for name in ranked[:3]:
            question = _question(name, found[name], article.language)
            if len(question) > LENGTH_LIMIT or not used.isdisjoint(name.casefold().split()):
                continue
            if answers is None or answers(question):
                questions.append(question)
                used.update(name.casefold().split())
                break
    return questions


def _names(article: Article) -> dict[str, _Name]:
    """The capitalised runs inside the sentences of the article."""
    found: dict[str, _Name] = {}
    for run, before, closed in _runs(article.text[:CHARACTERS_READ]):
        name = found.setdefault(run, _Name())
        name.count += 1
        name.closed += closed
        name.before[before] += 1
    return found


def _runs(text: str) -> Iterator[tuple[str, str, bool]]:
    """Each run of capitalised words that does not begin a sentence, the word before it, and whether it is closed by
    punctuation."""
    words = [match.group() for match in re.finditer(r"\n|" + _WORD.pattern, text)]
    position = 0
    while position < len(words):
        if not _capitalised(words[position]):
            position += 1
            continue
        start = position
        while position < len(words) and _capitalised(words[position]):
            position += 1
        before = words[start - 1] if start else "\n"
        if before in ("’", "'") and start > 1:
            before = words[start - 2] + before
        if before[-1] in _SENTENCE_END:
            continue
        follows = words[position] if position < len(words) else "\n"
        yield " ".join(words[start:position]), before, not follows[0].isalnum()


def _lower_case_words(article: Article) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", article.text[:CHARACTERS_READ]) if word.islower()}


def _capitalised(word: str) -> bool:
    return word[0].isupper() and word[0].isalpha()


def _is_name(name: str, seen: _Name, total: int, language: str, lower_case: set[str]) -> bool:
    """`total` counts the name in all articles; `lower_case` holds the words that are also written small."""
    words = name.split()
    if not 3 <= len(name) <= NAME_LIMIT or len(words) > 5 or len(words[0]) < 2 or len(words[-1]) < 2:
        return False
    if language in NOUNS_CAPITALISED and (len(words) == 1 or total < 2):
        return False
    if len(words) > 2 and total < 2:  # two things may stand side by side: "Spain's Margarita Robles"
        return False
    if len(words) == 1:
        return name.casefold() not in lower_case and seen.count >= 2 and seen.closed * 4 >= seen.count
    return not all(word.casefold() in lower_case for word in words)


def _salience(name: str, seen: _Name, article: Article, spread: int, articles: int) -> float:
    """How often the article has the name, times how few articles have it; names in the title and of two or three
    words count more."""
    frequency = 1 + math.log(seen.count)
    rarity = math.log(1 + articles / spread)
    in_title = 1.5 if name.casefold() in article.title.casefold() else 1.0
    words = 1.4 if 2 <= len(name.split()) <= 3 else 1.0
    return frequency * rarity * in_title * words


def _question(name: str, seen: _Name, language: str) -> str:
    """The question about the name, with the determiner that mostly stands before it in the article."""
    determiners = DETERMINERS.get(language, frozenset())
    counted = Counter({word: number for word, number in seen.before.items() if word in determiners})
    shown = name
    if counted:
        word, number = min(counted.items(), key=lambda item: (-item[1], item[0]))
        if number * 2 >= seen.count:
            shown = f"{word}{name}" if word.endswith(("’", "'")) else f"{word} {name}"
    return TEMPLATES.get(language, OTHER_LANGUAGES).format(name=shown)
