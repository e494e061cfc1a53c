"""Answers over real articles: right facts, quotes word for word, and a plain word where the articles do not tell."""

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.settings import load_settings
from assistant.types import Answer
from assistant.wiring import open_assistant, open_writer
from index.errors import QueryRefused
from index.readers import read_paths
from index.types import Article

SEEDS = Path("seeds")
USERS_ARTICLE = Path("../shared/seeds")


def opened(folder: Path, articles: Path) -> Assistant:
    settings = load_settings(index=folder)
    with open_writer(settings) as writer:
        for _ in writer.add(item for item in read_paths([articles]) if isinstance(item, Article)):
            pass
    return open_assistant(settings)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return opened(tmp_path_factory.mktemp("seeds"), SEEDS)


@pytest.fixture(scope="module")
def users_article(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    if not USERS_ARTICLE.is_dir():
        pytest.skip(f"{USERS_ARTICLE} is not there")
    return opened(tmp_path_factory.mktemp("user"), USERS_ARTICLE)


def assert_verbatim(assistant: Assistant, answer: Answer) -> None:
    for place, citation in enumerate(answer.citations, start=1):
        article = assistant.article(citation.article)
        assert article is not None
        assert citation.quote
        assert article.text[citation.start : citation.end] == citation.quote
        assert len(citation.quote) <= 500
        assert citation.number == place
        assert f"[{place}]" in answer.text
        assert " ".join(citation.quote.split()) in answer.text


PLEDGE = [
    "what did Germany pledge?",
    "Qu'a promis l'Allemagne ?",
    "what will Berlin send?",
    "¿Qué enviará Alemania?",
]


@pytest.mark.parametrize("question", PLEDGE)
def test_the_pledge_is_cited_from_the_starter_articles(seeds: Assistant, question: str) -> None:
    answer = seeds.ask(question)
    assert not answer.abstained
    assert any("IRIS-T" in cited.quote and re.search(r"10.?000", cited.quote) for cited in answer.citations)
    assert_verbatim(seeds, answer)


@pytest.mark.parametrize("question", PLEDGE[:3])
def test_the_pledge_is_cited_from_the_garbled_french_article(users_article: Assistant, question: str) -> None:
    answer = users_article.ask(question)
    assert not answer.abstained
    assert any("IRIS-T" in cited.quote and "10 000" in cited.quote for cited in answer.citations)
    assert all(cited.language == "fr" for cited in answer.citations)
    assert_verbatim(users_article, answer)


@pytest.mark.parametrize(
    "question", ["who won the football world cup?", "Quelle est la recette de la tarte aux pommes ?", "blue whale diet"]
)
def test_what_the_articles_do_not_tell_is_said(seeds: Assistant, question: str) -> None:
    answer = seeds.ask(question)
    assert answer.abstained
    assert answer.citations, "the nearest passages are shown as such"
    assert_verbatim(seeds, answer)


def test_the_frame_is_in_the_language_of_the_question(seeds: Assistant) -> None:
    assert seeds.ask("Quelle est la recette de la tarte aux pommes ?").text.startswith("Les articles ne le disent pas.")
    assert seeds.ask("who won the football world cup?").text.startswith("The articles do not tell.")
    assert seeds.ask("Wie backt man ein Brot mit Sauerteig?").text.startswith("Das sagen die Artikel nicht.")


def test_an_answer_says_what_was_searched_and_where(seeds: Assistant) -> None:
    answer = seeds.ask("  what did Germany pledge? \x00")
    assert answer.searched_for == "what did Germany pledge?"
    assert answer.language == "en"
    assert answer.mode == "extractive"
    assert answer.index_generation == seeds.collection().generation > 0
    assert set(answer.timings_ms) == {"retrieve", "answer", "total"}
    assert answer.timings_ms["total"] == pytest.approx(answer.timings_ms["retrieve"] + answer.timings_ms["answer"])
    assert len(answer.passages) == 10
    scores = [passage.score for passage in answer.passages]
    assert scores == sorted(scores, reverse=True)


def test_somebody_with_groups_is_told_in_whole_steps_how_long_it_took(seeds: Assistant) -> None:
    stepped = replace(seeds, told_step_ms=40.0)
    told = stepped.seen_by(frozenset()).ask("what did Germany pledge?").timings_ms
    assert all(value >= 40.0 and value % 40.0 == 0.0 for value in told.values())
    exactly = stepped.ask("what did Germany pledge?").timings_ms
    assert any(value % 40.0 for value in exactly.values())


@pytest.mark.parametrize("question", ["", "   \n\t", "\x00\x01", "why? " * 20_000])
def test_questions_that_cannot_be_asked_are_refused(seeds: Assistant, question: str) -> None:
    with pytest.raises(QueryRefused, match=r"empty|characters"):
        seeds.ask(question)


def generated_questions(articles: list[Article], count: int) -> list[str]:
    """Questions put together from words of the articles, some sensible, most not."""
    chance = random.Random(20250411)
    openings = ["what about", "who said", "combien de", "pourquoi", "¿qué pasó con", "wann kam", "", "how many"]
    questions = []
    for _ in range(count):
        words = chance.choice(articles).text.split()
        first = chance.randrange(len(words))
        questions.append(" ".join([chance.choice(openings), *words[first : first + chance.randint(1, 8)]]) + "?")
    return questions


def test_every_quote_of_two_hundred_answers_is_verbatim(seeds: Assistant) -> None:
    answered = 0
    for question in generated_questions(seeds.sample_articles(100), 200):
        answer = seeds.ask(question)
        assert_verbatim(seeds, answer)
        answered += not answer.abstained
    assert answered > 20


def test_every_quote_from_the_garbled_article_is_verbatim(users_article: Assistant) -> None:
    for question in generated_questions(users_article.sample_articles(1), 100):
        assert_verbatim(users_article, users_article.ask(question))
