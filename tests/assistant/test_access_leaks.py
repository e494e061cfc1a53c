"""Of an article that somebody may not see, nothing comes out, whatever is asked: no word, no number, no place.

Each article tells of a person and a figure that no other one has, so that a leak of any part of it can be told.
"""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.examples import example_questions
from assistant.filters import filters_of
from assistant.types import Answer, Turn
from index.access import may_see
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.types import Article
from index.writer import IndexWriter

GROUPS = [f"group {number}" for number in range(20)]
TOWNS = ["Ashby", "Brest", "Colmar", "Delft", "Evora", "Fulda", "Ghent", "Huesca"]
THINGS = {"bridge": "repaired", "library": "opened", "harbour": "widened", "school": "painted", "market": "moved"}
SYLLABLES = ["ba", "do", "ki", "lu", "mer", "nov", "rap", "sil", "tun", "vez"]


def generated(count: int = 300, seed: int = 5) -> list[Article]:
    """A third of them is for everybody, the others for one to three groups. Dates and sources are told apart, too."""
    chance = random.Random(seed)
    articles = []
    for number in range(count):
        who = "".join(SYLLABLES[int(digit)] for digit in f"{number:03}").capitalize()
        town, (thing, done) = chance.choice(TOWNS), chance.choice(list(THINGS.items()))
        text = (
            f"The {thing} of {town} will be {done} next year, said Director {who} on Monday. "
            f"The work costs €{100_000 + number}, and Director {who} hopes for a mild winter.\n\n"
            f"People in {town} have waited for years. The {thing} was last {done} in {1800 + number % 100}."
        )
        groups = tuple(chance.sample(GROUPS, chance.randint(1, 3))) if chance.random() > 1 / 3 else ()
        date = f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}"
        url = f"https://{who.lower()}.example/{number}"
        title = f"{thing.capitalize()} of {town}"
        articles.append(Article(f"a{number:03}", title, text, "en", date, url=url, groups=groups))
    return articles


ARTICLES = generated()


def marks(article: Article) -> tuple[str, str, str]:
    """What only this article holds: its id, its person and its figure."""
    number = int(article.id[1:])
    return article.id, article.text.split("Director ")[1].split()[0].casefold(), f"€{100_000 + number}"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with assistant_over(tmp_path_factory.mktemp("all"), ARTICLES) as assistant:
        yield assistant


@contextmanager
def assistant_over(folder: Path, articles: list[Article]) -> Iterator[Assistant]:
    small = StaticEmbedder()
    with IndexWriter.open(folder, small) as writer:
        assert len(list(writer.add(articles))) == len(articles)
    with closing(LocalIndex.open(folder, small)) as index:
        yield Assistant(index, small, small, load_calibration())


def users(count: int) -> list[frozenset[str]]:
    chance = random.Random(17)
    return [frozenset(chance.sample(GROUPS, number % 5)) for number in range(count)]


def questions(groups: frozenset[str], count: int) -> list[str]:
    """Most of them about what the user may not see, by its own words."""
    chance = random.Random(str(sorted(groups)))
    hidden = [article for article in ARTICLES if not may_see(groups, article.groups)]
    asked = []
    for article in chance.sample(hidden, count):
        _, who, figure = marks(article)
        thing, _, town = article.title.partition(" of ")
        asked.append(
            chance.choice(
                [
                    f"What did Director {who.capitalize()} say?",
                    f"Which work costs {figure}?",
                    f"When will the {thing.lower()} of {town} be {THINGS[thing.lower()]}?",
                    f"Who is Director {who.capitalize()} of {town}?",
                ]
            )
        )
    return asked


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


def leaked(shown: object, groups: frozenset[str], asked: str = "") -> list[str]:
    """Marks of hidden articles in what is shown, but for those that the user wrote."""
    text = repr(shown).casefold()
    hidden = [article for article in ARTICLES if not may_see(groups, article.groups)]
    return [mark for article in hidden for mark in marks(article) if mark in text and mark not in asked.casefold()]


def test_no_mark_of_a_hidden_article_comes_out_for_any_of_fifty_users(everything: Assistant) -> None:
    wrong = []
    for groups in users(50):
        assistant = everything.seen_by(groups)
        for question in questions(groups, 2):
            shown = told(assistant, question)
            wrong += leaked(shown, groups)
            hits = shown[3]
            assert isinstance(hits, list)
            assert len(hits) == 10
    assert wrong == []


def test_the_questions_would_show_leaks(everything: Assistant) -> None:
    """Asked by somebody who may see everything, nearly each brings what it is about."""
    groups = users(1)[0]
    found = [bool(leaked(told(everything, question), groups)) for question in questions(groups, 8)]
    assert sum(found) == 8


def test_what_there_is_to_choose_from_is_that_of_the_visible_articles(everything: Assistant) -> None:
    for groups in users(50):
        assistant = everything.seen_by(groups)
        visible = [article for article in ARTICLES if may_see(groups, article.groups)]
        collection, facets = assistant.collection(), assistant.facets()
        assert collection.articles == len(visible) < len(ARTICLES)
        assert collection.languages == {"en": len(visible)}
        assert sum(facets.sources.values()) == len(visible)
        assert facets.earliest == min(str(article.date) for article in visible)
        assert facets.latest == max(str(article.date) for article in visible)
        listed = assistant.library().listed(count=1000)
        assert {each.id for each in listed.articles} == {article.id for article in visible}
        assert listed.total == len(visible)
        shown = (facets.sources, assistant.sample_articles(40), [each.id for each in listed.articles])
        assert leaked(shown, groups) == []


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
        assert leaked(made, groups) == []


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
