"""Many users at once, beside slow readers, cut connections and pages that only wait: no error, and nothing left over.

The long form, with figures, is `benchmarks.server_load`.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from benchmarks.server_load import Tally, dropping, endless, idle, slow_reader, user
from tests.faults.chat_server import SECONDS, ChatServer, chat_server, until
from tests.faults.commands import finished, start_command
from tests.faults.conftest import GERMANY, HARBOUR

QUESTIONS = ("what will Germany send?", "what do the fishermen repair?", "who opens the market?")
USERS, EACH, SLOW, DROPPING, IDLE = 64, 2, 20, 20, 300
Load = tuple[Tally, Tally, Tally]
"""What the users met, those who dropped their connections, and those who only waited."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("load")
    (made / "articles").mkdir()
    (made / "articles" / "germany.txt").write_text(GERMANY, "utf-8")
    (made / "articles" / "harbour.txt").write_text(HARBOUR, "utf-8")
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[ChatServer]:
    assert finished(start_command(folder, "index", "build", "--index", "index", "articles")).status == 0
    with chat_server(folder, Path("index"), stop_seconds=3600) as running:
        yield running


def test_nuisances_keep_nobody_from_an_answer_and_leave_nothing(server: ChatServer) -> None:
    _in_a_thread(_load(server.port, users=8, each=1, idlers=40))  # what is kept for the next time is there now
    files, threads = server.open_files(), server.threads()
    asked, dropped, waited = _in_a_thread(_load(server.port))
    assert [tally.errors for tally in (asked, dropped, waited)] == [{}, {}, {}]
    assert (len(asked.seconds), len(dropped.seconds), len(waited.seconds)) == (USERS * EACH, DROPPING, IDLE)
    assert server.ask(QUESTIONS[0]).status_code == 200
    # Of the index each thread that answers may keep a connection, of three files; threads of pools stay.
    until(lambda: server.open_files() <= files + 3 * 8)
    assert server.threads() <= threads + 40


def _in_a_thread(work: Coroutine[Any, Any, Load]) -> Load:
    """Runs it to its end; the loop of this thread may be the browser's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _load(port: int, users: int = USERS, each: int = EACH, idlers: int = IDLE) -> Load:
    asked, slow, dropped, waited = Tally(), Tally(), Tally(), Tally()
    gone, opening = asyncio.Event(), asyncio.Semaphore(50)
    waiting = [asyncio.create_task(idle(port, number, waited, opening, gone)) for number in range(idlers)]
    while len(waited.seconds) + sum(waited.errors.values()) < idlers:
        await asyncio.sleep(0.05)
    slowly = [asyncio.create_task(slow_reader(port, QUESTIONS[0], slow)) for _ in range(SLOW)]
    await asyncio.gather(
        *(dropping(port, endless(QUESTIONS), dropped, most=1) for _ in range(DROPPING)),
        *(user(port, endless(QUESTIONS), asked, SECONDS, most=each) for _ in range(users)),
    )
    for task in slowly:
        task.cancel()
    gone.set()
    await asyncio.gather(*slowly, *waiting, return_exceptions=True)
    return asked, dropped, waited


def test_what_another_process_adds_is_found_while_the_server_answers(server: ChatServer, folder: Path) -> None:
    generation = server.ask(QUESTIONS[0]).json()["index_generation"]
    lighthouse = "The lighthouse\n\nThe lighthouse keeper of Skagen retires in June."
    (folder / "articles" / "lighthouse.txt").write_text(lighthouse, "utf-8")
    building = start_command(folder, "index", "build", "--index", "index", "articles")
    while True:
        ended = building.poll() is not None
        answer = server.ask("when does the lighthouse keeper retire?")
        assert answer.status_code == 200
        if ended:
            break
    assert finished(building).status == 0
    assert "Skagen" in answer.json()["answer"]  # of the first answer after the end
    assert answer.json()["index_generation"] > generation
