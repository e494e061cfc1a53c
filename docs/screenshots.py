"""Take the pictures of the chat that the documentation shows: `python docs/screenshots.py [URL]`.

With a URL, of the chat that runs there (`assistant chat`); without one, of the chat over the starter articles in
`seeds/`, which are indexed and served for it. Needs Playwright and a Chromium on the PATH.
"""

import shutil
import subprocess
import sys
from contextlib import contextmanager
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
        process = subprocess.Popen([program, "chat", "--index", index, "--port", str(PORT)])
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
    from playwright.sync_api import sync_playwright

    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        raise SystemExit(f"No browser: none of {', '.join(BROWSERS)} is on the PATH.")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
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
        browser.close()


def main() -> None:
    if len(sys.argv) > 1:
        take(sys.argv[1])
    else:
        with chat() as url:
            take(url)


if __name__ == "__main__":
    main()
