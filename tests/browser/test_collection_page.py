"""The page for owners in a real browser: articles are looked through, added, read again and removed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.answering import Assistant
from assistant.calibration import load_calibration
from assistant.collection_keeper import CollectionKeeper
from assistant.settings import Settings, load_settings
from assistant.uploads import uploads_folder
from assistant.wiring import open_writer, read_articles
from index.embedders.static import StaticEmbedder
from index.ingestion import ingest
from index.local_index import LocalIndex
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ask, served
from tests.command_line import write_articles

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An index of four articles in `tmp_path/articles`."""
    made = load_settings(index=tmp_path / "index", embedder="fast")
    _, articles = read_articles(made, [write_articles(tmp_path / "articles")])
    with open_writer(made) as writer:
        assert ingest(writer, articles).added == 4
    return made


@pytest.fixture
def url(settings: Settings) -> Iterator[str]:
    small = StaticEmbedder()
    engine = Assistant(LocalIndex.open(settings.beside_index, small), small, small, load_calibration())
    with served(engine, collection=CollectionKeeper(settings)) as address:
        yield address


def titles(page: Page) -> list[str]:
    return [row.strip() for row in page.locator("#collection-articles tbody tr td:first-of-type").all_inner_texts()]


def expect_listed(page: Page, number: int, total: int) -> None:
    expect(page.locator("#collection-status")).to_contain_text(f"{number} of {total} articles are shown")


def chosen(page: Page) -> list[str]:
    return page.locator("#collection-chosen .token > span").all_inner_texts()


def choose(page: Page, field: str, label: str) -> None:
    page.locator(f"#collection-{field} input").click()
    page.get_by_role("option", name=label).click()
    page.keyboard.press("Escape")


def test_the_articles_are_listed_searched_and_narrowed(open_page: OpenPage, url: str) -> None:
    page = open_page(f"{url}/collection")
    expect_listed(page, 4, 4)
    expect(page.locator("#collection-articles")).to_contain_text("Un nouveau quai")
    assert serious_faults(page) == []
    page.get_by_label("Search titles and names").fill("QUAI nouveau")
    expect_listed(page, 1, 1)
    expect(page.locator("#collection-articles")).not_to_contain_text("library")
    page.get_by_label("Search titles and names").fill("")
    expect_listed(page, 4, 4)
    choose(page, "language", "French")
    expect_listed(page, 2, 2)
    page.get_by_label("From (YYYY-MM-DD)").fill("2024-03-02")
    expect_listed(page, 1, 1)
    page.get_by_label("From (YYYY-MM-DD)").fill("yesterday")
    expect(page.locator("#collection-status [role=alert]")).to_contain_text("'yesterday', and that is no date")


def test_dropped_files_are_added_kept_and_can_be_asked_about_and_failures_are_told(
    open_page: OpenPage, url: str, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry\n\nThe ferry to Oban leaves at six. It costs nine pounds.\n")
    (tmp_path / "empty.txt").write_text(" \n")
    page = open_page(f"{url}/collection")
    expect_listed(page, 4, 4)
    page.locator("#collection-drop input[type=file]").set_input_files([tmp_path / "ferry.txt", tmp_path / "empty.txt"])
    expect(page.locator("#collection-report")).to_contain_text("1 added, 0 changed, 0 unchanged, 1 not read.")
    expect(page.locator("#collection-report .failure li")).to_contain_text(["empty.txt"])
    expect_listed(page, 5, 5)
    expect(page.locator("#collection-changes")).to_contain_text("The ferry")
    assert serious_faults(page) == []
    assert (uploads_folder(settings) / "ferry.txt").is_file()
    chat = open_page(url)
    ask(chat, "when does the ferry to Oban leave?")
    expect(chat.locator(".source-title").first).to_have_text("The ferry")


def test_an_article_is_removed_only_after_a_second_yes_and_then_is_found_no_more(
    open_page: OpenPage, url: str, settings: Settings
) -> None:
    page = open_page(f"{url}/collection")
    expect_listed(page, 4, 4)
    remove = page.get_by_role("button", name="Remove", exact=True)
    remove.click()
    expect(page.locator("#collection-report [role=alert]")).to_have_text("Choose at least one article first.")
    choose(page, "chosen", "en/library.txt")
    remove.click()
    page.get_by_role("button", name="Keep them").click()
    expect(page.get_by_role("button", name="Yes, remove for good")).to_be_hidden()
    expect_listed(page, 4, 4)
    remove.click()
    page.get_by_role("button", name="Yes, remove for good").click()
    expect(page.locator("#collection-report")).to_contain_text("Removed: en/library.txt")
    expect(page.locator("#collection-report")).to_contain_text("These files stay where they are")
    expect_listed(page, 3, 3)
    expect(page.locator("#collection-changes")).to_contain_text("removed")
    assert {each.id for each in CollectionKeeper(settings).listed().articles} == {
        "fr/quai.md",
        "fr/pont.txt",
        "en/night bus.txt",
    }


def test_files_are_read_again_under_their_ids(
    open_page: OpenPage, url: str, settings: Settings, tmp_path: Path
) -> None:
    page = open_page(f"{url}/collection")
    expect_listed(page, 4, 4)
    (tmp_path / "articles/en/library.txt").write_text("The library is closed\n\nThe library of Ashby is closed now.\n")
    (tmp_path / "articles/fr/pont.txt").unlink()
    choose(page, "chosen", "en/library.txt")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator("#collection-report")).to_contain_text("0 added, 1 changed, 0 unchanged, 0 not read.")
    expect(page.locator("#collection-articles")).to_contain_text("The library is closed")
    page.get_by_role("button", name="Read all files again").click()
    expect(page.locator("#collection-report")).to_contain_text("0 added, 0 changed, 3 unchanged, 1 not read.")
    expect(page.locator("#collection-report .failure")).to_contain_text("pont.txt: The file is no longer there")
    expect_listed(page, 4, 4)
    changes = CollectionKeeper(settings).changes()
    assert [(each.kind, each.article) for each in changes[:1]] == [("replaced", "en/library.txt")]


def test_a_click_on_a_line_chooses_it(open_page: OpenPage, url: str) -> None:
    page = open_page(f"{url}/collection")
    expect_listed(page, 4, 4)
    page.locator("#collection-articles").get_by_text("The night bus").first.click()
    expect(page.locator("#collection-chosen")).to_contain_text("en/night bus.txt")


def test_articles_full_of_html_stay_text(open_page: OpenPage, url: str, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)> **b** [l](javascript:alert(1))"
    (tmp_path / "hostile.txt").write_text(f"{hostile}\n\nText about {hostile}.\n")
    page = open_page(f"{url}/collection", locale="fr-FR")
    expect(page.locator("#collection-status")).to_contain_text("4 articles affichés sur 4")
    page.locator("#collection-drop input[type=file]").set_input_files(tmp_path / "hostile.txt")
    expect(page.locator("#collection-report")).to_contain_text("1 ajoutés")
    expect(page.locator("#collection-articles")).to_contain_text(hostile)
    expect(page.locator("#collection-articles :is(img, strong, a)")).to_have_count(0)
    expect(page.locator("#collection-changes :is(img, strong, a)")).to_have_count(0)


def test_without_an_index_files_make_one_and_open_the_chat(open_page: OpenPage, tmp_path: Path) -> None:
    settings = load_settings(index=tmp_path / "index", embedder="fast")
    (tmp_path / "ferry.txt").write_text("The ferry\n\nThe ferry to Oban leaves at six.\n")
    with served(None, collection=CollectionKeeper(settings)) as url:
        page = open_page(f"{url}/collection")
        expect(page.locator("#collection-status")).to_contain_text("There are no articles yet")
        page.locator("#collection-drop input[type=file]").set_input_files(tmp_path / "ferry.txt")
        expect(page.locator("#collection-report")).to_contain_text("1 added")
        expect_listed(page, 1, 1)
        chat = open_page(url)
        ask(chat, "when does the ferry to Oban leave?")
        expect(chat.locator(".source-title").first).to_have_text("The ferry")


def test_it_is_there_only_where_it_is_switched_on(open_page: OpenPage) -> None:
    with served(None) as url:
        page = open_page(url)
        found = page.request.get(f"{url}/collection")
        assert not re.search("collection-articles", found.text())
        assert page.request.get(f"{url}/collection/config").status == 404
