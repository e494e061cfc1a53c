"""A page tells nobody how long its steps took, neither those that run at once nor those that wait in its queue."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from assistant.web.mounting import mount_page
from tests.browser.conftest import serving


@pytest.fixture(scope="module")
def page() -> Iterator[httpx.Client]:
    import gradio as gr

    with gr.Blocks() as blocks:
        box = gr.Textbox()
        box.change(str.upper, box, box, queue=False, api_name="at_once")
        box.submit(str.lower, box, box, api_name="queued")
    mounted = mount_page(FastAPI(), blocks, "/", (), 1_000)
    with serving(mounted) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def test_a_step_that_runs_at_once(page: httpx.Client) -> None:
    told = page.post("/gradio_api/run/predict", json={"data": ["Quay"], "fn_index": 0, "session_hash": "s"}).json()
    assert told["data"] == ["QUAY"]
    assert (told["duration"], told["average_duration"]) == (0.0, 0.0)


def test_steps_of_the_queue(page: httpx.Client) -> None:
    for _ in range(2):  # the second one would be told how long the first one took
        joined = page.post("/gradio_api/queue/join", json={"data": ["Quay"], "fn_index": 1, "session_hash": "s"})
        assert joined.status_code == 200
        told = _events(page.get("/gradio_api/queue/data", params={"session_hash": "s"}).text)
        assert told["process_completed"]["output"]["data"] == ["quay"]
        assert told["process_completed"]["output"]["duration"] == 0.0
        assert not any(told["process_completed"].get(name) for name in ("cache_duration", "avg_time"))
        assert told["process_starts"]["eta"] is None
        assert told["estimation"]["rank_eta"] is None


def _events(stream: str) -> dict[str, dict[str, Any]]:
    """The last event of each kind."""
    events = (json.loads(line.removeprefix("data:")) for line in stream.splitlines() if line.startswith("data:"))
    return {event["msg"]: event for event in events}
