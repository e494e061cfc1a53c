"""The chat's page beside a plain `gr.ChatInterface` over the same engine: weight, time to interactive, time to answer.

    python -m benchmarks.chat_page [--index .assistant/index] [--visits 10] [--out benchmarks/results]

Both are served by this process and visited in turn by one headless Chromium, each time in a new context of the browser
with nothing cached. Measured inside the page, in milliseconds:
- `interactive`: from the start of the navigation until the question box is there and enabled, or until the end of the
  last long task (50 ms or more) before a second without one, whichever is later;
- `first_text` and `whole_answer`: from Enter until the first words, and the last quote, of the answer are in the page.
`weight_kb` is what was transferred, headers included, compressed as it came. Writes `chat_page-COMMIT.json`.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from assistant.answering import Assistant
from assistant.server.app import create_app
from assistant.server.serve import listen, url_of
from assistant.settings import load_settings
from assistant.types import Finished, TextDelta
from assistant.wiring import open_assistant
from benchmarks.processes import commit

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUESTION = "what did Germany pledge?"
QUIET_MS = 1_000
BOX = {"ours": "#question textarea", "plain": "textarea"}
ANSWER = {"ours": ".answer-text, .written", "plain": "[data-testid=bot]"}

# Runs before anything of the page. `wait` resolves with a time since the start of the navigation.
WATCH = """(() => {
  const tasks = [];
  new PerformanceObserver(list => {
    for (const task of list.getEntries()) tasks.push(task.startTime + task.duration);
  }).observe({ type: "longtask", buffered: true });
  const until = found => new Promise(resolve => {
    const look = () => found() ? resolve(performance.now()) : requestAnimationFrame(look);
    look();
  });
  let entered = 0;
  addEventListener("keydown", event => { if (event.key === "Enter") entered = performance.now(); }, true);
  window.measured = {
    interactive: (box, quiet) => until(() => {
      const part = document.querySelector(box);
      return part && !part.disabled && part.checkVisibility();
    }).then(async shown => {
      while (performance.now() < Math.max(shown, ...tasks) + quiet) await new Promise(done => setTimeout(done, 50));
      return Math.max(shown, ...tasks);
    }),
    said: (answer, words) => until(() =>
      [...document.querySelectorAll(answer)].some(part => part.textContent.includes(words))
    ).then(at => at - entered),
  };
})()"""


def main() -> None:
    options = _options()
    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        sys.exit(f"No browser: none of {', '.join(BROWSERS)} is on the PATH. Nothing was measured.")
    engine = open_assistant(load_settings(index=options.index))
    result = measure(engine, executable, options.visits)
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"chat_page-{commit()}.json"
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"written: {file}", file=sys.stderr)
    print("\n".join(table(result)))


def measure(engine: Assistant, executable: str, visits: int) -> dict[str, Any]:
    """Medians over the visits of both pages, and ours divided by the plain one's."""
    from playwright.sync_api import sync_playwright

    load = os.getloadavg()[0]
    answers = [engine.ask(QUESTION) for _ in range(visits)]
    first, last = " ".join(answers[0].text.split()[:3]), answers[0].citations[-1].quote.split("\n")[0][:40]
    seen: dict[str, list[dict[str, float]]] = {"ours": [], "plain": []}
    with ExitStack() as stack:
        urls = {
            "ours": stack.enter_context(served(create_app(engine))),
            "plain": stack.enter_context(served(plain_chat(engine))),
        }
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=executable, args=["--no-sandbox"]
        )
        stack.callback(browser.close)
        for number in range(visits + 1):
            for name, url in urls.items():
                figures = visit(browser, url, name, first, last)
                if number:  # the first visit of each warms the server
                    seen[name].append(figures)
    medians = {
        name: {what: round(statistics.median(each[what] for each in visited), 1) for what in visited[0]}
        for name, visited in seen.items()
    }
    return {
        "commit": commit(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": round(load, 1),
        "visits": visits,
        "question": QUESTION,
        "engine_ms": round(statistics.median(answer.timings_ms["total"] for answer in answers), 1),
        **medians,
        "ours_divided_by_plain": {
            what: round(medians["ours"][what] / medians["plain"][what], 2) for what in medians["ours"]
        },
    }


def visit(browser: Any, url: str, name: str, first: str, last: str) -> dict[str, float]:
    """One visit in a new context: the page is opened, and the question asked once."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.add_init_script(WATCH)
    received: list[float] = []
    devtools = context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    page.goto(url, wait_until="commit")
    interactive = page.evaluate("([box, quiet]) => measured.interactive(box, quiet)", [BOX[name], QUIET_MS])
    requests = -1
    while requests != len(received):  # both pages hold a request open, so that the network is never idle
        requests = len(received)
        page.wait_for_timeout(QUIET_MS)
    weight = sum(received)
    page.locator(BOX[name]).first.fill(QUESTION)
    page.evaluate(
        "([answer, ...words]) => { measured.answered = words.map(each => measured.said(answer, each)); }",
        [ANSWER[name], first, last],
    )
    page.locator(BOX[name]).first.press("Enter")
    first_text, whole_answer = page.evaluate("Promise.all(measured.answered)")
    context.close()
    return {
        "weight_kb": weight / 1_000,
        "requests": requests,
        "interactive": interactive,
        "first_text": first_text,
        "whole_answer": whole_answer,
    }


def plain_chat(engine: Assistant) -> Any:
    """The shortest chat that Gradio makes over the engine: `gr.ChatInterface` with its defaults."""
    import gradio as gr
    from fastapi import FastAPI

    def respond(message: str, history: Sequence[Any]) -> Iterator[str]:
        del history
        written = ""
        for event in engine.stream(message):
            match event:
                case TextDelta(text):
                    written += text
                    yield written
                case Finished(answer):
                    yield answer.text

    return gr.mount_gradio_app(FastAPI(), gr.ChatInterface(respond, analytics_enabled=False), path="/")


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of a server over `app`, on a free port of this machine."""
    import uvicorn

    bound = listen(port=0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield url_of(bound)
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        bound.close()


def table(result: dict[str, Any]) -> list[str]:
    """As Markdown."""
    rows = [
        f"| {what} | {result['ours'][what]:,.0f} | {result['plain'][what]:,.0f} | {ratio} |"
        for what, ratio in result["ours_divided_by_plain"].items()
    ]
    return ["| what | ours | plain ChatInterface | ours / plain |", "|---|---|---|---|", *rows]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=None, help="the index to ask; the one that is set if not given")
    parser.add_argument("--visits", type=int, default=10, help="of each page")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
