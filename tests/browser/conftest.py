"""A real Chromium on a real server: both end with the test."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from starlette.types import ASGIApp

from assistant.server.app import create_app
from assistant.server.serve import listen, url_of
from assistant.web.dropped_files import DroppedFiles
from assistant.web.engine import Engine

expect.set_options(timeout=20_000)  # a busy machine is slow, and not wrong

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def served(
    engine: Engine | None, problem: str | None = None, dropped_files: DroppedFiles | None = None, **more: Any
) -> Iterator[str]:
    """The address of a server over `engine`, on a free port of this machine; `more` is given to `create_app`."""
    with serving(create_app(engine, problem=problem, dropped_files=dropped_files, **more)) as url:
        yield url


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of a server of an application."""
    with serving_on(listen(port=0), app) as url:
        yield url


@contextmanager
def serving_on(bound: socket.socket, app: ASGIApp) -> Iterator[str]:
    """The same on a socket that is bound already, for an application that must know its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    try:
        yield url_of(bound)
    finally:
        server.should_exit = server.force_exit = True  # pages may still be open
        thread.join(10)
        bound.close()


# What Gradio's client writes when a page is left while it still loads: it cuts its own stream and tells of it.
LEAVING = ("Connection errored out", "aborted")


@contextmanager
def launched(playwright: Playwright, *arguments: str) -> Iterator[Browser]:
    """A Chromium with these arguments; skips the test where there is none."""
    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    started = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", *arguments])
    yield started
    started.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all: its loop runs in this thread until it ends, and a second one would be refused."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as started:
        yield started


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(url, **context)` opens a page of its own browser context. After the test, no page may have asked
    another machine for anything, nor have met an error but those that hold one of `wanted_errors`."""
    with ExitStack() as stack:
        asked: list[str] = []
        errors: list[str] = []

        wanted: list[str] = []

        def open_one(url: str, wanted_errors: Sequence[str] = (), **context: object) -> Page:
            wanted.extend(wanted_errors)
            made = browser.new_context(**{"locale": "en-US", **context})  # type: ignore[arg-type]
            stack.callback(made.close)
            page = made.new_page()
            page.set_default_timeout(20_000)
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
            page.goto(url)
            page.wait_for_selector(".page")
            return page

        yield open_one
        elsewhere = [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]
        assert elsewhere == []
        assert [error for error in errors if not any(part in error for part in wanted)] == []


def ask(page: Page, question: str) -> None:
    """Type a question and send it."""
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
