"""`assistant search`: one query for people and programs, and files of queries for evaluations."""

import re
from pathlib import Path

import pytest

from assistant.cli.search import trec_id
from tests.command_line import ARTICLES, Run


def test_hits_as_json_hold_just_what_the_contract_names(index: Path, run: Run) -> None:
    found = run("search", "--json", "--index", index, "Les travaux du port").json
    assert found.keys() == {"query", "hits"}
    assert found["query"] == "Les travaux du port"
    assert [hit.keys() for hit in found["hits"]] == [{"article", "title", "start", "end", "text", "score"}] * 4
    first = found["hits"][0]
    assert (first["article"], first["title"]) == ("fr/quai.md", "Un nouveau quai")
    types = {name: type(value) for name, value in first.items()}
    assert types == {"article": str, "title": str, "start": int, "end": int, "text": str, "score": float}


def test_the_text_of_a_hit_is_what_stands_at_its_place(index: Path, run: Run) -> None:
    for hit in run("search", "--json", "--index", index, "bus").json["hits"]:
        if hit["article"].endswith(".txt"):
            assert ARTICLES[hit["article"]][hit["start"] : hit["end"]] == hit["text"]


def test_k_limits_the_hits_and_scores_do_not_increase(index: Path, run: Run) -> None:
    everything = run("search", "--json", "--index", index, "the bus and the bridge").json["hits"]
    scores = [hit["score"] for hit in everything]
    assert scores == sorted(scores, reverse=True)
    assert run("search", "--json", "--k", 2, "--index", index, "the bus and the bridge").json["hits"] == everything[:2]


def test_hits_for_people_name_title_article_and_place(index: Path, run: Run) -> None:
    done = run("search", "--k", 1, "--index", index, "the night bus to Marlow")
    assert (done.status, done.stderr) == (0, "")
    text = ARTICLES["en/night bus.txt"].rstrip("\n")
    assert done.stdout == f"1. The night bus [en/night bus.txt, 0-{len(text)}]\n   {' '.join(text.split())}\n\n"


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    file = tmp_path / "queries.tsv"
    file.write_text("q1\tthe night bus to Marlow\nq2\tLes travaux du port\n", encoding="utf-8")
    return file


def test_a_file_of_queries_becomes_a_trec_run(index: Path, queries: Path, tmp_path: Path, run: Run) -> None:
    done = run("search", "--index", index, "--queries", queries, "--run", tmp_path / "run.trec")
    assert (done.status, done.stdout, done.stderr) == (0, f"{tmp_path / 'run.trec'}: 2 queries, 8 results\n", "")
    lines = [line.split(" ") for line in (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()]
    assert {len(line) for line in lines} == {6}
    assert [line[0] for line in lines] == ["q1"] * 4 + ["q2"] * 4
    assert {line[1] for line in lines} == {"Q0"}
    assert {line[5] for line in lines} == {"assistant"}
    for query, best in (("q1", "en/night%20bus.txt"), ("q2", "fr/quai.md")):
        own = [line for line in lines if line[0] == query]
        assert [line[3] for line in own] == ["1", "2", "3", "4"]
        assert own[0][2] == best
        assert {line[2] for line in own} == {name.replace(" ", "%20") for name in ARTICLES}
        scores = [float(line[4]) for line in own]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > 0


def test_a_run_holds_at_most_k_articles_a_query(index: Path, queries: Path, tmp_path: Path, run: Run) -> None:
    run("search", "--k", 1, "--index", index, "--queries", queries, "--run", tmp_path / "run.trec")
    assert len((tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()) == 2


def test_malformed_lines_are_told_by_number_and_the_other_queries_are_done(
    index: Path, tmp_path: Path, run: Run
) -> None:
    queries = tmp_path / "queries.tsv"
    queries.write_text(f"q1\tthe night bus\nno tab here\n\nq2\t\nq3\t{'x' * 5000}\nq4\tle pont\n", encoding="utf-8")
    done = run("search", "--index", index, "--queries", queries, "--run", tmp_path / "run.trec")
    assert done.status == 1
    lines = (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()
    assert {line.split(" ")[0] for line in lines} == {"q1", "q4"}
    assert re.findall(r"queries\.tsv, line (\d+):", done.stderr) == ["2", "4"]
    assert "query 'q3': The question has 5000 characters" in done.stderr


def test_a_query_id_with_white_space_is_told_since_a_run_could_not_be_read(
    index: Path, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "queries.tsv").write_text("the first\tthe night bus\nq2\tle pont\nq2\tle port\n", encoding="utf-8")
    done = run("search", "--index", index, "--queries", "queries.tsv", "--run", "run.trec")
    assert done.status == 1
    assert re.findall(r"queries\.tsv, line (\d+):", done.stderr) == ["1", "3"]
    assert {line.split(" ")[0] for line in Path("run.trec").read_text(encoding="utf-8").splitlines()} == {"q2"}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(index: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "queries.tsv").write_bytes("\ufeffq1\tle pont\r\nq2\tle port\u2028de Kerlann\r\n".encode())
    done = run("search", "--index", index, "--queries", "queries.tsv", "--run", "run.trec")
    assert (done.status, done.stdout) == (0, "run.trec: 2 queries, 8 results\n")
    assert Path("run.trec").read_text(encoding="utf-8").startswith("q1 Q0 fr/pont.txt 1 ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--queries FILE.tsv together with --run FILE.trec"),
        (["words", "--queries", "queries.tsv", "--run", "run.trec"], "either one QUERY"),
        (["--queries", "queries.tsv"], "together with --run"),
        (["--queries", "none.tsv", "--run", "run.trec"], "none.tsv"),
        (["--queries", "queries.tsv", "--run", "none/run.trec"], "none/run.trec"),
        (["--k", "0", "words"], "--k"),
        (["--k", "many", "words"], "--k"),
        ([" \t "], "empty"),
        (["x" * 100_000], "100000 characters"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(
    words: list[str], told: str, index: Path, queries: Path, run: Run
) -> None:
    assert queries.is_file()
    done = run("search", "--index", index, *words)
    assert (done.status, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        ("plain.txt", "plain.txt"),
        ("50%.txt", "50%.txt"),
        ("a b.txt", "a%20b.txt"),
        ("50 %.txt", "50%20%25.txt"),
        ("no\u00a0break", "no%C2%A0break"),
        ("tab\tand\nline", "tab%09and%0Aline"),
    ],
)
def test_an_id_with_white_space_is_percent_encoded_and_any_other_is_left_as_it_is(article: str, expected: str) -> None:
    assert trec_id(article) == expected
