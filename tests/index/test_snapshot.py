"""A search in one generation: both retrievers, fused, without near-copies."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import ArticleUnknown, QueryRefused
from index.local_index import LocalIndex
from index.snapshot import LONGEST_QUERY, SearchSettings, checked_query
from tests.fakes import WordEmbedder
from tests.index.conftest import BAKERY, HARBOUR, PLEDGE, write


@pytest.fixture
def index(folder: Path) -> Iterator[LocalIndex]:
    index = LocalIndex.open(folder, WordEmbedder(), SearchSettings(words_weight=0.25))
    yield index
    index.close()


def test_a_hit_holds_ranks_score_and_similarity(index: LocalIndex) -> None:
    """The score is the fused one, the similarity the cosine of question and passage."""
    query = "The fishermen repair their nets in the old harbour."
    with index.snapshot() as snapshot:
        first = snapshot.search(query, language="en")[0]
    assert first.passage.text == HARBOUR.text
    assert first.ranks == {"vectors": 1, "words": 1}
    assert first.score == pytest.approx(first.similarity + 0.25)
    assert first.similarity == pytest.approx(1.0, abs=0.002)


def test_words_are_found_in_another_language_by_what_they_stand_for(index: LocalIndex) -> None:
    """No word of the question stands in the French article."""
    with index.snapshot() as snapshot:
        found = snapshot.search("Germany's weapons", language="en")
        bare = snapshot.search("Germany's weapons", language="und")
    assert found[0].passage.article == "engagement"
    assert found[0].ranks["words"] == 1
    assert not any("words" in hit.ranks for hit in bare)


def test_near_copies_are_shown_once_unless_they_are_kept(folder: Path, index: LocalIndex) -> None:
    write(folder, [replace(HARBOUR, id="copy")])
    with index.snapshot() as snapshot:
        once = [hit.passage.article for hit in snapshot.search("old harbour")]
        kept = [hit.passage.article for hit in snapshot.search("old harbour", keep_near_copies=True)]
    assert sorted(once) == ["bakery", "engagement", "harbour"]
    assert kept[:2] == ["harbour", "copy"]


def test_no_more_than_k_are_given(index: LocalIndex) -> None:
    with index.snapshot() as snapshot:
        assert [len(snapshot.search("the harbour", k)) for k in (1, 2, 10)] == [1, 2, 3]


def test_articles_and_what_the_collection_holds(index: LocalIndex) -> None:
    with index.snapshot() as snapshot:
        assert list(snapshot.articles()) == [HARBOUR, PLEDGE, BAKERY]
        assert snapshot.find_article("unknown") is None
        with pytest.raises(ArticleUnknown, match="'unknown'"):
            snapshot.article("unknown")
        collection = snapshot.collection()
    assert (collection.articles, collection.passages) == (3, 3)
    assert collection.languages == {"en": 2, "fr": 1}
    assert collection.generation == snapshot.generation


@pytest.mark.parametrize("query", ["", "  \n", "\0\x07", "\u200b\ufeff", "\ud83d"])
def test_an_empty_query_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="empty"):
        checked_query(query)


def test_a_query_may_be_just_so_long() -> None:
    assert checked_query(" " + "x" * LONGEST_QUERY) == "x" * LONGEST_QUERY
    with pytest.raises(QueryRefused, match=f"{LONGEST_QUERY + 1} characters"):
        checked_query("x" * (LONGEST_QUERY + 1))


def test_a_query_keeps_what_can_be_read() -> None:
    assert checked_query("\tQu'a\x07 promis\ud83d l’Allemagne ?\0") == "Qu'a  promis  l’Allemagne ?"
