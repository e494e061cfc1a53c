"""A real server over a real, tiny model: streamed, stopped in the middle, killed in the middle."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.types import Finished, TextDelta
from tests.faults.model_questions import FAILED, QUESTION, TEXT, open_quoting, with_model
from tests.faults.tiny_model import CIRCLE, ENDLESS, TOLD

ROOT = Path(__file__).parents[2]
LONG = {"llm_timeout_seconds": 60, "llm_answer_tokens": 8000, "llm_context_tokens": 60_000}


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_quoting(tmp_path_factory.mktemp("index"))


@dataclasses.dataclass(frozen=True, slots=True)
class TinyServer:
    """`transformers serve` with the model that is made here."""

    process: subprocess.Popen[bytes]
    port: int
    name: str
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyServer]:
    folder = tmp_path_factory.mktemp("tiny")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.tiny_model", str(folder), str(port)],
            cwd=ROOT,
            env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub"), "OMP_NUM_THREADS": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield TinyServer(process, port, str(folder), log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


@pytest.fixture(scope="module")
def tiny_model(started: TinyServer) -> TinyServer:
    """The same when it answers."""
    until = time.monotonic() + 250
    while not _is_up(started.port):
        assert started.process.poll() is None, started.log.read_text()
        assert time.monotonic() < until, f"transformers serve does not start:\n{started.log.read_text()}"
        time.sleep(0.2)
    return started


def _is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


class TestRealModel:
    """`transformers serve` over a tiny Llama. The last test kills it."""

    def test_its_answer_comes_in_pieces_and_is_checked(self, quoting: Assistant, tiny_model: TinyServer) -> None:
        asked = with_model(quoting, tiny_model.address, llm_model=tiny_model.name, llm_timeout_seconds=60)
        events = list(asked.stream(QUESTION))
        pieces = [event.text for event in events if isinstance(event, TextDelta)]
        assert len(pieces) > 5
        assert "".join(pieces).split() == TOLD.split()
        assert isinstance(events[-1], Finished)
        answer = events[-1].answer
        assert (answer.mode, answer.abstained, answer.notices) == ("llm", False, ())
        assert [cited.quote for cited in answer.citations] == [TEXT]
        assert answer.statements[0].supported
        assert "[1]" in answer.text

    def test_it_is_left_in_the_middle_when_the_user_stops_it(self, quoting: Assistant, tiny_model: TinyServer) -> None:
        asked = with_model(quoting, tiny_model.address, llm_model=tiny_model.name, **LONG)
        stop = threading.Event()
        written = ""
        for event in asked.stream(f"{QUESTION} {ENDLESS}", stop=stop):
            if isinstance(event, TextDelta):
                written += event.text
                stop.set()
        assert CIRCLE.split()[0] in written
        assert isinstance(event, Finished)
        assert event.answer.notices == ("The language model was stopped; quoted sentences are shown instead.",)
        assert event.answer.citations[0].quote == TEXT

    def test_killed_in_the_middle_of_its_answer_it_is_replaced_by_quotes(
        self, quoting: Assistant, tiny_model: TinyServer
    ) -> None:
        server = tiny_model.process
        asked = with_model(quoting, tiny_model.address, llm_model=tiny_model.name, **LONG)
        pieces = 0
        for event in asked.stream(f"{QUESTION} {ENDLESS}"):
            if isinstance(event, TextDelta):
                pieces += 1
                if server.poll() is None:
                    server.send_signal(signal.SIGKILL)
                    server.wait(30)
        assert pieces
        assert isinstance(event, Finished)
        assert event.answer.notices == (FAILED,)
        assert event.answer.citations[0].quote == TEXT
