"""Work in a thread of its own is followed to its end, whatever that is."""

import threading
from collections.abc import Callable

import pytest

from assistant.followed_work import followed


def test_each_step_comes_in_order_and_what_it_returns_comes_last() -> None:
    def work(tell: Callable[[int], None]) -> str:
        for step in range(3):
            tell(step)
        return threading.current_thread().name

    assert list(followed(work, "counting")) == [0, 1, 2, "counting"]


@pytest.mark.parametrize("error", [OSError("disk full"), ZeroDivisionError("a fault of ours")])
def test_an_error_of_any_kind_is_raised_where_it_is_followed(error: Exception) -> None:
    def work(tell: Callable[[int], None]) -> None:
        tell(1)
        raise error

    steps = followed(work, "failing")
    assert next(steps) == 1
    with pytest.raises(type(error)) as raised:
        next(steps)
    assert raised.value is error


def test_what_was_begun_is_finished_though_nobody_follows() -> None:
    left, finished = threading.Event(), threading.Event()

    def work(tell: Callable[[int], None]) -> None:
        tell(1)
        assert left.wait(30), "the test never let it go on"
        tell(2)
        finished.set()

    steps = followed(work, "left alone")
    assert next(steps) == 1
    steps.close()  # type: ignore[attr-defined]  # an iterator to its callers, a generator here
    left.set()
    assert finished.wait(30)
