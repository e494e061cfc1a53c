"""Who asks, and who may embed, in a real browser: a proxy names users, and another site's page shows the chat."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.collection_keeper import CollectionKeeper
from assistant.keeping.keepsakes import Keepsakes
from assistant.server.access import Access
from assistant.settings import load_settings
from index.types import Article
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ask, served
from tests.fakes import WordEngine

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
HARBOUR = Article(
    "harbour", "Harbour", "The harbour of Brest opens in May.", "en", "2025-01-02", url="https://a.example/"
)
SALARIES = Article(
    "pay",
    "Salaries",
    "The salaries rise in May, said Jane Corbel.",
    "en",
    "2026-01-02",
    url="https://b.example/",
    groups=("staff",),
)
QUESTION = "What opens or rises in May?"


def headers(*groups: str) -> dict[str, str]:
    """What the proxy adds to the requests of a user in these groups."""
    return {"x-forwarded-user": "ada", "x-forwarded-groups": ",".join(groups)}


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    settings = load_settings(
        index=tmp_path / "index", login="header", trusted_proxies=("127.0.0.1",), owner_groups=("editors",)
    )
    access = Access.of(settings, local=True, owned=True)
    keeper, keepsakes = CollectionKeeper(settings), Keepsakes(tmp_path / "kept.sqlite")
    with served(WordEngine([HARBOUR, SALARIES]), keepsakes=keepsakes, collection=keeper, access=access) as address:
        yield address


def test_each_user_sees_only_what_is_theirs(open_page: OpenPage, url: str) -> None:
    page = open_page(url, extra_http_headers=headers())
    expect(page.locator(".collection")).to_contain_text("1 article · English 1 · January 2, 2025")
    ask(page, QUESTION)
    expect(page.locator(".source")).to_have_count(1)
    expect(page.locator(".source-title")).to_have_text("Harbour")
    staff = open_page(url, extra_http_headers=headers("staff"))
    expect(staff.locator(".collection")).to_contain_text("2 articles")
    ask(staff, QUESTION)
    expect(staff.locator(".source")).to_have_count(2)
    ask(page, "When do salaries rise?")
    expect(page.locator(".exchange")).to_have_count(2)
    expect(page.locator(".answer")).to_have_count(2)
    assert "Corbel" not in page.content()


def test_rights_that_are_taken_away_take_the_passages_out_of_the_conversation(open_page: OpenPage, url: str) -> None:
    page = open_page(url, extra_http_headers=headers("staff"))
    ask(page, QUESTION)
    expect(page.locator(".source")).to_have_count(2)
    assert "Corbel" in page.content()
    page.context.set_extra_http_headers(headers())
    page.locator(".source", has_text="Salaries").click()
    expect(page.locator(".reader-notice")).to_be_visible()
    ask(page, "And what opens?")
    expect(page.locator(".answer")).to_have_count(2)
    assert "Corbel" not in page.locator("#page").inner_html()
    with page.expect_download() as saved:
        page.locator("[data-save=json]").click()
    assert "Corbel" not in Path(saved.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".collection")).to_contain_text("1 article")
    expect(page.locator(".example", has_text="Corbel")).to_have_count(0)
    assert "Corbel" not in page.content()


def test_a_shared_link_shows_each_reader_what_is_theirs(open_page: OpenPage, url: str) -> None:
    page = open_page(url, extra_http_headers=headers("staff"))
    ask(page, QUESTION)
    page.get_by_role("button", name="Link", exact=True).click()
    link = page.get_by_role("textbox", name="Link to this answer").input_value()
    other = open_page(link, extra_http_headers=headers())
    expect(other.locator(".source")).to_have_count(1)
    assert "Corbel" not in other.content()
    assert "Salaries" not in other.content()
    colleague = open_page(link, extra_http_headers=headers("staff"))
    expect(colleague.locator(".source")).to_have_count(2)


def test_only_owners_open_the_collection_page_and_nobody_comes_without_a_name(
    open_page: OpenPage, browser: Browser, url: str
) -> None:
    owner = open_page(f"{url}/collection/", extra_http_headers=headers("editors"))
    expect(owner.locator("h1")).to_be_visible()
    for sent, path, told in (
        (headers("staff"), "/collection/", "This page is for those who look after the collection."),
        ({}, "/", "Nobody is logged in"),
    ):
        context = browser.new_context(locale="en-US", extra_http_headers=sent)
        page = context.new_page()
        page.goto(f"{url}{path}")
        expect(page.locator("p")).to_contain_text(told)
        assert serious_faults(page) == []
        context.close()


@contextmanager
def host_page(chat: str) -> Iterator[str]:
    """The origin of another site, whose page shows the chat in a frame."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(f'<!doctype html><title>Host</title><iframe title="Chat" src="{chat}"></iframe>'.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_listed_page_shows_the_chat_in_a_frame_and_no_other_does(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    engine = WordEngine([HARBOUR])
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    with served(engine, access=Access()) as address, host_page(address) as other:
        with caplog.at_level(logging.WARNING):
            page.goto(other)
            expect(page.locator("iframe")).to_be_visible()
        frame = next(each for each in page.frames if each is not page.main_frame)
        frame.wait_for_load_state()
        assert "harbour" not in frame.content().casefold()
        assert f"of {other}, is not among embed_origins" in caplog.text
        with served(engine, access=Access(embed_origins=(other,))) as open_address:
            page.evaluate("address => { document.querySelector('iframe').src = address }", open_address)
            inside = page.frame_locator("iframe")
            expect(inside.locator(".welcome h1")).to_be_visible()
            inside.locator("#question textarea").fill("What opens in May?")
            inside.locator("#question textarea").press("Enter")
            expect(inside.locator(".source-title")).to_have_text("Harbour")
    context.close()
