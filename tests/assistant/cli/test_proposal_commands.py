"""`assistant eval make` and `assistant eval review`, as they are run."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Run
from tests.faults.scripted_server import DONE, ScriptedServer

ROOT = Path(__file__).parents[3]


def proposals(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_proposals_are_made_accepted_and_asked(index: Path, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "p.jsonl"
    done = run("eval", "make", "--questions", "2", "--out", file, "--index", index)
    assert (done.status, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert done.stdout == (
        f"{file}: 2 proposals, 2 of them new; review them: assistant eval review {file} --index {index}\n"
    )
    assert run("eval", "make", "--questions", "2", "--out", file, "--index", index).stdout.startswith(
        f"{file}: 2 proposals, 0 of them new"
    )
    done = run("eval", "review", file, "--accepted", tmp_path / "set.jsonl")
    assert (done.status, "No proposal was accepted yet" in done.stderr) == (2, True)
    records = [{**record, "status": "accepted"} for record in proposals(file)]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    done = run("eval", "review", file, "--accepted", tmp_path / "set.jsonl")
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{tmp_path / 'set.jsonl'}: 2 questions; ask them: assistant eval run --cases")
    done = run("eval", "run", "--index", index, "--cases", tmp_path / "set.jsonl", "--out", tmp_path / "out")
    assert (done.status, done.stderr) == (0, "")
    assert "2 questions; report:" in done.stdout


def test_too_few_sentences_are_told(index: Path, tmp_path: Path, run: Run) -> None:
    done = run("eval", "make", "--questions", "99", "--language", "en", "--out", tmp_path / "p.jsonl", "--index", index)
    assert done.status == 1
    assert "the articles hold no more sentences to ask about; 99 questions were wanted." in done.stderr
    assert {record["language"] for record in proposals(tmp_path / "p.jsonl")} == {"en"}


def test_a_language_model_that_is_set_proposes_and_what_does_not_stand_in_the_sentence_is_dropped(
    index: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real server on loopback. What it writes fits one sentence alone."""
    with ScriptedServer([["Question: How long is the new quay?\nAnswer: 240 mètres", DONE]]).running() as server:
        for name, value in {"LLM": "openai-like", "LLM_MODEL": "small", "LLM_BASE_URL": server.address}.items():
            monkeypatch.setenv(f"ASSISTANT_{name}", value)
        done = run("eval", "make", "--questions", "2", "--out", tmp_path / "p.jsonl", "--index", index)
        asked = len(server.bodies)
    assert done.status == 1
    left_out = "sentences that were left out, since the answer does not stand in the sentence: "
    assert f"{left_out}{asked - 1}.\n" in done.stderr
    (record,) = proposals(tmp_path / "p.jsonl")
    assert (record["question"], record["answers"]) == ("How long is the new quay?", ["240 mètres"])
    assert record["gold"][0]["quote"] == "Le port de Kerlann construit un quai de 240 mètres."
    assert record["tags"] == {"proposed as": "model", "status": "proposed"}


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["make", "--out", "p.jsonl", "--questions", "0"], 2, "--questions"),
        (["make", "--out", "p.jsonl", "--index", "nowhere"], 3, "nowhere"),
        (["make", "--out", "/dev/null/p.jsonl"], 2, "cannot be written"),
        (["review", "no.jsonl"], 2, "assistant eval make"),
        (["review", "no.jsonl", "--accepted", "set.jsonl"], 2, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(words: list[str], status: int, told: str, index: Path, run: Run) -> None:
    given = [*words, *(["--index", index] if words[0] == "make" and "--index" not in words else [])]
    done = run("eval", *given)
    assert (done.status, done.stdout, told in done.stderr) == (status, "", True), done.stderr


def test_the_review_is_served_and_a_kill_loses_nothing(index: Path, tmp_path: Path, run: Run) -> None:
    """Decided in the process that serves, as by the page: the file is whole whenever it is killed."""
    file = tmp_path / "p.jsonl"
    assert run("eval", "make", "--questions", "4", "--out", file, "--index", index).status in (0, 1)
    words = ["eval", "review", str(file), "--index", str(index), "--port", "0"]
    served = subprocess.Popen(
        [sys.executable, "-c", "from assistant.cli.app import main; main()", *words],
        cwd=tmp_path,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stdout is not None
        told = served.stdout.readline()
        url = told.partition("open on ")[2].split()[0]
        assert url.startswith("http://127.0.0.1:"), told
        with urllib.request.urlopen(url) as page:
            assert page.headers["content-security-policy"].startswith("default-src 'self'")
        done = run("eval", "make", "--questions", "5", "--out", file, "--index", index)
        assert (done.status, "Another process works with" in done.stderr) == (2, True)
    finally:
        os.kill(served.pid, signal.SIGKILL)
        served.wait()
    assert run("eval", "make", "--questions", "4", "--out", file, "--index", index).status in (0, 1)


def test_decisions_of_a_killed_process_are_whole(index: Path, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "p.jsonl"
    run("eval", "make", "--questions", "4", "--out", file, "--index", index)
    many = [{**record, "id": f"p{n}-{record['id']}"} for n in range(40) for record in proposals(file)]
    file.write_text("".join(json.dumps(record) + "\n" for record in many))
    code = f"""
from pathlib import Path
from eval.proposals.file import open_proposals
from eval.proposals.review import FileReview
with open_proposals(Path({str(file)!r})) as held:
    review = FileReview(held, None)
    while (waits := review.waiting()) is not None:
        review.decide(waits.id, "accept", waits.question, waits.answers)
        print(waits.id, flush=True)
"""
    decides = subprocess.Popen(
        [sys.executable, "-c", code],
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert decides.stdout is not None
        told = [decides.stdout.readline().strip() for _ in range(7)]
    finally:
        os.kill(decides.pid, signal.SIGKILL)
        told += (decides.stdout.read() if decides.stdout else "").split()
        decides.wait()
    records = proposals(file)
    assert len(records) == len(many)
    decided = {record["id"] for record in records if record["status"] == "accepted"}
    assert decided >= set(told)
    assert len(decided) <= len(told) + 1
