"""A follow-up is answered by what bears on its own words, not only on the words that were carried over to it."""

from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.conversation.question_parts import tells_something
from assistant.settings import load_settings
from assistant.types import Answer, Turn
from assistant.wiring import open_assistant, open_writer
from index.readers import read_paths
from index.types import Article


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    settings = load_settings(index=tmp_path_factory.mktemp("seeds"))
    with open_writer(settings) as writer:
        for _ in writer.add(item for item in read_paths([Path("seeds")]) if isinstance(item, Article)):
            pass
    return open_assistant(settings)


def last_of(assistant: Assistant, *questions: str, search_for: str | None = None) -> Answer:
    """The answer to the last of the questions, which one person asks in a row."""
    history: list[Turn] = []
    for question in questions[:-1]:
        history.append(Turn(question, assistant.ask(question, history).text))
    return assistant.ask(questions[-1], history, search_for=search_for)


UNTOLD = [
    ("where are the damaged Ukrainian vehicles being repaired?", "in which workshops?"),
    ("Welche Länder führen die Koalition für Telekommunikation?", "Welche Firmen helfen ihnen?"),
    ("qui dirige la coalition des télécommunications ?", "quel est son budget ?"),
]


@pytest.mark.parametrize("questions", UNTOLD)
def test_what_only_the_carried_words_are_met_by_is_no_answer(seeds: Assistant, questions: tuple[str, str]) -> None:
    answer = last_of(seeds, *questions)
    assert answer.searched_for != questions[-1]
    assert answer.abstained
    assert answer.citations, "the nearest passages are shown"
    assert answer.confidence is not None
    assert answer.confidence < seeds.calibration.answer_from


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        (("what did Germany pledge?", "and how many shells?"), "10,000"),
        (("what is Britain sending?", "how much is that in euros?"), "euros"),
        (("Qu'a promis l'Allemagne ?", "et combien d'obus ?"), "10 000"),
    ],
)
def test_a_follow_up_that_the_articles_answer_is_answered(
    seeds: Assistant, questions: tuple[str, str], told: str
) -> None:
    answer = last_of(seeds, *questions)
    assert answer.searched_for != questions[-1]
    assert not answer.abstained
    assert told in answer.text


DOUBTED = [UNTOLD[1]]
"""It would be answered if only the words that were carried over counted; the other untold ones would not."""


@pytest.mark.parametrize(("opening", "follow_up"), DOUBTED)
def test_a_query_that_the_user_wrote_is_not_doubted(seeds: Assistant, opening: str, follow_up: str) -> None:
    doubted = last_of(seeds, opening, follow_up)
    meant = last_of(seeds, opening, follow_up, search_for=doubted.searched_for)
    assert (doubted.abstained, meant.abstained) == (True, False)
    assert meant.searched_for == doubted.searched_for


@pytest.mark.parametrize(
    ("question", "language", "tells"),
    [
        ("when was it?", "en", False),
        ("¿dónde fue?", "es", False),
        ("pour combien en tout ?", "fr", False),
        ("in which workshops?", "en", True),
        ("and France?", "en", True),
        ("kdy?", "cs", False),
    ],
)
def test_words_of_grammar_alone_tell_nothing_that_could_be_missed(question: str, language: str, tells: bool) -> None:
    assert tells_something(question, language) is tells
