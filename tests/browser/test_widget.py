"""The widget on a page of another site, as owners set it up: nginx with TLS in front, a sub-path, a page with a strict
policy, and a browser that blocks third-party cookies."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Page, Playwright, expect

from assistant.server.access import Access
from assistant.server.app import create_app
from assistant.settings import load_settings
from index.types import Article
from tests.assistant.identity.keys import AUDIENCE, SECRET, token
from tests.browser.accessibility import serious_faults
from tests.browser.behind_nginx import Site, free_port, nginx
from tests.browser.conftest import launched, serving
from tests.fakes import WordEngine

pytestmark = pytest.mark.browser

SENTENCE = "The harbour of Brest opens in May."
HARBOUR = Article("harbour", "Harbour", SENTENCE + " Boats come from Spain in June." + "\n\nAnd so on. " * 60, "en")
SALARIES = Article("pay", "Salaries", "The salaries rise in May, said Jane Corbel.", "en", groups=("staff",))
QUESTION = "What opens or rises in May?"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HELP, STAFF = "/help/assistant", "/staff"  # where nginx has the chat without a login, and the one with tokens

LISTEN = """
window.seen = [];
window.addEventListener("article-assistant-ready", ({ detail: widget }) => {
  for (const name of ["open", "close", "answer", "citation", "error"]) {
    widget.addEventListener(name, (event) => {
      window.seen.push([name, event.detail]);
      if (name === "citation" && document.documentElement.dataset.opens) event.preventDefault();
    });
  }
});
"""


def host_page(assistant: str, attributes: str = "", *, opens: bool = False) -> tuple[str, str]:
    return "text/html", (
        f'<!doctype html><html lang="en"{" data-opens=yes" if opens else ""}><head><title>Intranet</title>'
        '<meta name="viewport" content="width=device-width"><script src="/listen.js"></script></head>'
        f'<body><main><h1>Intranet</h1><p><a href="/a">News</a></p></main><script src="{assistant}/widget.js"'
        f" {attributes}></script></body></html>"
    )


@dataclass(frozen=True, slots=True)
class World:
    """`intranet` is listed, `evil` is not; `engine` answers the chat without a login."""

    intranet: str
    evil: str
    assistant: str
    engine: WordEngine


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    intranet, evil, assistant = (f"https://{name}.test:{port}" for name in ("intranet", "evil", "assistant"))
    silent_too = intranet.replace("intranet", "listed")
    engine = WordEngine([replace(HARBOUR, url=f"{intranet}/a")])
    given = {"login": "token", "token_secret": SECRET, "token_audience": AUDIENCE, "embed_origins": intranet}
    tokens = Access.of(load_settings(index=folder / "index", **given), local=True, owned=False)
    policy = (
        f"default-src 'self'; script-src 'self' {assistant}; frame-src {assistant}; style-src 'self';"
        " object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'"
    )
    pages = {
        "/listen.js": ("text/javascript", LISTEN),
        "/a": ("text/html", "<!doctype html><title>Harbour</title><p>The harbour of Brest opens in May.</p>"),
        "/": host_page(assistant + HELP),
        "/french": host_page(assistant + HELP, "data-language=fr data-theme=dark data-position=left data-title=Aide"),
        "/opens": host_page(assistant + HELP, opens=True),
        "/host": host_page(assistant + HELP, "data-citations=host"),
        "/question": host_page(assistant + HELP, 'data-question="What opens in May?"'),
        "/staff": host_page(assistant + STAFF),
    }
    silent = {"Referrer-Policy": "no-referrer"}  # then no server is told which page asks for a script
    with ExitStack() as stack:
        first = stack.enter_context(
            serving(create_app(engine, access=Access(embed_origins=(intranet, silent_too)), root_path=HELP))
        )
        second = stack.enter_context(
            serving(create_app(WordEngine([HARBOUR, SALARIES]), access=tokens, root_path=STAFF))
        )
        sites = [
            Site("intranet.test", pages, headers={"Content-Security-Policy": policy}),
            Site("quiet.test", {"/": pages["/"]}, headers=silent),
            Site("listed.test", pages, headers=silent | {"Content-Security-Policy": policy}),
            Site("evil.test", {"/": pages["/"], "/listen.js": pages["/listen.js"]}),
            # To the first server nginx hands its path on, for the second it takes it off.
            Site("assistant.test", proxied={f"{HELP}/": first, f"{STAFF}/": f"{second}/"}),
        ]
        stack.enter_context(nginx(sites, folder, port))
        yield World(intranet, evil, assistant, engine)


@pytest.fixture(scope="module")
def mapped(playwright: Playwright) -> Iterator[Browser]:
    """A browser for which the made-up names are this machine."""
    with launched(playwright, "--host-resolver-rules=MAP *.test 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def visit(mapped: Browser) -> Iterator[Callable[..., Page]]:
    """`visit(address, **context)`; after the test, no page may have met an error, or broken a policy but that of who
    may show the chat in a frame."""
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def visit_one(address: str, **context: Any) -> Page:
        contexts.append(
            mapped.new_context(
                **{"ignore_https_errors": True, "locale": "en-US", "reduced_motion": "reduce", **context}
            )
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Policy" in line.text else None)
        page.goto(address)
        return page

    yield visit_one
    for each in contexts:
        each.close()
    assert [each for each in wrong if "frame-ancestors" not in each] == []


def launcher(page: Page) -> Any:
    return page.locator("article-assistant .launcher")


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("article-assistant iframe")


def frame_of(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/embed/" in frame.url)


def opened(page: Page) -> FrameLocator:
    """The chat inside, when it is there and has the focus."""
    launcher(page).click()
    expect(chat(page).locator("#question textarea")).to_be_focused()
    return chat(page)


def ask(inside: FrameLocator, question: str) -> None:
    inside.locator("#question textarea").fill(question)
    inside.locator("#question textarea").press("Enter")


def answered(page: Page, count: int = 1) -> FrameLocator:
    """The chat inside, when it has told of so many answers, and the panel has the height that it needs for them: it
    grows upwards, and what is in it moves with it."""
    page.wait_for_function("count => window.seen.filter(each => each[0] === 'answer').length === count", arg=count)
    page.wait_for_function(
        "() => { const now = window.ArticleAssistant.shadowRoot.querySelector('dialog').offsetHeight;"
        " const before = window.before; window.before = now; return now === before; }",
        polling=200,
    )
    return chat(page)


def seen(page: Page, name: str) -> list[Any]:
    found: list[Any] = page.evaluate("name => window.seen.filter(each => each[0] === name).map(each => each[1])", name)
    return found


def test_ask_read_the_cited_sentence_and_follow_up_on_a_page_with_a_strict_policy(
    world: World, visit: Callable[..., Page]
) -> None:
    page = visit(world.intranet)
    expect(launcher(page)).to_have_text("Ask the articles")
    assert len(page.frames) == 1, "the frame is loaded only when the widget is opened"
    inside = opened(page)
    expect(inside.locator(".welcome h1")).to_be_visible()
    panel = page.locator("article-assistant dialog")
    at_first = panel.bounding_box()
    assert serious_faults(page) + serious_faults(frame_of(page)) == []
    ask(inside, "What opens in May?")
    answered(page).locator(".citation-mark").first.click()
    expect(inside.locator(".reader mark")).to_have_text(SENTENCE)
    page.wait_for_function("window.seen.some(each => each[0] === 'citation')")
    expect(panel).to_have_js_property("offsetHeight", 720 - 112)  # as high as it may be, for reading
    assert serious_faults(frame_of(page)) == []
    assert at_first is not None
    assert at_first["height"] < 720 - 112
    (answer,) = seen(page, "answer")
    assert answer["question"] == "What opens in May?"
    assert answer["citations"][0]["quote"] == SENTENCE
    inside.locator(".reader-close").click()
    ask(inside, "And boats?")
    expect(inside.locator(".answer")).to_have_count(2)
    assert [turn.question for turn in world.engine.asked[-1][1]] == ["What opens in May?"]
    page.set_viewport_size({"width": 800, "height": 500})
    expect(panel).to_have_js_property("offsetHeight", 500 - 112)
    page.locator("article-assistant").get_by_role("button", name="New conversation").click()
    expect(inside.locator(".welcome h1")).to_be_visible()


def test_a_listed_page_that_keeps_its_address_from_servers_shows_it(world: World, visit: Callable[..., Page]) -> None:
    page = visit(f"{world.intranet.replace('intranet', 'listed')}/french")
    launcher(page).click()
    expect(chat(page).locator(".welcome h1")).to_have_text("Que voulez-vous savoir ?")


def test_third_party_cookies_are_really_blocked_here(world: World, visit: Callable[..., Page]) -> None:
    page = visit(world.intranet)
    opened(page)
    kept = frame_of(page).evaluate(
        "() => { document.cookie = 'third=1; SameSite=None; Secure';"
        " document.cookie = 'partitioned=1; SameSite=None; Secure; Partitioned'; return document.cookie; }"
    )
    assert kept == "partitioned=1"


def test_by_keyboard_alone(world: World, visit: Callable[..., Page]) -> None:
    page = visit(world.intranet)
    expect(launcher(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    inside = chat(page)
    expect(inside.locator("#question textarea")).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("What opens in May?")
    page.keyboard.press("Enter")
    expect(inside.locator(".source")).to_have_count(2)
    inside.locator(".citation-mark").first.focus()
    page.keyboard.press("Enter")
    expect(inside.locator(".reader mark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(inside.locator(".citation-mark").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("article-assistant dialog")).not_to_be_visible()
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(inside.locator("#question textarea")).to_be_focused()
    expect(inside.locator(".answer")).to_have_count(1)  # the conversation is still there
    assert [name for name, _ in page.evaluate("window.seen")] == ["open", "answer", "citation", "close", "open"]


def test_on_a_phone_it_fills_the_screen_dark_and_in_french(world: World, visit: Callable[..., Page]) -> None:
    page = visit(f"{world.intranet}/french", **PHONE)
    expect(launcher(page)).to_have_text("Aide")
    assert serious_faults(page) == []
    launcher(page).tap()
    inside = chat(page)
    expect(inside.locator(".welcome h1")).to_have_text("Que voulez-vous savoir ?")
    panel = page.get_by_role("dialog", name="Aide")
    assert panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert panel.evaluate("panel => panel.matches(':modal')")
    frame = frame_of(page)
    assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 23, 21)"
    inside.locator("#question textarea").fill("What opens in May?")
    inside.locator("#question .submit-button").tap()
    answered(page)
    assert serious_faults(page) + serious_faults(frame) == []
    inside.locator(".source").first.tap()
    expect(inside.locator(".reader mark")).to_have_text(SENTENCE)
    page.evaluate("document.querySelector('article-assistant').dataset.theme = 'light'")
    expect(inside.locator("body")).to_have_css("background-color", "rgb(251, 250, 248)")
    page.locator("article-assistant").get_by_role("button", name="Fermer").tap()
    expect(panel).not_to_be_visible()


def test_a_citation_opens_in_the_host_page(world: World, visit: Callable[..., Page]) -> None:
    page = visit(f"{world.intranet}/host")
    inside = opened(page)
    ask(inside, "What opens in May?")
    answered(page)
    with page.expect_popup() as popped:
        inside.locator(".citation-mark").first.click()
    expect(popped.value).to_have_url(f"{world.intranet}/a")  # the browser keeps the fragment to itself
    (cited,) = seen(page, "citation")
    assert cited["address"] == f"{world.intranet}/a#:~:text=The%20harbour%20of%20Brest%20opens%20in%20May."
    expect(inside.locator("body")).not_to_have_attribute("data-reading", "")


def test_a_page_that_cancels_a_citation_does_with_it_what_it_likes(world: World, visit: Callable[..., Page]) -> None:
    page = visit(f"{world.intranet}/opens")
    page.evaluate("ArticleAssistant.ask('What opens in May?')")
    inside = answered(page)
    inside.locator(".source").nth(1).click()
    page.wait_for_function("window.seen.some(each => each[0] === 'citation')")
    assert seen(page, "citation")[0]["article"] == "harbour"
    expect(inside.locator("body")).not_to_have_attribute("data-reading", "")
    assert [name for name, _ in page.evaluate("window.seen")] == ["open", "answer", "citation"]
    page.evaluate("ArticleAssistant.toggle()")
    expect(page.locator("article-assistant dialog")).not_to_be_visible()


def test_the_opening_question_is_asked_once(world: World, visit: Callable[..., Page]) -> None:
    page = visit(f"{world.intranet}/question")
    inside = opened(page)
    expect(inside.locator(".question-text")).to_have_text("What opens in May?")
    expect(inside.locator(".answer")).to_be_visible()
    page.evaluate("ArticleAssistant.close()")
    page.evaluate("ArticleAssistant.open()")
    expect(inside.locator("#question textarea")).to_be_focused()
    expect(inside.locator(".exchange")).to_have_count(1)


def test_a_token_of_the_host_page_logs_in_and_is_renewed(world: World, visit: Callable[..., Page]) -> None:
    page = visit(f"{world.intranet}/staff")
    page.evaluate(
        "given => { window.given = 0; ArticleAssistant.setToken(async () => (window.given++, given)); }", token()
    )
    inside = opened(page)
    ask(inside, QUESTION)
    expect(inside.locator(".source-title")).to_have_text(["Harbour", "Salaries"])
    (cookie,) = page.context.cookies(world.assistant + STAFF)
    assert cookie["httpOnly"]
    assert cookie.get("partitionKey"), "the cookie belongs to this page's site alone"
    page.context.clear_cookies()  # as when it has expired
    ask(inside, "What rises in May?")
    expect(inside.locator(".answer")).to_have_count(2)
    assert page.evaluate("window.given") == 2
    page.evaluate("ArticleAssistant.setToken(null)")
    told = page.locator("article-assistant").get_by_role("alert")
    expect(told).to_contain_text("The assistant does not know who you are")
    assert page.context.cookies(world.assistant + STAFF) == []
    assert seen(page, "error")[-1]["code"] == "login"


def test_the_cookie_of_an_earlier_user_opens_nothing(world: World, visit: Callable[..., Page]) -> None:
    page = visit(f"{world.intranet}/staff")
    page.evaluate("given => ArticleAssistant.setToken(given)", token())
    ask(opened(page), QUESTION)
    expect(chat(page).locator(".source")).to_have_count(2)
    page.reload()
    page.evaluate("given => ArticleAssistant.setToken(given)", token(exp=time.time() - 3600))
    launcher(page).click()
    told = page.locator("article-assistant").get_by_role("alert")
    expect(told).to_contain_text("The assistant does not know who you are")
    assert serious_faults(page) == []
    page.evaluate("given => ArticleAssistant.setToken(given)", token(sub="grace", groups=[]))
    expect(chat(page).locator(".collection")).to_contain_text("1 article")
    ask(chat(page), QUESTION)
    expect(chat(page).locator(".source-title")).to_have_text(["Harbour", "Harbour"])


def test_on_a_page_that_is_not_listed_there_is_nothing_and_the_log_says_why(
    world: World, visit: Callable[..., Page], caplog: pytest.LogCaptureFixture
) -> None:
    quiet = world.evil.replace("evil", "quiet")
    for origin in (world.evil, quiet):  # the second page hides from servers where requests come from
        with caplog.at_level(logging.WARNING):
            page = visit(origin)
            page.wait_for_load_state("networkidle")
        assert page.locator("article-assistant").count() == 0
        assert len(page.frames) == 1
        told = [record.getMessage() for record in caplog.records]
        assert (
            f"Refused '/widget.js': the page that loads the widget, of '{origin}', is not among embed_origins" in told
        )
    page.evaluate(
        "address => document.body.append(Object.assign(document.createElement('iframe'), { src: address }))",
        f"{world.assistant}{HELP}/embed/?host={world.intranet}",  # a lie
    )
    page.wait_for_function("frames.length === 1")
    page.wait_for_load_state("networkidle")
    expect(page.frame_locator("iframe").locator(".page")).to_have_count(0)


def test_messages_of_others_change_nothing(world: World, visit: Callable[..., Page]) -> None:
    page = visit(world.intranet)
    inside = opened(page)
    forged = "{ articleAssistant: 1, type: 'answer', answer: { question: 'forged' } }"
    page.evaluate(f"window.postMessage({forged}, '*')")  # of the page itself: another source
    asking = "{ articleAssistant: 1, type: 'ask', question: 'forged?' }"
    frame = frame_of(page)
    frame.evaluate(f"window.postMessage({asking}, '*')")  # in the frame, of the frame itself
    other = f"{{ data: {asking}, source: parent, origin: 'https://evil.test' }}"
    frame.evaluate(f"window.dispatchEvent(new MessageEvent('message', {other}))")
    page.evaluate(
        f"window.dispatchEvent(new MessageEvent('message', {{ data: {forged}, origin: 'https://evil.test',"
        " source: document.querySelector('article-assistant').shadowRoot.querySelector('iframe').contentWindow }))"
    )
    ask(inside, "What opens in May?")
    expect(inside.locator(".answer")).to_be_visible()
    page.wait_for_function("window.seen.some(each => each[0] === 'answer')")
    assert [answer["question"] for answer in seen(page, "answer")] == ["What opens in May?"]
    assert all(asked != "forged?" for asked, _ in world.engine.asked)
