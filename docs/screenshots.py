"""Take the pictures of the chat that the documentation shows: `python docs/screenshots.py [URL]`.

With a URL, of the chat that runs there (`assistant chat`); without one, of the chat over the starter articles in
`seeds/`, which are indexed and served for it, and of the widget on a page of another origin. Needs Playwright and a
Chromium on the PATH.
"""

import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SETTLED_MS = 700  # until what slides or scrolls has come to rest
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUESTION = "what did Germany pledge?"
QUESTION_FRENCH = "Qu'a promis l'Allemagne ?"
PORT = 7871
HOST_PORT = 7872
HOST_PAGE = f"http://localhost:{HOST_PORT}"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@contextmanager
def chat() -> "Iterator[str]":
    """The address of a chat over the starter articles, indexed and started for the pictures."""
    url = f"http://127.0.0.1:{PORT}"
    program = str(Path(sys.executable).parent / "assistant")
    with TemporaryDirectory(prefix="screenshots-") as folder:
        index = str(Path(folder) / "index")
        subprocess.run([program, "index", "build", "--index", index, "seeds"], cwd=ROOT, check=True)
        listed = os.environ | {"ASSISTANT_EMBED_ORIGINS": HOST_PAGE}
        process = subprocess.Popen([program, "chat", "--index", index, "--port", str(PORT)], env=listed)
        try:
            end = monotonic() + 120
            while monotonic() < end and process.poll() is None:
                try:
                    with urlopen(f"{url}/api/v1/health/live", timeout=1):
                        break
                except OSError:
                    sleep(0.3)
            else:
                raise SystemExit(f"The chat did not start on port {PORT}.")
            yield url
        finally:
            process.terminate()
            process.wait(20)


def take(url: str) -> None:
    """Write the pictures of the chat at `url`."""
    with chromium() as browser:
        looks: dict[str, tuple[dict[str, Any], str]] = {
            "light": ({**DESKTOP, "locale": "en-US"}, QUESTION),
            "dark": ({**DESKTOP, "locale": "fr-FR", "color_scheme": "dark"}, QUESTION_FRENCH),
            "phone": ({**PHONE, "locale": "en-US"}, QUESTION),
        }
        for name, (context, question) in looks.items():
            page = browser.new_context(reduced_motion="reduce", **context).new_page()
            page.set_default_timeout(120_000)  # a busy machine is slow
            page.goto(url)
            page.wait_for_selector(".example")
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=IMAGES / f"welcome-{name}.png")
            page.fill("#question textarea", question)
            page.keyboard.press("Enter")
            page.wait_for_selector(".answer")
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=IMAGES / f"answer-{name}.png")
            page.click(":is(.citation-mark, .source) >> nth=0")
            page.wait_for_selector(".reader mark")
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=IMAGES / f"reader-{name}.png")


@contextmanager
def chromium() -> "Iterator[Any]":
    """A Chromium that is on the PATH."""
    from playwright.sync_api import sync_playwright

    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        raise SystemExit(f"No browser: none of {', '.join(BROWSERS)} is on the PATH.")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


def take_widget(url: str) -> None:
    """Write the pictures of the widget of the chat at `url`, on a page of `HOST_PAGE`."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(host_page(url).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", HOST_PORT), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with chromium() as browser:
        for name, context in {"light": {"viewport": {"width": 1180, "height": 780}}, "phone": PHONE}.items():
            page = browser.new_context(reduced_motion="reduce", locale="en-US", **context).new_page()
            page.set_default_timeout(120_000)
            page.goto(HOST_PAGE)
            page.evaluate("question => ArticleAssistant.ask(question)", QUESTION)
            page.frame_locator("article-assistant iframe").locator(".answer").wait_for()
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=IMAGES / f"widget-{name}.png")
    server.shutdown()


def host_page(url: str) -> str:
    """A page as an intranet may have it, without words, so that it is about nothing."""
    widths = (94, 88, 97, 91, 60, 0, 96, 85, 93, 98, 72, 0, 90, 64)
    lines = "".join(f'<i style="width: {width}%"></i>' for width in widths)
    style = (
        "body { margin: 0 } header { height: 56px; background: #22324a } main { max-width: 44rem; margin: 3rem }"
        " b, i { display: block; width: 45%; height: 14px; margin-bottom: 12px; border-radius: 7px }"
        " i { background: #e3e7ee }"
        " b { height: 30px; margin-bottom: 28px; background: #c6cedb }"
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Intranet</title><style>{style}</style><header></header><main><b></b>{lines}</main>"
        f'<script src="{url}/widget.js"></script></html>'
    )


def main() -> None:
    if len(sys.argv) > 1:
        take(sys.argv[1])
    else:
        with chat() as url:
            take(url)
            take_widget(url)


if __name__ == "__main__":
    main()
