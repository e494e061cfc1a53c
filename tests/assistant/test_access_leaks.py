"""Of an article that somebody may not see, nothing comes out of the engine, whatever it is asked: no word, no number,
no place. `tests/assistant/server/test_access_surfaces.py` asks the whole server.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.examples import example_questions
from assistant.filters import filters_of
from assistant.types import Answer, Turn
from index.access import may_see
from index.facets import SOURCES_LISTED
from tests.assistant.hidden_articles import assistant_over, generated, leaked, question_about, users

ARTICLES = generated(300)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with assistant_over(tmp_path_factory.mktemp("all"), ARTICLES) as assistant:
        yield assistant


def questions(groups: frozenset[str], count: int) -> list[str]:
    """Most of them about what the user may not see, by its own words."""
    chance = random.Random(str(sorted(groups)))
    hidden = [article for article in ARTICLES if not may_see(groups, article.groups)]
    return [question_about(article, chance) for article in chance.sample(hidden, count)]


def told(assistant: Assistant, question: str) -> list[object]:
    """Everything that comes back for one question, in every way it can be asked; without what was asked itself."""
    first = assistant.ask(question)
    follow_up = assistant.ask("and what does it cost?", [Turn(question, first.text)])
    narrowed = assistant.ask(question, filters=filters_of(["en"], "2000-01-01", "2030-01-01"))
    hits, titles = assistant.library().search(question, 10)
    events = [event for event in assistant.stream(question) if not hasattr(event, "query")]
    answers = [first, follow_up, narrowed]
    return [*map(unasked, answers), hits, titles, len(events), assistant.can_answer(question)]


def unasked(answer: Answer) -> Answer:
    return replace(answer, question="", searched_for="", timings_ms={})


def test_no_secret_of_a_hidden_article_comes_out(everything: Assistant) -> None:
    for groups in users(20):
        assistant = everything.seen_by(groups)
        (question,) = questions(groups, 1)
        shown = told(assistant, question)
        assert leaked(repr(shown), groups, question) == []
        hits = shown[3]
        assert isinstance(hits, list)
        assert len(hits) == 10


def test_the_questions_would_show_leaks(everything: Assistant) -> None:
    """Asked by somebody who may see everything, each brings what it is about."""
    groups = users(1)[0]
    for question in questions(groups, 5):
        assert leaked(repr(told(everything, question)), groups, question)


def test_what_there_is_to_choose_from_is_that_of_the_visible_articles(everything: Assistant) -> None:
    for groups in users(50):
        assistant = everything.seen_by(groups)
        visible = [article for article in ARTICLES if may_see(groups, article.groups)]
        collection, facets = assistant.collection(), assistant.facets()
        assert collection.articles == len(visible) < len(ARTICLES)
        assert collection.languages == {"en": len(visible)}
        assert len(facets.sources) == min(len(visible), SOURCES_LISTED)  # each article has one of its own
        assert facets.earliest == min(str(article.date) for article in visible)
        assert facets.latest == max(str(article.date) for article in visible)
        listed = assistant.library().listed(count=1000)
        assert {each.id for each in listed.articles} == {article.id for article in visible}
        assert listed.total == len(visible)
        shown = (facets.sources, assistant.sample_articles(40), [each.id for each in listed.articles])
        assert leaked(repr(shown), groups) == []


def test_an_article_cannot_be_read_nor_its_words_found(everything: Assistant) -> None:
    for groups in users(10):
        assistant = everything.seen_by(groups)
        for article in ARTICLES:
            visible = may_see(groups, article.groups)
            assert (assistant.article(article.id) is not None) is visible
        hidden = next(article for article in ARTICLES if not may_see(groups, article.groups))
        quote = hidden.text.partition(".")[0]
        assert assistant.locate(quote) is None
        assert assistant.locate(quote, [hidden.id]) is None
        assert everything.locate(quote) is not None


def test_examples_are_made_of_the_visible_articles(everything: Assistant) -> None:
    for groups in users(6):
        assistant = everything.seen_by(groups)
        made = example_questions(assistant.sample_articles(20), 4, assistant.can_answer)
        assert made
        assert leaked(repr(made), groups) == []


def test_answers_are_those_of_an_index_that_never_held_the_hidden_articles(
    everything: Assistant, tmp_path: Path
) -> None:
    for number, groups in enumerate(users(5)):
        visible = [article for article in ARTICLES if may_see(groups, article.groups)]
        with assistant_over(tmp_path / str(number), visible) as alone:
            among_others = everything.seen_by(groups)
            for question in questions(groups, 4):
                expected, found = alone.ask(question), among_others.ask(question)
                assert (found.text, found.citations, found.abstained) == (
                    expected.text,
                    expected.citations,
                    expected.abstained,
                )
                places = [(each.article, each.start, each.end) for each in found.passages]
                assert places == [(each.article, each.start, each.end) for each in expected.passages]
                assert [each.score for each in found.passages] == pytest.approx(
                    [each.score for each in expected.passages], abs=1e-5
                )
                assert found.confidence == pytest.approx(expected.confidence, abs=1e-5)
