"""The login of the chat itself in a real browser, below a path: there and back, who is logged in, a quota, and out."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.protection.audit import AuditLog
from assistant.server.access import Access
from assistant.server.api.parts import ApiLimits
from assistant.server.app import create_app
from assistant.server.serve import listen, url_of
from assistant.settings import load_settings
from index.types import Article
from tests.assistant.identity.provider import CLIENT, CLIENT_SECRET, Provider, provided
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import LEAVING, ask, serving_on
from tests.fakes import WordEngine

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
ARTICLES = [
    Article("harbour", "Harbour", "The harbour of Brest opens in May.", "en"),
    Article("pay", "Salaries", "The salaries rise in May.", "en", groups=("staff",)),
]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provided() as running:
        yield running


@pytest.fixture
def url(provider: Provider, tmp_path: Path) -> Iterator[str]:
    bound = listen(port=0)
    address = url_of(bound)
    settings = load_settings(
        login="oidc",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=CLIENT_SECRET,
        public_url=address,
        rate_limit="2/day",
        audit_file=tmp_path / "audit.jsonl",
    )
    app = create_app(
        WordEngine(ARTICLES),
        api_limits=ApiLimits.of(settings),
        access=Access.of(settings, local=True, owned=True),
        audit=AuditLog.of(settings),
    )
    with serving_on(bound, app) as running:
        yield running


def test_somebody_logs_in_asks_as_often_as_allowed_and_logs_out(
    open_page: OpenPage, url: str, provider: Provider, tmp_path: Path
) -> None:
    page = open_page(url, wanted_errors=LEAVING)
    expect(page.locator(".account")).to_contain_text("Logged in as ada")
    expect(page.locator(".collection")).to_contain_text("2 articles")
    assert serious_faults(page) == []
    for number, question in enumerate(("What opens in May?", "What rises in May?"), 1):
        ask(page, question)
        expect(page.locator(".answer")).to_have_count(number)
    ask(page, "And what then?")
    expect(page.locator(".notice[role=alert]")).to_contain_text("Send the next question in")
    expect(page.locator("#question textarea")).to_have_value("And what then?")
    expect(page.locator(".answer")).to_have_count(2)
    lines = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert [(line["who"], line["surface"]) for line in lines] == [("ada", "chat")] * 2
    assert {"harbour", "pay"} == {article for line in lines for article in line["articles"]}
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("p").first).to_have_text("You are logged out.")
    page.wait_for_url(re.compile(r"/login/out\?state="))  # by way of the provider
    assert provider.left
    assert serious_faults(page) == []
    provider.user = {"sub": "grace", "groups": []}
    page.get_by_role("link", name="Log in").click()
    expect(page.locator(".account")).to_contain_text("Logged in as grace")
    expect(page.locator(".collection")).to_contain_text("1 article")


def test_a_login_that_fails_says_so_and_can_be_tried_again(open_page: OpenPage, url: str, provider: Provider) -> None:
    page = open_page(f"{url}/?language=en", wanted_errors=("403", *LEAVING))
    expect(page.locator(".account")).to_be_visible()
    assert page.url == f"{url}/?language=en"
    page.context.clear_cookies()
    provider.changed = {"nonce": "another"}
    page.goto(url)
    expect(page.locator("p").first).to_contain_text("The login did not succeed")
    assert serious_faults(page) == []
    provider.changed = {}
    page.get_by_role("link", name="Try again").click()
    expect(page.locator(".account")).to_contain_text("Logged in as ada")
