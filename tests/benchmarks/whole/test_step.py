"""Queries by one client and by many, and the share of hits."""

import threading
from pathlib import Path

from benchmarks.whole.stacks.adapter import article_id
from benchmarks.whole.stacks.langchain import words
from benchmarks.whole.stacks.txtai import packed
from benchmarks.whole.step import by_clients, share_of_hits


def test_a_hit_is_an_article_among_those_of_the_first_ten_passages() -> None:
    ten = [f"other-{number}" for number in range(10)]
    asked = [("a", ["b", "a"]), ("a", []), ("a", [*ten, "a"]), ("a", [*ten[:9], "a"])]
    assert share_of_hits(asked) == 0.5
    assert share_of_hits([]) == 0.0


def test_clients_ask_at_once_and_what_was_found_keeps_its_order() -> None:
    together = threading.Barrier(4, timeout=60)

    def ask(text: str) -> list[str]:
        together.wait()  # passed by four at once only
        return [text.upper()]

    found, latencies, rate = by_clients(ask, ["a", "b", "c", "d"], 4)
    assert found == [["A"], ["B"], ["C"], ["D"]]
    assert len(latencies) == 4
    assert rate > 0


def test_one_client_asks_one_after_the_other() -> None:
    threads = set()

    def ask(text: str) -> list[str]:
        threads.add(threading.get_ident())
        return [text]

    assert by_clients(ask, ["a", "b"], 1)[0] == [["a"], ["b"]]
    assert threads == {threading.get_ident()}


def test_an_article_is_named_by_its_file_below_the_folder() -> None:
    assert article_id("/x/articles/000/loi.txt", Path("/x/articles")) == "000/loi.txt"


def test_paragraphs_are_put_together_until_a_passage_is_full() -> None:
    assert packed("aa\n\nbb\n\n\n\ncccc\n\nd\n", longest=6) == ["aa\n\nbb", "cccc", "d"]
    assert packed("aaaaaaaa\n\nb", longest=6) == ["aaaaaaaa", "b"]


def test_words_are_in_lower_case_and_without_punctuation() -> None:
    assert words("L’Été, à 8 h.") == ["l", "été", "à", "8", "h"]
