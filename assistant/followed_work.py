"""Work in a thread of its own, which whoever started it can follow step by step."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

Step = TypeVar("Step")
Report = TypeVar("Report")


def followed(work: Callable[[Callable[[Step], None]], Report], name: str) -> Iterator[Step | Report]:
    """What `work` tells through the function that it is given, in order, and at last what it returns; raises what it
    raises.

    The work goes on when the iterator is closed: what was begun is finished, though nobody is told.
    """
    told: SimpleQueue[Step | None] = SimpleQueue()
    done: Future[Report] = Future()

    def run() -> None:
        try:
            done.set_result(work(told.put))
        except Exception as error:  # whatever it is: who follows would wait for ever, and is the one to say what failed
            done.set_exception(error)
        finally:
            told.put(None)

    threading.Thread(target=run, name=name).start()
    while (step := told.get()) is not None:
        yield step
    yield done.result()
