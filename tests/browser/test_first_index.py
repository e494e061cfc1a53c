"""A chat without articles takes dropped files in a real browser, and opens over them without a restart."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant.settings import Settings, load_settings
from assistant.uploads import uploads_folder
from assistant.web.dropped_files import DroppedFiles
from assistant.wiring import open_writer
from index.status import read_status
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ask, served

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

HARBOUR = "Harbour\n\nThe new harbour of Port Kembla opens in May 2025. It costs twelve million euros."
BROKEN = "<img src=x onerror='window.pwned = 1'>.xyz"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(index=tmp_path / "index", embedder="fast")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """An article, one of no known format with a bad name, and an empty one."""
    folder = tmp_path / "mine"
    folder.mkdir()
    made = [folder / "harbour.txt", folder / BROKEN, folder / "empty.md"]
    for path, text in zip(made, (HARBOUR, "?", ""), strict=True):
        path.write_text(text, encoding="utf-8")
    return made


def test_dropped_files_become_an_index_and_the_chat_opens(
    settings: Settings, files: list[Path], open_page: OpenPage
) -> None:
    with served(None, "No index.", DroppedFiles(settings)) as url:
        page = open_page(url)
        expect(page.locator(".setup")).to_contain_text("drop articles here")
        expect(page.locator("#drop-zone")).to_be_visible()
        expect(page.locator("#question")).to_have_count(0)
        assert serious_faults(page) == []
        page.set_input_files("#drop input[type=file]", files)
        expect(page.locator("#drop-report .added")).to_have_text("1 article added", timeout=60_000)
        expect(page.locator("#drop-report .failure li")).to_have_count(2)
        expect(page.locator("#drop-report .failure")).to_contain_text("empty.md")
        expect(page.locator("#drop-report")).not_to_contain_text(
            str(settings.beside_index)
        )  # the server's own business
        expect(page.locator("#drop-zone")).to_have_count(0)
        expect(page.locator(".collection")).to_contain_text("1 article")
        assert page.evaluate("window.pwned") is None
        assert serious_faults(page) == []
        ask(page, "what does the harbour of Port Kembla cost?")
        expect(page.locator(".answer-text")).to_contain_text("twelve million euros")
        page.click(".citation-mark >> nth=0")
        expect(page.locator(".reader mark")).to_contain_text("twelve million euros")
        other = open_page(url)
        expect(other.locator(".collection")).to_contain_text("1 article")
        expect(other.locator("#question")).to_be_visible()
        assert httpx.get(f"{url}/api/v1/health/ready").json()["articles"] == 1
    assert read_status(settings.beside_index).articles == 1
    assert (uploads_folder(settings) / "harbour.txt").read_text(encoding="utf-8") == HARBOUR


def test_files_of_which_none_can_be_read_leave_the_page_as_it_is(
    settings: Settings, files: list[Path], open_page: OpenPage
) -> None:
    with served(None, "No index.", DroppedFiles(settings)) as url:
        page = open_page(url, locale="fr-FR")
        page.set_input_files("#drop input[type=file]", files[1:])
        expect(page.locator("#drop-report .added")).to_have_text("0 article ajouté", timeout=60_000)
        expect(page.locator("#drop-report .failure")).to_contain_text("Tout n’a pas pu être lu")
        expect(page.locator(".setup h1")).to_have_text("Il n’y a pas encore d’articles à interroger")
        page.set_input_files("#drop input[type=file]", files[:1])  # and the next ones are taken
        expect(page.locator(".collection")).to_contain_text("1 article", timeout=60_000)


def test_an_empty_index_takes_files_too(settings: Settings, files: list[Path], open_page: OpenPage) -> None:
    with open_writer(settings):
        pass
    dropped = DroppedFiles(settings)
    with served(dropped.open_engine(), None, dropped) as url:
        page = open_page(url)
        expect(page.locator(".setup h1")).to_have_text("The index holds no articles yet")
        page.set_input_files("#drop input[type=file]", files[:1])
        expect(page.locator(".collection")).to_contain_text("1 article", timeout=60_000)


def test_an_index_that_another_process_writes_is_said_to_be_busy(
    settings: Settings, files: list[Path], open_page: OpenPage
) -> None:
    hurried = settings.model_copy(update={"wait_seconds": 0.1})
    with served(None, "No index.", DroppedFiles(hurried)) as url, open_writer(settings):
        page = open_page(url)
        page.set_input_files("#drop input[type=file]", files[:1])
        expect(page.locator("#drop-report .failure")).to_contain_text("Another process is writing", timeout=60_000)
        expect(page.locator("#drop-zone")).to_be_visible()


def test_nobody_can_put_files_on_a_server_that_asks_for_none(settings: Settings) -> None:
    upload = {"files": ("a.txt", b"text")}
    with served(None, "No index.") as url:
        assert httpx.post(f"{url}/gradio_api/upload", files=upload).status_code == 403
    with open_writer(settings):
        pass
    dropped = DroppedFiles(settings)
    with served(dropped.open_engine(), None, dropped) as url:
        assert httpx.post(f"{url}/gradio_api/upload", files=upload).status_code == 200
        list(dropped.add([Path(__file__).parents[2] / "seeds" / "README.md"]))
        assert httpx.post(f"{url}/gradio_api/upload", files=upload).status_code == 403
