"""Who asks too often is told when to ask again; others go on, and so do owners."""

import httpx
import pytest

from assistant.errors import SettingsInvalid
from assistant.identity.asker import EVERYBODY, Asker
from assistant.protection.quota import counted_as
from assistant.server.api.parts import ApiLimits
from assistant.settings import load_settings
from index.types import Article
from tests.assistant.server.api.served import AskedBy, api_over
from tests.browser.conftest import serving
from tests.fakes import WordEngine

ENGINE = WordEngine([Article("a", "The quay", "The quay costs five pounds.", "en")])
ASKERS = {name: Asker(name, None, is_owner=name == "owner") for name in ("one", "two", "owner")}


def test_one_user_is_refused_and_another_is_not() -> None:
    app = api_over(ENGINE, limits=ApiLimits(rate="2/day"))
    app.add_middleware(AskedBy, askers=ASKERS)
    with serving(app) as url:

        def ask(asker: str, path: str = "/api/v1/ask") -> httpx.Response:
            messages = [{"role": "user", "content": "quay costs?"}]
            body = {"question": "quay costs?"} if path == "/api/v1/ask" else {"messages": messages}
            return httpx.post(url + path, json=body, headers={"x-asker": asker}, timeout=60)

        assert [ask("one").status_code for _ in range(2)] == [200, 200]
        refused = ask("one")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(refused.headers["retry-after"]) <= 86_400
        assert ask("one", "/v1/chat/completions").status_code == 429
        assert ask("two").status_code == 200
        assert [ask("owner").status_code for _ in range(4)] == [200] * 4
        assert httpx.get(f"{url}/api/v1/health/live", headers={"x-asker": "one"}, timeout=60).status_code == 200


def test_a_page_has_its_quota_beside_that_of_its_users() -> None:
    app = api_over(ENGINE, limits=ApiLimits(rate="10/day", page_rate="3/day"))
    app.add_middleware(AskedBy, askers=ASKERS)
    with serving(app) as url:

        def ask(asker: str, **headers: str) -> httpx.Response:
            body = {"question": "quay costs?"}
            return httpx.post(f"{url}/api/v1/ask", json=body, headers={"x-asker": asker} | headers, timeout=60)

        page = {"origin": "https://intranet.example.org"}
        assert [ask(asker, **page).status_code == 429 for asker in ("one", "two", "one", "two")] == [False] * 3 + [True]
        assert "by the users of this page" in ask("one", **page).json()["detail"]
        assert ask("two").status_code != 429
        assert ask("two", origin="https://other.example.org").status_code != 429
        own = {"origin": url}
        assert [ask("two", **own).status_code == 429 for _ in range(8)] == [False] * 7 + [True]


def test_addresses_of_one_host_are_counted_together() -> None:
    nobody = Asker(None, frozenset(), is_owner=False)
    assert counted_as(nobody, "2001:db8::1") == counted_as(nobody, "2001:db8::ffff:2")
    assert counted_as(nobody, "2001:db8::1") != counted_as(nobody, "2001:db8:0:1::1")
    assert counted_as(nobody, "192.0.2.1") != counted_as(nobody, "192.0.2.2")
    assert counted_as(nobody, "not an address") == counted_as(nobody, "")
    assert counted_as(ASKERS["one"], "192.0.2.1") != counted_as(EVERYBODY, "192.0.2.1")


@pytest.mark.parametrize("rate", ["120/minute", "1/second", "none"])
def test_a_rate_is_a_setting(rate: str) -> None:
    assert ApiLimits.of(load_settings(rate_limit=rate)).rate == rate


@pytest.mark.parametrize("rate", ["", "0/minute", "many", "5/fortnight", "5 per minute"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with pytest.raises(SettingsInvalid, match="rate_limit"):
        load_settings(rate_limit=rate)
