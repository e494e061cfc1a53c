"""Take the pictures of the chat that the documentation shows: `python docs/screenshots.py [URL]`.

With a URL, of the chat that runs there (`assistant chat`); without one, of the chat over the starter articles in
`seeds/`, which is started for it. Needs Playwright and a Chromium on the PATH.
"""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGES = Path(__file__).parent / "images"
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
    """The address of a chat over `.assistant/index`, started for the pictures."""
    url = f"http://127.0.0.1:{PORT}"
    command = [str(Path(sys.executable).parent / "assistant"), "chat", "--port", str(PORT)]
    process = subprocess.Popen(command)
    try:
        end = monotonic() + 120
        while monotonic() < end and process.poll() is None:
            try:
                with urlopen(f"{url}/api/v1/health/live", timeout=1):
                    break
            except OSError:
                sleep(0.3)
        else:
            raise SystemExit("The chat did not start. Run `make chat` once, so that there is an index.")
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
            page.goto(url)
            page.wait_for_selector(".welcome")
            page.wait_for_timeout(300)
            page.screenshot(path=IMAGES / f"welcome-{name}.png")
            page.fill("#question textarea", question)
            page.keyboard.press("Enter")
            page.wait_for_selector(".answer")
            page.wait_for_timeout(300)
            page.screenshot(path=IMAGES / f"answer-{name}.png")
            page.click(":is(.citation-mark, .source) >> nth=0")
            page.wait_for_selector(".reader mark")
            page.wait_for_timeout(300)
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
