"""`assistant index ...`: what each command does, prints and exits with."""

import json
import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.wiring import MANY_FILES
from index.embedders import load_embedder
from index.layout import Layout
from tests.command_line import ARTICLES, Run


@pytest.fixture
def index(tmp_path: Path, articles: Path, run: Run) -> Path:
    """An index that the command made of the articles."""
    assert run("index", "build", "--index", tmp_path / "index", articles).status == 0
    return tmp_path / "index"


def test_build_reports_what_was_done_on_stdout_and_nothing_on_stderr(tmp_path: Path, articles: Path, run: Run) -> None:
    done = run("index", "build", "--index", tmp_path / "i", articles)
    assert done.status == 0
    assert done.stdout == (f"{tmp_path / 'i'}: 4 added, 0 replaced, 0 unchanged, 0 removed, 0 not read; generation 3\n")
    assert done.stderr == ""


def test_a_second_build_leaves_what_is_unchanged_and_replaces_what_changed(
    index: Path, articles: Path, run: Run
) -> None:
    (articles / "fr/pont.txt").write_text("Le pont ouvre\n\nLe pont de Brélan ouvre lundi.\n", encoding="utf-8")
    (articles / "en/market.txt").write_text("The market\n\nThe market hall of Ashby opens on Monday.\n")
    done = run("index", "build", "--index", index, articles)
    assert (done.status, done.stderr) == (0, "")
    assert "1 added, 1 replaced, 3 unchanged, 0 removed, 0 not read" in done.stdout


def test_many_files_are_read_ahead_and_come_to_the_same(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MANY_FILES + 20):
        (folder / f"{number:03}.txt").write_text(f"Bridge {number}\n\nBridge {number} of Ashby opens on Monday.\n")
    (folder / "007.txt").write_text("")
    done = run("index", "build", "--index", tmp_path / "i", folder)
    assert done.status == 1
    assert f"{MANY_FILES + 19} added, 0 replaced, 0 unchanged, 0 removed, 1 not read" in done.stdout
    assert "007.txt" in done.stderr
    again = run("index", "build", "--index", tmp_path / "i", folder)
    assert f"0 added, 0 replaced, {MANY_FILES + 19} unchanged" in again.stdout
    few = run("index", "build", "--index", tmp_path / "few", *sorted(folder.glob("01?.txt")))
    assert "10 added" in few.stdout
    assert multiprocessing.active_children() == []


def test_build_removes_vanished_files_only_when_asked_to(index: Path, articles: Path, run: Run) -> None:
    (articles / "fr/pont.txt").unlink()
    assert "0 removed" in run("index", "build", "--index", index, articles).stdout
    done = run("index", "build", "--prune", "--index", index, articles)
    assert (done.status, "1 removed" in done.stdout) == (0, True)
    assert "fr/pont.txt" not in run("index", "status", "--articles", "--index", index).stdout


def test_what_cannot_be_read_is_told_on_stderr_with_status_1_and_the_rest_is_done(
    tmp_path: Path, articles: Path, run: Run
) -> None:
    (articles / "empty.txt").write_text("")
    done = run("index", "build", "--index", tmp_path / "i", articles, tmp_path / "nowhere")
    assert done.status == 1
    assert "4 added" in done.stdout
    assert "2 not read" in done.stdout
    problems = done.stderr.splitlines()
    assert len(problems) == 2
    assert any(line.startswith(f"assistant: {articles / 'empty.txt'}: ") for line in problems)
    assert any(line.startswith(f"assistant: {tmp_path / 'nowhere'}: ") for line in problems)


def test_re_embed_keeps_every_article(index: Path, run: Run) -> None:
    done = run("index", "build", "--re-embed", "--index", index)
    assert done.status == 0
    assert "4 articles" in done.stderr
    assert run("index", "verify", "--index", index).status == 0
    assert run("index", "status", "--json", "--index", index).json["articles"] == 4


def test_add_takes_single_files_by_their_names_and_replaces_them_the_second_time(
    index: Path, tmp_path: Path, run: Run
) -> None:
    new = tmp_path / "ferry.txt"
    new.write_text("The ferry\n\nThe ferry to Sark leaves at noon.\n")
    assert "1 added" in run("index", "add", "--index", index, new).stdout
    new.write_text("The ferry\n\nThe ferry to Sark leaves at three.\n")
    assert "1 replaced" in run("index", "add", "--index", index, new).stdout
    assert run("index", "status", "--articles", "--index", index).stdout.splitlines()[-1] == "ferry.txt"


def test_add_makes_no_index_where_there_is_none(tmp_path: Path, articles: Path, run: Run) -> None:
    done = run("index", "add", "--index", tmp_path / "typo", articles)
    assert done.status == 3
    assert f"assistant index build --index {tmp_path / 'typo'}" in done.stderr
    assert not (tmp_path / "typo").exists()


def test_remove_takes_ids_and_files_and_names_what_is_not_there(index: Path, articles: Path, run: Run) -> None:
    done = run("index", "remove", "--index", index, "fr/quai.md", articles / "en/library.txt", "no/such.txt")
    assert (done.status, done.stdout) == (1, f"{index}: 2 removed\n")
    assert "'no/such.txt'" in done.stderr
    assert "assistant index status --articles" in done.stderr
    left = run("index", "status", "--articles", "--index", index).stdout.splitlines()
    assert left == ["en/night bus.txt", "fr/pont.txt"]


def test_a_removed_article_is_not_found_any_more(index: Path, run: Run) -> None:
    query = ("search", "--json", "--index", index, "le port de Kerlann")
    assert run(*query).json["hits"][0]["article"] == "fr/quai.md"
    assert run("index", "remove", "--index", index, "fr/quai.md").status == 0
    assert "fr/quai.md" not in {hit["article"] for hit in run(*query).json["hits"]}


def test_status_as_json_tells_what_the_index_holds(index: Path, run: Run) -> None:
    found = run("index", "status", "--json", "--index", index).json
    assert found["articles"] == 4
    assert found["passages"] == 4
    default = load_embedder("default")
    assert found["embedder"] == default.name
    assert found["dimension"] == default.dimension
    assert found["fingerprint"] == default.fingerprint
    assert found["generation"] == 3
    assert found["bytes"] == sum(path.stat().st_size for path in index.iterdir())
    assert found["languages"] == {"en": 2, "fr": 2}


def test_status_for_people_tells_the_same(index: Path, run: Run) -> None:
    found = run("index", "status", "--json", "--index", index).json
    lines = dict(line.split(maxsplit=1) for line in run("index", "status", "--index", index).stdout.splitlines())
    assert lines["languages"] == "en 2, fr 2"
    assert lines["index"] == str(index)
    assert {name: lines[name] for name in found if name != "languages"} == {
        name: str(value) for name, value in found.items() if name != "languages"
    }


def test_status_lists_the_ids_of_all_articles(index: Path, run: Run) -> None:
    done = run("index", "status", "--articles", "--index", index)
    assert sorted(done.stdout.splitlines()) == sorted(ARTICLES)


def test_the_ids_of_all_articles_as_json_are_one_object(index: Path, run: Run) -> None:
    found = run("index", "status", "--articles", "--json", "--index", index).json
    assert sorted(found["article_ids"]) == sorted(ARTICLES)
    assert found["articles"] == 4


def test_verify_of_a_sound_index_says_so(index: Path, run: Run) -> None:
    done = run("index", "verify", "--index", index)
    assert (done.status, done.stdout, done.stderr) == (0, f"{index}: no fault found\n", "")


def test_verify_names_a_broken_vector_file_and_repair_mends_it(index: Path, run: Run) -> None:
    [file] = Layout(index).vector_files()
    file.write_bytes(file.read_bytes()[:100])
    done = run("index", "verify", "--index", index)
    assert (done.status, done.stdout) == (1, "")
    assert str(file) in done.stderr
    assert "assistant index repair" in done.stderr
    repaired = run("index", "repair", "--index", index)
    assert (repaired.status, repaired.stdout) == (0, f"{index}: made anew from the articles\n")
    assert run("index", "verify", "--index", index).status == 0


def test_verify_names_broken_words_and_repair_mends_them(index: Path, run: Run) -> None:
    with sqlite3.connect(Layout(index).database) as connection:
        connection.execute("INSERT INTO passage_terms (passage_terms) VALUES ('delete-all')")
    connection.close()
    done = run("index", "verify", "--index", index)
    assert done.status == 1
    assert "lexical index" in done.stderr
    assert run("index", "repair", "--index", index).status == 0
    assert run("index", "verify", "--index", index).status == 0


COMMANDS_THAT_NEED_AN_INDEX = [
    ["index", "add", "article.txt"],
    ["index", "remove", "article.txt"],
    ["index", "status"],
    ["index", "status", "--json"],
    ["index", "status", "--articles"],
    ["index", "verify"],
    ["index", "repair"],
    ["search", "words"],
    ["ask", "a question"],
]


@pytest.mark.parametrize("words", COMMANDS_THAT_NEED_AN_INDEX, ids=" ".join)
def test_without_an_index_every_command_exits_3_and_says_how_to_make_one(
    words: list[str], tmp_path: Path, run: Run
) -> None:
    (tmp_path / "article.txt").write_text("An article\n\nIt says something.\n")
    done = run(*words, "--index", tmp_path / "none")
    assert (done.status, done.stdout) == (3, "")
    assert done.stderr.startswith("assistant: There is no index in ")
    assert f"assistant index build --index {tmp_path / 'none'} PATH..." in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "words", [["index", "add", "article.txt"], ["index", "remove", "fr/quai.md"], ["index", "repair"]], ids=" ".join
)
def test_while_another_process_writes_the_message_says_so_and_nothing_is_changed(
    words: list[str], index: Path, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "article.txt").write_text("An article\n\nIt says something.\n")
    with FileLock(Layout(index).writer_lock):
        done = run(*words, "--wait", "0", "--index", index)
    assert (done.status, done.stdout) == (3, "")
    assert "--wait" in done.stderr
    assert run("index", "status", "--json", "--index", index).json["generation"] == 3


def test_an_index_of_another_embedder_is_refused_with_the_command_that_embeds_again(
    index: Path, articles: Path, run: Run
) -> None:
    with sqlite3.connect(Layout(index).database) as connection:
        (record,) = connection.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
        changed = json.loads(record) | {"fingerprint": "another"}
        connection.execute("UPDATE meta SET value = ? WHERE key = 'embedder'", (json.dumps(changed),))
    connection.close()
    for words in (["ask", "who?"], ["search", "who"], ["index", "build", str(articles)]):
        done = run(*words, "--index", index)
        assert (done.status, done.stdout) == (3, "")
        assert f"assistant index build --re-embed --index {index}" in done.stderr
