"""A server that is told to end finishes its answers, takes no new ones, is held by nobody who only waits, and ends."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.faults.chat_server import SECONDS, ChatServer, chat_server, until
from tests.faults.scripted_server import DONE, ScriptedServer, chunk

QUESTION = "what will Germany send to Ukraine?"
TEXT = "Germany will send four IRIS-T systems and 10,000 artillery rounds to Ukraine this year"


class WaitingModel(ScriptedServer):
    """Writes its answer when `gate` is opened."""

    def __init__(self) -> None:
        super().__init__([[f"{TEXT} [1]."]], {"data": [{"id": "m", "max_model_len": 8192}]})
        self.gate = threading.Event()

    async def _stream(self, script: Sequence[object]) -> AsyncIterator[bytes]:
        while not self.gate.is_set():
            await asyncio.sleep(0.02)
        for piece in script:
            yield chunk({"content": piece})
        yield DONE


@contextlib.contextmanager
def answering(folder: Path, index: Path, **settings: object) -> Iterator[tuple[ChatServer, WaitingModel]]:
    """A server whose answers wait for the gate of its language model."""
    model = WaitingModel()
    with model.running():
        llm = {"llm": "openai-like", "llm_base_url": model.address, "llm_model": "m", "llm_timeout_seconds": SECONDS}
        try:
            with chat_server(folder, index, **llm, **settings) as server:
                yield server, model
        finally:
            model.gate.set()


def streamed(server: ChatServer) -> str:
    """What a stream gave, and "cut" behind it where it was not ended."""
    told = ""
    with contextlib.suppress(httpx.RemoteProtocolError):
        headers = {"accept": "text/event-stream"}
        body = {"question": QUESTION}
        with httpx.stream("POST", f"{server.address}/api/v1/ask", json=body, headers=headers, timeout=SECONDS) as sent:
            for piece in sent.iter_text():
                told += piece
        return told
    return told + "cut"


def test_answers_are_finished_and_nothing_new_is_taken(tmp_path: Path, index: Path) -> None:
    with answering(tmp_path, index) as (server, model), ThreadPoolExecutor() as pool:
        whole, stream = pool.submit(server.ask, QUESTION), pool.submit(streamed, server)
        page = pool.submit(server.get, "/gradio_api/heartbeat/page")
        until(lambda: len(model.bodies) == 2)
        with socket.create_connection(("127.0.0.1", server.port)):  # one that never sends anything
            server.end()
            until(lambda: server.get("/api/v1/health/ready").status_code == 503)
            refused = server.ask(QUESTION)
            assert (refused.status_code, refused.json()["code"]) == (503, "stopping")
            assert refused.headers["retry-after"] == "5"
            opened = server.get("/", **{"accept-language": "fr"})
            assert (opened.status_code, opened.headers["refresh"]) == (503, "5")
            assert "Le serveur redémarre" in opened.text
            assert server.get("/api/v1/health/live").status_code == 200
            assert not whole.done()
            assert not page.done()
            model.gate.set()
            assert whole.result(SECONDS).json()["mode"] == "llm"
            assert "event: answer" in stream.result(SECONDS)
            assert page.result(SECONDS).status_code == 200  # and its end is a good one
            assert server.process.wait(SECONDS) == 0
