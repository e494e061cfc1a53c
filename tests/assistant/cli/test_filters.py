"""`assistant ask` and `assistant search` narrowed to languages, dates and sources."""

from pathlib import Path

import pytest

from tests.command_line import Run


def found(run: Run, index: Path, *words: str) -> set[str]:
    done = run("search", "--json", "--index", index, *words, "the library of the port")
    assert done.status == 0, done.stderr
    return {hit["article"] for hit in done.json["hits"]}


@pytest.mark.parametrize(
    ("words", "articles"),
    [
        ((), {"fr/quai.md", "fr/pont.txt", "en/library.txt", "en/night bus.txt"}),
        (("--language", "fr"), {"fr/quai.md", "fr/pont.txt"}),
        (("--language", "fr", "--language", "en", "--source", "en"), {"en/library.txt", "en/night bus.txt"}),
        (("--source", "kerlann.example"), {"fr/quai.md"}),
        (("--from", "2024-03-02", "--to", "2024-03-02"), {"fr/quai.md"}),
        (("--from", "2024-03-03"), set()),
    ],
)
def test_only_what_is_let_through_is_found(run: Run, index: Path, words: tuple[str, ...], articles: set[str]) -> None:
    assert found(run, index, *words) == articles


def test_an_answer_cites_only_what_is_let_through(run: Run, index: Path) -> None:
    question = "Combien coûtent les travaux du port de Kerlann ?"
    told = run("ask", "--json", "--index", index, "--language", "fr", question).json
    assert not told["abstained"]
    assert told["citations"][0]["article"] == "fr/quai.md"
    other = run("ask", "--json", "--index", index, "--language", "en", question).json
    assert other["abstained"]
    assert {passage["article"] for passage in other["passages"]} <= {"en/library.txt", "en/night bus.txt"}


def test_nothing_let_through_is_an_answer_and_no_error(run: Run, index: Path) -> None:
    told = run("ask", "--json", "--index", index, "--language", "de", "what opens on Sundays?").json
    assert told["abstained"]
    assert (told["citations"], told["passages"]) == ([], [])


def test_a_batch_of_queries_is_narrowed_too(run: Run, index: Path, tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("q1\tle port\n", encoding="utf-8")
    done = run("search", "--index", index, "--queries", tmp_path / "q.tsv", "--run", tmp_path / "r", "--source", "fr")
    assert done.status == 0
    assert [line.split()[2] for line in (tmp_path / "r").read_text().splitlines()] == ["fr/pont.txt"]


def test_a_wrong_date_is_wrong_usage(run: Run, index: Path) -> None:
    done = run("ask", "--index", index, "--from", "last week", "what opens?")
    assert done.status == 2
    assert "'from' is 'last week', and that is no date" in done.stderr
