"""Many users at once, through the real server with its own engine over `seeds/`, beside others that are a nuisance.

    python -m benchmarks.server_load [--users 64] [--seconds 120] [--slow 50] [--dropping 20] [--idle 10000]

Each user asks one question after another, every other one as a stream, of those of `eval/sets/seeds.jsonl` that are
not held out. First the users are alone. Then, at the same time: `--slow` readers take one byte a second of a streamed
answer, `--dropping` clients cut the connection in the middle of theirs, again and again, and `--idle` connections only
wait: half of them hold the stream that an open page of the chat holds, half have sent nothing since a first request.

Prints for each part: answers, errors, answers a second, percentiles of the time to the whole answer, the memory of the
server, its threads and open files; and at last whether it answers, and how it ends. Whatever else runs on the machine
counts in: compare the parts of one run, or runs side by side.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "eval" / "sets" / "seeds.jsonl"
READY_SECONDS = 300
IDLE_AT_ONCE = 200
HOST = "127.0.0.1"


def main() -> None:
    options = _options()
    _allow_files(options.idle + 1_000)
    questions = open_questions()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (process, port):
        asyncio.run(_measure(options, questions, process.pid, port))
        process.send_signal(signal.SIGTERM)
        began = time.perf_counter()
        print(f"ended by SIGTERM with status {process.wait(60)} after {time.perf_counter() - began:.1f} s")


def open_questions() -> list[str]:
    """Those that are not held out, in an order of no meaning."""
    cases = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    questions = [case["question"] for case in cases if case.get("split") != "heldout"]
    random.Random(7).shuffle(questions)
    return questions


@contextlib.contextmanager
def served(
    folder: Path, *options: str, articles: Sequence[Path] = (ROOT / "seeds",)
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`assistant chat` in a process of its own, over an index of the articles in `folder`; and its port."""
    command = [sys.executable, "-c", "from assistant.cli.app import main; main()"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    index = str(folder / "index")
    subprocess.run([*command, "index", "build", "--index", index, *map(str, articles)], check=True, env=environment)
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    chat = [*command, "chat", "--index", index, "--port", str(port), *options]
    process = subprocess.Popen(chat, env=environment, stdout=subprocess.DEVNULL)
    try:
        asyncio.run(_until_ready(process, port))
        yield process, port
    finally:
        process.kill()
        process.wait()


async def _until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, EOFError):
            if (await get(port, "/api/v1/health/ready"))[0] == 200:
                return
        await asyncio.sleep(0.2)
    raise RuntimeError(f"The server is not ready; its status is {process.poll()}")


@dataclass(slots=True)
class Tally:
    """What clients met with: the seconds to each whole answer, and how often what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Connection:
    """One connection of HTTP/1.1, as plain as may be: the client must not cost more than the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, port: int, receive_buffer: int = 0) -> AsyncIterator["Connection"]:
        client = socket.socket()
        client.setblocking(False)
        try:
            if receive_buffer:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            await asyncio.get_running_loop().sock_connect(client, (HOST, port))
            reader, writer = await asyncio.open_connection(sock=client, limit=receive_buffer or 2**16)
        except BaseException:
            client.close()
            raise
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    def send(self, head: str, body: bytes = b"") -> None:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.writer.write(f"{head}\r\nHost: {HOST}\r\n{length}\r\n".encode() + body)

    def ask(self, question: str, *, streamed: bool) -> None:
        kind = "text/event-stream" if streamed else "application/json"
        head = f"POST /api/v1/ask HTTP/1.1\r\nContent-Type: application/json\r\nAccept: {kind}"
        self.send(head, json.dumps({"question": question}).encode())

    async def head(self) -> tuple[int, dict[str, str]]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        return int(lines[0].split()[1]), fields

    async def response(self) -> tuple[int, bytes]:
        status, fields = await self.head()
        if "content-length" in fields:
            return status, await self.reader.readexactly(int(fields["content-length"]))
        body = b""
        while piece := await self.chunk():
            body += piece
        return status, body

    async def chunk(self) -> bytes:
        size = int(await self.reader.readline() or b"0", 16)
        piece = await self.reader.readexactly(size)
        await self.reader.readexactly(2)
        return piece

    def cut(self) -> None:
        """Ends it without a word, as a client does that is gone."""
        client = self.writer.get_extra_info("socket")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def get(port: int, path: str) -> tuple[int, bytes]:
    async with Connection.to(port) as connection:
        connection.send(f"GET {path} HTTP/1.1\r\nConnection: close")
        return await connection.response()


async def user(port: int, questions: Iterator[str], tally: Tally, seconds: float, most: int = sys.maxsize) -> None:
    """Asks one question after another, until `seconds` are over or `most` were asked."""
    until = time.monotonic() + seconds
    async with Connection.to(port) as connection:
        asked = 0
        while time.monotonic() < until and asked < most:
            asked += 1
            began = time.perf_counter()
            streamed = asked % 2 == 0
            try:
                connection.ask(next(questions), streamed=streamed)
                status, body = await connection.response()
            except (OSError, EOFError) as error:
                tally.errors[type(error).__name__] += 1
                return
            if status != 200:
                tally.errors[f"status {status}"] += 1
            elif not (b"event: answer" in body if streamed else b'"citations"' in body):
                tally.errors["no answer"] += 1
            else:
                tally.seconds.append(time.perf_counter() - began)


async def slow_reader(port: int, question: str, tally: Tally, pause: float = 1.0) -> None:
    """Reads an answer one byte at a time, with the smallest buffer that the system gives."""
    with contextlib.suppress(OSError, EOFError):
        async with Connection.to(port, receive_buffer=1_024) as connection:
            connection.ask(question, streamed=True)
            while await connection.reader.read(1):
                tally.seconds.append(0.0)
                await asyncio.sleep(pause)


async def dropping(port: int, questions: Iterator[str], tally: Tally, most: int = sys.maxsize) -> None:
    """Asks, and cuts the connection when the first words are there."""
    for _ in range(most):
        async with Connection.to(port) as connection:
            connection.ask(next(questions), streamed=True)
            status, _ = await connection.head()
            if status == 200:
                await connection.chunk()
                tally.seconds.append(0.0)
            else:
                tally.errors[f"status {status}"] += 1
            connection.cut()
        await asyncio.sleep(0.2)


async def idle(port: int, number: int, tally: Tally, opening: asyncio.Semaphore, gone: asyncio.Event) -> None:
    """Holds a connection until `gone`: every other one the stream of an open page, the rest one without a request."""
    try:
        async with contextlib.AsyncExitStack() as held:
            async with opening:
                connection = await held.enter_async_context(Connection.to(port))
                if number % 2:
                    connection.send(f"GET /gradio_api/heartbeat/load{number} HTTP/1.1")
                    status, _ = await connection.head()
                else:
                    connection.send("GET /api/v1/health/live HTTP/1.1")
                    status, _ = await connection.response()
            if status != 200:
                tally.errors[f"status {status}"] += 1
                return
            tally.seconds.append(0.0)
            await gone.wait()
    except (OSError, EOFError) as error:
        tally.errors[type(error).__name__] += 1


async def _measure(options: argparse.Namespace, questions: Sequence[str], pid: int, port: int) -> None:
    print(f"{options.users} users for {options.seconds:g} s, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"before: {of_process(pid)}", flush=True)
    await _users(options, endless(questions), port, pid, "alone")
    slow, dropped, waiting = Tally(), Tally(), Tally()
    gone, opening = asyncio.Event(), asyncio.Semaphore(IDLE_AT_ONCE)
    idlers = [asyncio.create_task(idle(port, number, waiting, opening, gone)) for number in range(options.idle)]
    while len(waiting.seconds) + sum(waiting.errors.values()) < options.idle:
        await asyncio.sleep(0.1)
    print(f"{len(waiting.seconds)} idle connections, errors {dict(waiting.errors)}: {of_process(pid)}", flush=True)
    nuisance = [
        *(
            asyncio.create_task(slow_reader(port, questions[each % len(questions)], slow))
            for each in range(options.slow)
        ),
        *(asyncio.create_task(dropping(port, endless(questions), dropped)) for _ in range(options.dropping)),
    ]
    await _users(options, endless(questions), port, pid, "with the others")
    print(f"  {len(slow.seconds)} bytes read slowly, {len(dropped.seconds)} streams cut, errors {dict(dropped.errors)}")
    for task in nuisance:
        task.cancel()
    gone.set()
    await asyncio.gather(*nuisance, *idlers, return_exceptions=True)
    status, _ = await get(port, "/api/v1/health/ready")
    print(f"after: ready {status}, {of_process(pid)}, load {os.getloadavg()[0]:.1f}")


async def _users(options: argparse.Namespace, questions: Iterator[str], port: int, pid: int, name: str) -> None:
    tally, began = Tally(), time.perf_counter()
    await asyncio.gather(*(user(port, questions, tally, options.seconds) for _ in range(options.users)))
    seconds = time.perf_counter() - began
    print(
        f"{name}: {len(tally.seconds)} answers, errors {dict(tally.errors)}, {len(tally.seconds) / seconds:.2f}/s, "
        f"p50 {tally.percentile(0.5):.1f} s, p95 {tally.percentile(0.95):.1f} s, p99 {tally.percentile(0.99):.1f} s; "
        f"{of_process(pid)}",
        flush=True,
    )


def endless(questions: Sequence[str]) -> Iterator[str]:
    while True:
        yield from questions


def status_of(pid: int) -> dict[str, str]:
    """What Linux tells of a process."""
    return dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())


def of_process(pid: int) -> str:
    status = status_of(pid)
    megabytes, most = (int(status[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return f"{megabytes} MB (at most {most}), {status['Threads'].strip()} threads, {files} open files"


def _allow_files(count: int) -> None:
    """For this process and the server that it starts."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed < count:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (count if most == resource.RLIM_INFINITY else min(count, most), most)
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--users", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--slow", type=int, default=50)
    parser.add_argument("--dropping", type=int, default=20)
    parser.add_argument("--idle", type=int, default=10_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
