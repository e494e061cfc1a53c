"""Questions made of the names of a written passage: what is said of somebody at all, and what of somebody else.

Those who wrote the passages asked for facts, and seldom by name. Readers ask "What do the articles say about Brest?",
too, which whatever names Brest answers; and a question about one minister is not answered by what another one did.
"""

import random
from dataclasses import replace

from index.training.reading.written import PLACEHOLDER, WrittenPassage, WrittenQuestion

_NAMED = 0.5
"""Share of the passages that are asked about one of their names."""
_ABSENT = 0.2
"""Share of the passages that are asked about a name that they do not hold."""
_OF_ANOTHER = 0.5
"""Share of the answered questions with a name that are asked again with another one."""
_OTHER = {kind: f"{{{kind}9}}" for kind in "PTO"}
"""A name that no passage has: as every placeholder, it is filled with one that is made up."""

_ABOUT = (
    ("en", "What is said about {name}?"),
    ("en", "What do the articles say about {name}?"),
    ("en", "what about {name}"),
    ("en", "tell me about {name}"),
    ("en", "What do we know about {name}?"),
    ("fr", "Que dit-on de {name} ?"),
    ("fr", "Que disent les articles sur {name} ?"),
    ("fr", "Que sait-on de {name} ?"),
    ("fr", "parle-moi de {name}"),
    ("es", "¿Qué se dice de {name}?"),
    ("es", "¿Qué cuentan los artículos sobre {name}?"),
    ("de", "Was wird über {name} gesagt?"),
    ("de", "Was steht in den Artikeln über {name}?"),
)
_OF_KIND = {
    "P": (
        ("en", "Who is {name}?"),
        ("en", "What did {name} do?"),
        ("fr", "Qui est {name} ?"),
        ("fr", "Qu'a fait {name} ?"),
        ("es", "¿Quién es {name}?"),
        ("de", "Wer ist {name}?"),
    ),
    "T": (
        ("en", "What happened in {name}?"),
        ("en", "news from {name}"),
        ("fr", "Que s'est-il passé à {name} ?"),
        ("es", "¿Qué pasó en {name}?"),
        ("de", "Was geschah in {name}?"),
    ),
    "O": (
        ("en", "What is {name} doing?"),
        ("fr", "Que fait {name} ?"),
        ("es", "¿Qué hace {name}?"),
        ("de", "Was macht {name}?"),
    ),
}


def with_names_asked(passage: WrittenPassage, generator: random.Random) -> WrittenPassage:
    """The passage, its names still placeholders, with further questions; the sentences that name somebody answer what
    is asked about them."""
    made: list[WrittenQuestion] = []
    named = sorted({match.group() for sentence in passage.sentences for match in PLACEHOLDER.finditer(sentence)})
    if named and generator.random() < _NAMED:
        name = generator.choice(named)
        told = tuple(place for place, sentence in enumerate(passage.sentences) if name in sentence)
        made.append(_about(name, told, generator))
    if generator.random() < _ABSENT:
        made.append(_about(_OTHER[generator.choice("PTO")], (), generator))
    for question in passage.questions:
        if question.answers and PLACEHOLDER.search(question.text) and generator.random() < _OF_ANOTHER:
            text = PLACEHOLDER.sub(lambda match: _OTHER[match.group(1)], question.text)
            made.append(replace(question, text=text, answers=()))
    return replace(passage, questions=(*passage.questions, *made))


def _about(name: str, told: tuple[int, ...], generator: random.Random) -> WrittenQuestion:
    language, text = generator.choice((*_ABOUT, *_OF_KIND[name[1]]))
    return WrittenQuestion(language, text.format(name=name), told)
