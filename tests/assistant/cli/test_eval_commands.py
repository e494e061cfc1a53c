"""`assistant eval run` and `compare`, over a small index and over sets that bring their own articles."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from index.embedders.static import StaticEmbedder
from index.types import Article
from index.writer import IndexWriter
from tests.command_line import Run
from tests.faults.scripted_server import DONE, Refusal, Script, ScriptedServer

ROOT = Path(__file__).parents[3]
COST = {"article": "fr/quai.md", "quote": "Les travaux du port coûtent 12 millions d'euros."}
BRIDGE = {"article": "fr/pont.txt", "quote": "Le pont de Brélan ferme pour six mois."}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "cost", "question": "Combien coûtent les travaux du port ?", "language": "fr", "gold": [COST]},
    {
        "id": "bus",
        "question": "what does a ticket for the night bus cost?",
        "language": "en",
        "answers": ["three pounds"],
    },
    {"id": "moon", "question": "who was the first man on the moon?", "language": "en", "answerable": False},
    {
        "id": "talk",
        "language": "fr",
        "turns": [
            {"question": "Combien de temps ferme le pont ?", "gold": [BRIDGE]},
            {"question": "Et où passent les camions ?", "answers": ["la vallée"]},
        ],
    },
]
SQUAD: dict[str, Any] = {
    "data": [
        {
            "title": "Ashby",
            "paragraphs": [
                {
                    "context": "The library of Ashby opens on Sundays. The council pays for two more librarians.",
                    "qas": [
                        {
                            "id": "q1",
                            "question": "when does the library open?",
                            "answers": [{"text": "on Sundays", "answer_start": 27}],
                        }
                    ],
                },
                {
                    "context": "The night bus to Marlow runs every hour. A ticket costs three pounds.",
                    "qas": [
                        {
                            "id": "q2",
                            "question": "what does a bus ticket cost?",
                            "answers": [{"text": "three pounds", "answer_start": 56}],
                        }
                    ],
                },
            ],
        }
    ]
}


def write_set(file: Path, questions: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(one) + "\n" for one in questions), encoding="utf-8")
    return file


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    return write_set(tmp_path / "set.jsonl", QUESTIONS)


def metrics(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "metrics.json").read_text(encoding="utf-8")))


def test_a_set_is_asked_and_everything_is_written(index: Path, cases: Path, tmp_path: Path, run: Run) -> None:
    done = run("eval", "run", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    assert (done.status, done.stderr) == (0, "")
    assert f"5 questions; report: {tmp_path / 'out' / 'report.html'}" in done.stdout
    found = metrics(tmp_path / "out")
    assert (found["questions"], found["conversations"], found["refused"], found["problems"]) == (5, 4, [], [])
    assert found["basis"]["set"] | {"fingerprint": ""} == {
        "name": "set",
        "format": "jsonl",
        "questions": 5,
        "split": None,
        "fingerprint": "",
    }
    assert found["basis"]["index"]["articles"] == 4
    assert set(found["slices"]) == {"answerable", "language", "turn"}
    assert found["figures"]["passage hit@5"]["questions"] == 2
    with (tmp_path / "out" / "questions.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ["cost", "bus", "moon", "talk/1", "talk/2"]
    assert "Combien coûtent les travaux du port ?" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_very_answer_of_ask_is_what_is_scored(index: Path, cases: Path, tmp_path: Path, run: Run) -> None:
    run("eval", "run", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    asked = run("ask", "--index", index, "--json", QUESTIONS[0]["question"]).json
    recorded = json.loads((tmp_path / "out" / "questions.jsonl").read_text(encoding="utf-8").splitlines()[0])["answer"]
    assert (recorded["text"], recorded["passages"]) == (asked["answer"], asked["passages"])
    assert recorded["citations"] == asked["citations"]


def test_no_secret_is_recorded(
    index: Path, cases: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "LLM": "none",
        "LLM_API_KEY": "geheim",
        "LLM_BASE_URL": "http://127.0.0.1:9/v1?key=geheim",
    }.items():
        monkeypatch.setenv(f"ASSISTANT_{name}", value)
    assert run("eval", "run", "--index", index, "--cases", cases, "--out", tmp_path / "out").status == 0
    written = b"".join(file.read_bytes() for file in (tmp_path / "out").iterdir())
    assert b"geheim" not in written
    assert metrics(tmp_path / "out")["basis"]["settings"]["llm_base_url"] == "http://127.0.0.1:9/v1"


def test_a_finished_run_is_scored_again_without_asking(index: Path, cases: Path, tmp_path: Path, run: Run) -> None:
    words = ("eval", "run", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    run(*words)
    before, asked = metrics(tmp_path / "out"), (tmp_path / "out" / "questions.jsonl").read_bytes()
    done = run(*words)
    assert (done.status, done.stderr) == (0, "assistant: 5 of 5 questions were asked before; going on.\n")
    assert (tmp_path / "out" / "questions.jsonl").read_bytes() == asked
    assert {name for name, value in metrics(tmp_path / "out").items() if value != before[name]} == {"timings"}


def test_a_killed_run_goes_on_where_it_was(index: Path, tmp_path: Path, run: Run) -> None:
    cases = write_set(
        tmp_path / "long.jsonl", [{**one, "id": f"{one['id']}-{n}"} for n in range(3) for one in QUESTIONS]
    )
    words = ["eval", "run", "--index", str(index), "--cases", str(cases), "--out"]
    started = subprocess.Popen(
        [sys.executable, "-c", "from assistant.cli.app import main; main()", *words, "killed"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
        | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    journal = tmp_path / "killed" / "questions.jsonl"
    try:
        while not journal.exists() or journal.read_bytes().count(b"\n") < 3:
            assert started.poll() is None, "the run ended before it was killed"
            time.sleep(0.01)
    finally:
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
    survived = journal.read_bytes().rpartition(b"\n")[0]
    asked = survived.count(b"\n") + 1
    assert asked < 15
    done = run(*words, "killed")
    assert (done.status, done.stderr) == (0, f"assistant: {asked} of 15 questions were asked before; going on.\n")
    assert journal.read_bytes().startswith(survived)
    assert run(*words, "whole").status == 0
    killed, whole = metrics(tmp_path / "killed"), metrics(tmp_path / "whole")
    assert {name for name in whole if whole[name] != killed[name]} == {"timings"}


def test_a_run_does_not_go_on_over_a_changed_index_or_set(index: Path, cases: Path, tmp_path: Path, run: Run) -> None:
    words = ("eval", "run", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    run(*words)
    with IndexWriter.open(index, StaticEmbedder()) as writer:
        list(writer.add([Article("new.txt", "New", "A new article of some length.", "en")]))
    done = run(*words)
    assert (done.status, done.stdout) == (2, "")
    assert "index.articles: 4, now 5" in done.stderr
    assert "--restart" in done.stderr
    assert run(*words, "--restart").status == 0
    write_set(cases, QUESTIONS[:2])
    done = run(*words)
    assert (done.status, "set.questions: 5, now 2" in done.stderr) == (2, True)
    done = run(*words, "--words-weight", "7", "--restart")
    assert metrics(tmp_path / "out")["basis"]["settings"]["search"]["words_weight"] == 7.0


def test_a_set_that_brings_its_articles_is_indexed_and_asked_in_one_command(tmp_path: Path, run: Run) -> None:
    (tmp_path / "squad.json").write_text(json.dumps(SQUAD))
    words = ("eval", "run", "--embedder", "fast", "--cases", tmp_path / "squad.json", "--out", tmp_path / "out")
    done = run(*words)
    assert (done.status, done.stderr) == (0, "")
    found = metrics(tmp_path / "out")
    assert (found["basis"]["set"]["format"], found["basis"]["index"]["articles"]) == ("squad", 2)
    assert found["figures"]["passage hit@1"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "questions": 2}
    assert run("index", "status", "--json", "--index", tmp_path / "out" / "index").json["articles"] == 2
    assert run(*words).stderr == "assistant: 2 of 2 questions were asked before; going on.\n"


def test_articles_that_a_set_no_longer_brings_are_gone_when_it_is_run_anew(tmp_path: Path, run: Run) -> None:
    words = ("eval", "run", "--embedder", "fast", "--cases", tmp_path / "squad.json", "--out", tmp_path / "out")
    (tmp_path / "squad.json").write_text(json.dumps(SQUAD))
    run(*words)
    title = SQUAD["data"][0]
    fewer = {"data": [{**title, "paragraphs": title["paragraphs"][:1]}]}
    (tmp_path / "squad.json").write_text(json.dumps(fewer))
    assert run(*words, "--restart").status == 0
    assert metrics(tmp_path / "out")["basis"]["index"]["articles"] == 1


def test_what_cannot_be_used_is_told_and_the_rest_is_run(index: Path, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "broken.jsonl"
    elsewhere = {"id": "x", "question": "what?", "gold": [{"article": "no/such.txt"}]}
    lines = [
        json.dumps(QUESTIONS[0]),
        "{broken",
        json.dumps(elsewhere),
        json.dumps({"id": "y"}),
        json.dumps(QUESTIONS[0]),
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    done = run("eval", "run", "--index", index, "--cases", file, "--out", tmp_path / "out")
    assert done.status == 1
    for line, word in ((2, "JSON"), (3, "no/such.txt"), (4, "question"), (5, "'cost'")):
        assert [told for told in done.stderr.splitlines() if f"line {line}" in told and word in told], line
    assert metrics(tmp_path / "out")["questions"] == 2
    assert len(metrics(tmp_path / "out")["problems"]) == 4


def test_a_question_that_cannot_be_asked_is_named(index: Path, tmp_path: Path, run: Run) -> None:
    cases = write_set(
        tmp_path / "set.jsonl", [QUESTIONS[0], {"id": "long", "question": "why? " * 1000, "answerable": True}]
    )
    done = run("eval", "run", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    assert (done.status, "'long'" in done.stderr) == (1, True)
    assert metrics(tmp_path / "out")["refused"] == ["long"]


@pytest.mark.parametrize(
    ("content", "words", "status", "told"),
    [
        ("", [], 2, "empty"),
        ("{broken", ["--format", "jsonl"], 2, "line 1"),
        (json.dumps(QUESTIONS[0]), ["--split", "dev"], 2, "no question in the split 'dev'"),
        (json.dumps(QUESTIONS[0]), ["--format", "xml"], 2, "'xml' is no format"),
        (json.dumps(QUESTIONS[0]), ["--index", "nowhere"], 3, "nowhere"),
        (json.dumps(QUESTIONS[0]), ["--limit", "0"], 2, "--limit"),
        (None, [], 2, "no such file"),
    ],
)
def test_nothing_to_run_is_told_in_words(
    content: str | None, words: list[str], status: int, told: str, index: Path, tmp_path: Path, run: Run
) -> None:
    if content is not None:
        (tmp_path / "set.jsonl").write_text(content)
    done = run("eval", "run", "--index", index, "--cases", "set.jsonl", "--out", "out", *words)
    assert (done.status, done.stdout, told in done.stderr) == (status, "", True), done.stderr
    assert "Traceback" not in done.stderr


def test_json_is_what_metrics_json_holds(index: Path, cases: Path, tmp_path: Path, run: Run) -> None:
    done = run("eval", "run", "--json", "--limit", "2", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    assert done.json == metrics(tmp_path / "out")
    assert done.json["questions"] == 2


def test_two_runs_are_compared_and_a_fall_is_a_failed_check(index: Path, tmp_path: Path, run: Run) -> None:
    """The second set of answers is that of an assistant that finds nothing: its index holds other articles."""
    cases = write_set(tmp_path / "set.jsonl", [{**QUESTIONS[0], "id": str(number)} for number in range(12)])
    with IndexWriter.open(tmp_path / "other", StaticEmbedder()) as writer:
        list(writer.add([Article("moon.txt", "Moon", "The moon has no weather. Nobody lives there.", "en")]))
    assert run("eval", "run", "--index", index, "--cases", cases, "--out", "good").status == 0
    assert run("eval", "run", "--index", tmp_path / "other", "--cases", cases, "--out", "bad").status == 1
    assert run("eval", "compare", "good", "good").status == 0
    done = run("eval", "compare", "good", "bad", "--json")
    assert (done.status, "got worse by more than 0.02" in done.stderr) == (1, True)
    assert done.json["questions"] == 12
    assert "answered" in done.json["fell"]
    assert run("eval", "compare", "bad", "good").status == 0
    assert run("eval", "compare", "good", "bad", "--allow", "all=1").status == 0


@pytest.mark.parametrize("allow", ["f1", "f1=", "=0.1", "f1=-0.1", "f1=much", "f1=nan"])
def test_an_allowance_that_is_none_is_wrong_usage(allow: str, run: Run) -> None:
    done = run("eval", "compare", "a", "b", "--allow", allow)
    assert (done.status, allow in done.stderr) == (2, True)


def test_a_folder_without_a_run_cannot_be_compared(tmp_path: Path, run: Run) -> None:
    done = run("eval", "compare", tmp_path, tmp_path)
    assert (done.status, "There is no run in" in done.stderr) == (2, True)


def test_a_judge_needs_a_language_model(index: Path, cases: Path, tmp_path: Path, run: Run) -> None:
    done = run("eval", "run", "--judge", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    assert (done.status, done.stdout, "--judge needs a language model" in done.stderr) == (2, "", True)


def test_a_judge_is_asked_and_its_failures_are_told(
    index: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real server on loopback, which writes the answer, fails once, and gives two verdicts."""
    cases = write_set(tmp_path / "set.jsonl", QUESTIONS[:1])
    words = ("eval", "run", "--index", index, "--cases", cases, "--out", tmp_path / "out")
    answer = "Les travaux du port coûtent 12 millions d'euros [1]."
    scripts: list[Script] = [[answer, DONE], Refusal(401), ["NO", DONE], ["4.0\nFine.", DONE]]
    with ScriptedServer(scripts).running() as server:
        for name, value in {"LLM": "openai-like", "LLM_MODEL": "m", "LLM_BASE_URL": server.address}.items():
            monkeypatch.setenv(f"ASSISTANT_{name}", value)
        done = run(*words, "--judge")
        assert len(server.bodies) == 4
        assert (done.status, "'judged faithful' for 1 of 1 answers (cost)" in done.stderr) == (1, True), done.stderr
        again = run(*words, "--judge")
        assert (again.status, len(server.bodies)) == (1, 4)
        unlike = run(*words)
        assert (unlike.status, "judge: m, now None" in unlike.stderr) == (2, True)
    found = metrics(tmp_path / "out")
    means = {name: figure["mean"] for name, figure in found["figures"].items() if name.startswith("judged")}
    assert means == {"judged relevant": 0.0, "judged correct": 0.75}
    assert found["basis"]["judge"] == "m"
    assert len(found["problems"]) == 1
