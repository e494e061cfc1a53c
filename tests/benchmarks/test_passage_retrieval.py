"""The retrieval benchmark: ranks and figures of worked examples, and a clean skip where data are absent."""

import math
from pathlib import Path

import pytest

from benchmarks.embedder_quality import Score
from benchmarks.passage_collections import Asked, Collection
from benchmarks.passage_retrieval import Found, Remembering, Result, cell, interval, is_lost, main, search_all, table
from index.types import Article, Span
from tests.fakes import WordEmbedder

ASKED = Asked("which nets?", "en", (("harbour", Span(0, 10)),))


def found(vectors: list[int], words: list[int], whole: list[int]) -> Found:
    return Found(ASKED, {"vectors": vectors, "words": words, "whole search": whole}, frozenset({3}), 12)


def test_a_right_passage_second_of_those_found_scores_as_second() -> None:
    one = found([7, 3], [7], [3])
    assert one.score("vectors") == Score(0.0, 1.0, 1 / math.log2(3))
    assert one.score("whole search") == Score(1.0, 1.0, 1.0)
    assert (one.rank("vectors"), one.rank("whole search")) == (2, 1)


def test_what_a_short_ranking_does_not_hold_is_not_found() -> None:
    one = found([], [7], list(range(4, 12)))
    assert [one.score(way) for way in ("vectors", "words", "whole search")] == [Score(0.0, 0.0, 0.0)] * 3
    assert one.rank("words") == 0


def test_the_fusion_loses_what_one_ranking_alone_has_among_five_and_it_has_not() -> None:
    result = Result("set", [])
    assert is_lost(result, found([1, 3], [], [5, 6, 7, 8, 9, 3]))
    assert is_lost(result, found([], [3], []))
    assert not is_lost(result, found([3], [], [3]))
    assert not is_lost(result, found([4, 5, 6, 7, 8, 3], [], []))


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    assert interval([1.0] * 10) == (1.0, 1.0)
    assert interval([1.0, 0.0] * 50) == pytest.approx((0.40, 0.60), abs=0.015)


def test_a_cell_gives_the_means_over_the_questions() -> None:
    assert cell([found([3], [], []), found([7], [], [])], "vectors").startswith("0.50 / **0.50** (0.00-1.00) / 0.50")


def test_the_table_has_a_row_for_each_language_and_ranking() -> None:
    rows = list(table({"one": [Result("set", [found([3], [], [7, 3])])], "two": [Result("set", [found([], [3], [])])]}))
    assert rows[0] == "| collection | asked in | questions | passages | ranking | one | two |"
    assert [row.split(" | ")[4:] for row in rows[2:]] == [
        ["vectors", "1.00 / **1.00** (1.00-1.00) / 1.00", "0.00 / **0.00** (0.00-0.00) / 0.00 |"],
        ["words", "0.00 / **0.00** (0.00-0.00) / 0.00", "1.00 / **1.00** (1.00-1.00) / 1.00 |"],
        ["whole search", "0.00 / **1.00** (1.00-1.00) / 0.63", "0.00 / **0.00** (0.00-0.00) / 0.00 |"],
    ]


def test_every_way_finds_the_passage_with_the_words_of_the_question() -> None:
    texts = ["The fishermen repair nets.", "The bakery sells bread.", "The school is closed."]
    articles = [Article(f"a{number}", "", text, "en") for number, text in enumerate(texts)]
    asked = Asked("bakery bread", "en", (("a1", Span(0, 23)),))
    [one] = search_all(Collection("three", articles, [asked]), WordEmbedder()).found
    assert (one.right, one.passages) == (frozenset({1}), 3)
    assert [one.rank(way) for way in ("vectors", "words", "whole search")] == [1, 1, 1]
    assert one.ranked["words"] == [1]


def test_a_text_is_embedded_once() -> None:
    words = WordEmbedder()
    embedder = Remembering(words)
    first, second = embedder.embed_passages(["a b", "c"]), embedder.embed_passages(["c", "d", "a b"])
    assert words.texts == ["a b", "c", "d"]
    assert first[0].tolist() == second[2].tolist()
    assert first[1].tolist() == second[0].tolist()


def test_what_has_no_data_is_skipped_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--only", "administrative"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert f"Skipped: there is no folder {tmp_path / 'data' / 'parallel'}" in told.err


def test_held_out_questions_are_not_named() -> None:
    with pytest.raises(SystemExit):
        main(["--split", "heldout", "--show"])
