"""Small words that point at something said before, or that tie a question to it, in four languages.

Words of grammar only, in lower case and without accents, as `index.analysis.fold` leaves them; the tables of each
language are in `words/`.
"""

import tomllib
from dataclasses import dataclass
from importlib import resources

from index.function_words import FUNCTION_WORDS


@dataclass(frozen=True, slots=True)
class ReferenceWords:
    """The closed classes of one language.

    `openings` begin a question that goes on from another one ("and ...?"); each is one word or a few. `pronouns` stand
    for something, and for something named in the same question where it comes before ("does Kyiv say it ..."); of
    them `persons` stand for people. `pointing` words always stand for something said before; `before_nouns` do when a
    noun follows that is no time ("this week" points at nothing). `added` words compare with something ("too").
    `definite` words announce a noun, and `indefinite` ones announce or are one; `prepositions` and `questions` are
    what they are called. `auxiliaries` are the verb forms that a clause is recognised by.
    """

    openings: frozenset[str]
    pronouns: frozenset[str]
    persons: frozenset[str]
    pointing: frozenset[str]
    before_nouns: frozenset[str]
    added: frozenset[str]
    definite: frozenset[str]
    indefinite: frozenset[str]
    prepositions: frozenset[str]
    questions: frozenset[str]
    auxiliaries: frozenset[str]
    impersonal: tuple[str, ...]
    """Patterns of phrases whose pronoun stands for nothing ("il y a", "es gibt")."""

    @property
    def small(self) -> frozenset[str]:
        """Every word of the tables, none of which tells what a question is about."""
        return frozenset().union(
            *(one.split() for one in self.openings),
            self.pronouns,
            self.pointing,
            self.before_nouns,
            self.added,
            self.definite,
            self.indefinite,
            self.prepositions,
            self.questions,
            self.auxiliaries,
        )


def _read(language: str) -> ReferenceWords:
    text = resources.files("assistant.conversation").joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    words = {name: frozenset(value.split()) for name, value in table.items() if isinstance(value, str)}
    return ReferenceWords(openings=frozenset(table["openings"]), impersonal=tuple(table["impersonal"]), **words)


REFERENCE_WORDS = {language: _read(language) for language in ("en", "fr", "es", "de")}
"""ISO 639-1 code -> its words. Follow-ups in other languages are not recognised."""

INTERJECTIONS = frozenset(
    "ok okay yes no well right oui non si bon bien d'accord merci thanks vale gracias ja nein gut danke".split()
)
"""What may stand before a question without being part of it."""

SMALL_WORDS = {language: FUNCTION_WORDS[language] | tables.small for language, tables in REFERENCE_WORDS.items()}
"""Words of a language that tell nothing of what a question is about."""
