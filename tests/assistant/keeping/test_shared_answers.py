"""A shared answer opens again by its id alone, with those of its quotes that still stand."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.errors import KeepingFailed
from assistant.filters import Filters
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import find_shared, forget, reopen, share
from assistant.types import Answer
from index.types import Article
from tests.assistant.keeping.conftest import BRIDGE, QUAY

NOW = datetime(2025, 4, 30, 9, 5, tzinfo=UTC)


def reading(*articles: Article) -> Callable[[str], Article | None]:
    return {article.id: article for article in articles}.get


def test_it_opens_as_it_was_shared(keepsakes: Keepsakes, answer: Answer) -> None:
    shared = share(keepsakes, answer, Filters(("fr",)), NOW)
    assert find_shared(keepsakes, shared.id) == shared
    assert (shared.made_at, shared.answer, shared.filters) == ("2025-04-30T09:05:00+00:00", answer, Filters(("fr",)))


def test_ids_cannot_be_guessed_and_none_comes_twice(keepsakes: Keepsakes, answer: Answer) -> None:
    ids = {share(keepsakes, answer).id for _ in range(20)}
    assert len(ids) == 20
    assert all(re.fullmatch(r"[\w-]{22}", each) for each in ids)


@pytest.mark.parametrize("answer_id", ["", "x", "A" * 22, "' OR 1=1 --", "%" * 22, "a" * 10_000, "é" * 22])
def test_another_id_opens_nothing(keepsakes: Keepsakes, answer: Answer, answer_id: str) -> None:
    assert find_shared(keepsakes, answer_id) is None
    share(keepsakes, answer)
    assert find_shared(keepsakes, answer_id) is None


def test_a_link_can_be_taken_back(keepsakes: Keepsakes, answer: Answer) -> None:
    shared = share(keepsakes, answer)
    assert forget(keepsakes, shared.id)
    assert not forget(keepsakes, shared.id)
    assert find_shared(keepsakes, shared.id) is None


def test_a_shared_answer_that_cannot_be_read_is_named(keepsakes: Keepsakes, answer: Answer) -> None:
    shared = share(keepsakes, answer)
    with closing(sqlite3.connect(keepsakes.file)) as connection:
        connection.execute("UPDATE shared_answers SET answer = '{}'")
        connection.commit()
    with pytest.raises(KeepingFailed, match=f"{shared.id}.*cannot be read"):
        find_shared(keepsakes, shared.id)


def test_with_unchanged_articles_nothing_is_lost(keepsakes: Keepsakes, answer: Answer) -> None:
    shared = share(keepsakes, answer)
    same = reopen(shared, reading(QUAY, BRIDGE), answer.index_generation)
    assert (same.answer, same.lost, same.articles_changed) == (answer, (), False)
    later = reopen(shared, reading(QUAY, BRIDGE), answer.index_generation + 1)
    assert (later.answer, later.lost, later.articles_changed) == (answer, (), True)


@pytest.mark.parametrize(
    "now", [(QUAY,), (QUAY, replace(BRIDGE, text="Un mot. " + BRIDGE.text)), (QUAY, replace(BRIDGE, text=""))]
)
def test_a_quote_that_no_longer_stands_is_shown_nowhere(
    keepsakes: Keepsakes, answer: Answer, now: tuple[Article, ...]
) -> None:
    """Its article was removed, or says something else at that place."""
    found = reopen(share(keepsakes, answer), reading(*now), 9)
    assert [citation.number for citation in found.answer.citations] == [1]
    assert [citation.number for citation in found.lost] == [2]
    assert "Le pont ferme" not in found.answer.text
    assert "12 millions d'euros.\N{NO-BREAK SPACE}» [1]" in found.answer.text
    assert not found.answer.abstained


def test_an_answer_that_lost_every_quote_says_that_the_articles_do_not_tell(
    keepsakes: Keepsakes, answer: Answer, written_answer: Answer
) -> None:
    for each in (answer, written_answer):
        found = reopen(share(keepsakes, each), reading(), 9)
        assert found.answer.abstained
        assert (found.answer.citations, found.answer.statements) == ((), ())
        assert not any(word in found.answer.text for word in ("12", "pont", "works", "bridge", "[1]"))


def test_statements_of_a_language_model_go_with_their_quotes(keepsakes: Keepsakes, written_answer: Answer) -> None:
    found = reopen(share(keepsakes, written_answer), reading(BRIDGE), 9).answer
    assert [(each.text, each.citations) for each in found.statements] == [("The bridge is closed for 7 months.", (2,))]
    assert found.text.startswith("The bridge is closed for 7 months. [2]")
    assert "7" in found.text.partition("[2]")[2]  # it still says that this is not in the cited passage
    assert not found.abstained
