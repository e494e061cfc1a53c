"""Questions from sentences without a language model: a blank in the place of what is asked for, or a question word
where the grammar lets one stand there; and the same question about another name, which nothing should answer.

The drafts are for a person to reword. Tables hold words of grammar only.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from random import Random

from assistant.conversation.reference_words import REFERENCE_WORDS
from assistant.locale_names.territory_names import territory, territory_keys_of_name
from eval.proposals.facts import Blank, Fact, Kind
from eval.proposals.proposal import Draft
from index.analysis import fold

BLANK = "___"

_LEADS: Mapping[str, Mapping[str, str]] = {
    "en": {"how many": "How many?", "how much": "How much?", "when": "When?", "who": "Who or what?"},
    "fr": {"how many": "Combien ?", "how much": "Combien ?", "when": "Quand ?", "who": "Qui ou quoi ?"},
    "es": {"how many": "¿Cuántos?", "how much": "¿Cuánto?", "when": "¿Cuándo?", "who": "¿Quién o qué?"},
    "de": {"how many": "Wie viele?", "how much": "Wie viel?", "when": "Wann?", "who": "Wer oder was?"},
}
_SUBJECTS: Mapping[str, str] = {"en": "Who {}?", "fr": "Qui {} ?", "es": "¿Quién {}?", "de": "Wer {}?"}
"""As the subject, a question word stands where the name stood, and the other words stay where they are."""

_COUNTED: Mapping[str, str] = {"en": "How many {}?", "fr": "Combien de {} ?", "de": "Wie viele {}?"}
"""The same for the number of the subject; in Spanish it would have to agree with the noun."""

_END = re.compile(r"[.!。！]+(?P<closers>[»”\"’')\]]*)\Z")
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)(?=\s)")


def draft_of(fact: Fact, random: Random) -> Draft | None:
    """A question for one of the fact's blanks, each kind as likely as the others; None where it has none."""
    kinds: dict[Kind, list[Blank]] = {}
    for blank in fact.blanks:
        kinds.setdefault(blank.kind, []).append(blank)
    if not kinds:
        return None
    return _draft(fact, random.choice(kinds[random.choice(sorted(kinds))]))


def _draft(fact: Fact, blank: Blank) -> Draft:
    language = fact.article.language
    question = _question(fact.told, blank, language)
    if question is not None:
        return Draft(question, (blank.text,), blank.kind, "question")
    lead = _LEADS.get(language, {}).get(blank.kind if blank.counts else "how much", "")
    cloze = fact.told[: blank.span.start] + BLANK + fact.told[blank.span.end :]
    return Draft(f"{lead} {cloze}".strip(), (blank.text,), blank.kind, "blank")


def _question(told: str, blank: Blank, language: str) -> str | None:
    """The sentence as a question where what is asked for opens it as its subject, or counts that."""
    rest = told[blank.span.end :]
    following = _NEXT_WORD.match(rest)
    if blank.span.start or following is None or language not in _SUBJECTS:
        return None
    tables = REFERENCE_WORDS[language]
    word = following.group(1)
    asked = _END.sub(r"\g<closers>", rest).strip()
    if blank.kind == "who" and fold(word) in tables.auxiliaries:
        return _SUBJECTS[language].format(asked)
    if blank.kind == "how many" and blank.counts and language in _COUNTED and fold(word) not in tables.small:
        noun = word[0].isupper() if language == "de" else word[0].islower()
        return _COUNTED[language].format(asked) if noun else None
    return None


class OtherNames:
    """Names of the facts that were met, to ask about in the place of a fact's own."""

    def __init__(self) -> None:
        self._known: dict[_Sort, set[str]] = {}

    def add(self, fact: Fact) -> None:
        for name in fact.names:
            if (found := _found(name, fact.told)) is not None:
                self._known.setdefault(_sort(found, fact.article.language), set()).add(name)

    def swapped(self, draft: Draft, fact: Fact, random: Random) -> Draft | None:
        """The draft with one of the sentence's names swapped for one of the same sort that stands in another article
        and not in this one. None where there is no such name. Whether the articles answer the new question after all,
        nobody can tell but a person."""
        text = fold(fact.article.text)
        for name in _shuffled(fact.names, random):
            found = _found(name, draft.question)
            others = self._known.get(_sort(found, fact.article.language), set()) if found else set()
            fitting = sorted(other for other in others if fold(other) not in text)
            if found and fitting:
                other = random.choice(fitting)
                question = draft.question[: found.start()] + other + draft.question[found.end() :]
                return Draft(question, (), draft.kind, draft.by, answerable=False, swapped=other)
        return None


_Sort = tuple[str, bool, bool, bool, str]


def _found(name: str, text: str) -> re.Match[str] | None:
    """The name as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)


def _sort(found: re.Match[str], language: str) -> _Sort:
    """Names of one sort can stand for one another in a sentence: countries and cities, who and what is of them, all
    others; of one word or of several; with the same article before them."""
    name = found.group()
    tables = REFERENCE_WORDS.get(language)
    before = re.search(r"[^\W\d_]+['’]?\s?\Z", found.string[: found.start()])
    word = fold(before.group().strip().replace("’", "'")) if before else ""
    is_article = tables is not None and word in tables.definite | tables.indefinite
    is_place, is_of_place = territory(name) is not None, bool(territory_keys_of_name(name))
    return language, is_place, is_of_place, " " in name, word if is_article or word.endswith("'") else ""


def _shuffled(names: Iterable[str], random: Random) -> list[str]:
    found = list(dict.fromkeys(names))
    random.shuffle(found)
    return found


DraftMaker = Callable[[Fact], Draft]
"""Makes a draft of a fact, or raises `DraftDropped`."""


class DraftDropped(Exception):
    """A fact gives no question. The message is why, in a few words, the same for all of a kind. It never leaves
    `eval.proposals`: it is counted there."""
