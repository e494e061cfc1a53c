"""What concerns every test."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright keeps a loop in the main thread until the session ends, and whoever comes after the browser tests in
    the same process could not run one of their own."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    kept = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(kept)
