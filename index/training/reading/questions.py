"""Questions for what a sentence tells: its fact is taken out, and what is left of the sentence is asked about.

The idea of questions by taking words out is that of Lewis et al. 2019, "Unsupervised Question Answering by Cloze
Translation". They are no good grammar; people who type questions leave words out, too.
"""

import random
import re

from index.analysis import fold
from index.function_words import FUNCTION_WORDS
from index.training.reading.facts import Fact, Kind

_ASKED = {
    "en": {
        "number": ("how many", "how much", "what number of"),
        "time": ("when", "on what day", "since when", "what year"),
        "name": ("who", "whom", "which person"),
        "place": ("where", "in which place"),
        "reason": ("why", "for what reason"),
        "thing": ("what", "which", "what did", "what is", "what will"),
    },
    "fr": {
        "number": ("combien de", "combien d'", "quel nombre de", "combien"),
        "time": ("quand", "quel jour", "depuis quand", "à quelle date"),
        "name": ("qui", "à qui", "avec qui", "qui est-ce qui"),
        "place": ("où", "à quel endroit", "d'où"),
        "reason": ("pourquoi", "pour quelle raison"),
        "thing": ("qu'est-ce que", "que", "quel", "quelle", "qu'a"),
    },
    "es": {
        "number": ("cuántos", "cuántas", "cuánto"),
        "time": ("cuándo", "qué día", "desde cuándo"),
        "name": ("quién", "a quién", "con quién"),
        "place": ("dónde", "de dónde", "adónde"),
        "reason": ("por qué", "por qué razón"),
        "thing": ("qué", "cuál", "qué es"),
    },
    "de": {
        "number": ("wie viele", "wie viel", "wieviele"),
        "time": ("wann", "an welchem Tag", "seit wann"),
        "name": ("wer", "wem", "wen", "mit wem"),
        "place": ("wo", "wohin", "woher"),
        "reason": ("warum", "wieso"),
        "thing": ("was", "welche", "welcher", "was hat"),
    },
}
_HELPING = {
    "en": ("did", "does", "is", "was", "will", "has", "have", "do"),
    "fr": ("a-t-il", "est-ce que", "va", "il"),
    "es": ("ha", "va a", "se"),
    "de": ("hat", "wird", "ist", "hatte"),
}
_WORD = re.compile(r"[\w’'-]+")
_FACT = ""
"""Stands for the place of the fact among the words."""
_MOST_WORDS = 14


def words_asked(text: str, fact: Fact, language: str, generator: random.Random) -> list[str] | None:
    """The words of a question whose answer is the fact, the asking ones first as one; None where too little is left."""
    left = _left(text, fact, language, generator)
    place = left.index(_FACT)
    before, after = left[:place], left[place + 1 :]
    helping = [generator.choice(_HELPING[language])] if generator.random() < 0.5 else []
    asked = [asking_words(fact.kind, language, generator)]
    if fact.kind == "number":
        counted = after[: generator.randint(1, 3)]
        rest = [] if generator.random() < 0.12 else before + after[len(counted) :]
        asked += counted + helping + rest
        if not counted:
            return None
    else:
        asked += helping + before + after
    return asked if any(tells(word, language) for word in asked[1:]) else None


def asking_words(kind: Kind, language: str, generator: random.Random) -> str:
    return generator.choice(_ASKED[language][kind])


def tells(word: str, language: str) -> bool:
    """Whether a word is of the topic, and none of the language's small ones."""
    return len(word) > 2 and fold(word) not in FUNCTION_WORDS[language]


def typed(words: list[str], generator: random.Random) -> str:
    """The words as people type questions: often without capitals, accents or a question mark."""
    question = " ".join(words)
    if generator.random() < 0.5:
        question = question.lower()
    if generator.random() < 0.2:
        question = fold(question)
    if generator.random() < 0.5:
        question = question[:1].upper() + question[1:]
    return question + generator.choice(("?", "?", " ?", "", ""))


def _left(text: str, fact: Fact, language: str, generator: random.Random) -> list[str]:
    """The words of the sentence with `_FACT` in place of the fact, some left out, and not too many."""
    words = [*_WORD.findall(text[: fact.span.start]), _FACT, *_WORD.findall(text[fact.span.end :])]
    small_left_out, others_left_out = generator.choice((0.0, 0.2, 0.5, 0.8)), generator.choice((0.0, 0.1, 0.25, 0.4))
    telling = sum(tells(word, language) for word in words)
    kept = []
    for word in words:
        share = others_left_out if tells(word, language) else small_left_out
        if word == _FACT or (telling <= 2 and tells(word, language)) or generator.random() >= share:
            kept.append(word)
    if len(kept) > _MOST_WORDS:
        start = max(0, kept.index(_FACT) - generator.randint(2, 8))
        kept = kept[start : start + _MOST_WORDS]
    return kept
