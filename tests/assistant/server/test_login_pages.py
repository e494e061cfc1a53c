"""People log in at an OpenID provider, and nothing that is wrong about the way there and back lets anybody in."""

import base64
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import SettingsInvalid
from assistant.identity.of_request import asker_of
from assistant.server.access import Access, guard
from assistant.server.serve import listen, url_of
from assistant.settings import load_settings
from tests.assistant.identity.keys import AUDIENCE, SECRET, token
from tests.assistant.identity.provider import CLIENT, CLIENT_SECRET, Provider, provided
from tests.browser.conftest import serving_on

HTML = {"accept": "text/html"}


class BelowPath:
    """What nginx does with `location /kb/ { proxy_pass http://…/; }`: the path is taken off before it is passed on."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith(f"{self._path}/")
            path = scope["path"].removeprefix(self._path)
            scope = dict(scope) | {"path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)


def guarded(**given: Any) -> FastAPI:
    """The gates and the pages of the login around one path that tells who asks."""
    app = FastAPI()
    guard(app, Access.of(load_settings(**given), local=True, owned=True), ("/collection",))

    @app.get("/{path:path}")
    def seen(request: Request) -> dict[str, Any]:
        asker = asker_of(request)
        groups = None if asker.groups is None else sorted(asker.groups)
        return {"name": asker.name, "groups": groups, "owner": asker.is_owner, "query": request.url.query}

    return app


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provided() as running:
        yield running


Start = Callable[..., str]


@pytest.fixture
def start(provider: Provider) -> Iterator[Start]:
    """Starts the chat's server with settings beside those of the login; its address, as browsers see it."""
    with ExitStack() as stack:

        def started(path: str = "", **given: Any) -> str:
            bound = listen(port=0)
            address = url_of(bound) + path
            oidc = {"login": "oidc", "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "public_url": address}
            secret = {} if "oidc_client_secret_file" in given else {"oidc_client_secret": CLIENT_SECRET}
            app = guarded(**{**oidc, **secret, **given})
            stack.enter_context(serving_on(bound, BelowPath(app, path) if path else app))
            return address

        yield started


def browser() -> httpx.Client:
    return httpx.Client(headers=HTML, follow_redirects=True, timeout=60, verify=False)  # nothing here is https


def steps_to_the_way_back(client: httpx.Client, address: str) -> httpx.URL:
    """Goes to the provider as a browser does; the address that it sends the browser back to, not yet opened."""
    begun = client.get(f"{address}/", follow_redirects=False)
    assert begun.status_code == 303
    there = client.get(begun.headers["location"], follow_redirects=False)
    assert there.status_code == 302
    back = client.get(there.headers["location"], follow_redirects=False)
    return httpx.URL(back.headers["location"])


def refused(client: httpx.Client, address: str, way_back: httpx.URL | str | None = None) -> None:
    """The way back, or all of it, lets nobody in."""
    answer = client.get(way_back) if way_back else client.get(f"{address}/")
    assert answer.status_code == 403, answer.text
    assert "The login did not succeed" in answer.text
    assert client.get(f"{address}/x", headers={"accept": "*/*"}).status_code == 401


@pytest.mark.parametrize("path", ["", "/kb/chat"])
def test_somebody_logs_in_is_known_and_logs_out(start: Start, provider: Provider, path: str) -> None:
    address = start(path)
    with browser() as client:
        came = client.get(f"{address}/a%C3%A4/b?answer=1&x=%2F")
        assert came.json() == {"name": "ada", "groups": ["staff"], "owner": False, "query": "answer=1&x=%2F"}
        assert str(came.url) == f"{address}/a%C3%A4/b?answer=1&x=%2F"
        cookie = next(each for each in client.cookies.jar if each.name == "assistant_session")
        assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == (f"{path}/", True)
        assert "ada" not in str(cookie.value)
        assert client.get(f"{address}/collection").status_code == 403
        copied = {"cookie": f"assistant_session={cookie.value}"}
        assert httpx.get(f"{address}/", headers=copied).json()["name"] == "ada"
        elsewhere = client.post(f"{address}/login/out", headers={"origin": "https://evil.example"})
        assert elsewhere.status_code == 403
        left = client.post(f"{address}/login/out")
        assert "You are logged out" in left.text
        assert f"{provider.issuer}/leave?" in left.text
        # the copy of the cookie is worth nothing either
        assert httpx.get(f"{address}/", headers=copied).status_code == 401
    link = left.text.partition('content="0; url=')[2].partition('"')[0].replace("&amp;", "&")
    assert "You are logged out" in httpx.get(link, headers=HTML, follow_redirects=True).text
    assert provider.left[0]["post_logout_redirect_uri"] == f"{address}/login/out"
    assert provider.left[0]["id_token_hint"] in provider.tokens


def test_the_request_to_the_provider_has_a_proof_key_a_state_and_a_nonce(start: Start) -> None:
    address = start(oidc_scopes="openid profile groups")
    with browser() as client:
        seen = []
        for _ in range(2):
            there = client.get(client.get(f"{address}/login/begin", follow_redirects=False).headers["location"])
            seen.append({k: v[0] for k, v in parse_qs(urlsplit(str(there.history[0].url)).query).items()})
    assert seen[0]["scope"] == "openid profile groups"
    assert seen[0]["redirect_uri"] == f"{address}/login/back"
    for name in ("state", "nonce", "code_challenge"):
        assert len(seen[0][name]) >= 20
        assert seen[0][name] != seen[1][name]


def test_owners_are_told_by_a_group_and_names_by_the_claim_that_is_set(start: Start, provider: Provider) -> None:
    address = start(owner_groups="editors", oidc_name_claim="email", oidc_groups_claim="roles")
    provider.user |= {"email": "ada@example.org", "roles": ["editors", "law"]}
    with browser() as client:
        found = client.get(f"{address}/collection").json()
    assert found == {"name": "ada@example.org", "groups": None, "owner": True, "query": ""}


def test_what_the_id_token_lacks_is_asked_of_the_userinfo_endpoint_and_only_of_the_same_user(
    start: Start, provider: Provider
) -> None:
    address = start()
    provider.changed = {"groups": None}
    provider.userinfo = {"groups": ["law"]}
    with browser() as client:
        assert client.get(f"{address}/").json()["groups"] == ["law"]
    provider.userinfo = {"groups": ["law"], "sub": "grace"}
    with browser() as client:
        refused(client, address)


WRONG: tuple[dict[str, Any], ...] = (
    {"nonce": "another"},
    {"nonce": None},
    {"iss": "https://other.example.org"},
    {"iss": None},
    {"aud": "another-client"},
    {"aud": ["another-client"], "azp": CLIENT},
    {"aud": None},
    {"azp": "another-client"},
    {"exp": time.time() - 3600},
    {"exp": None},
    {"iat": time.time() + 3600},
    {"sub": None},
    {"sub": "a\nb"},
    {"groups": {"staff": True}},
)


def test_an_id_token_with_other_claims_lets_nobody_in(start: Start, provider: Provider) -> None:
    address = start()
    for wrong in WRONG:
        provider.changed = wrong
        with browser() as client:
            refused(client, address)
    provider.changed = {}
    with browser() as client:
        assert client.get(f"{address}/").json()["name"] == "ada"


def test_an_id_token_that_the_providers_key_did_not_sign_lets_nobody_in(start: Start, provider: Provider) -> None:
    """Though the provider says that it signs with HS256 or not at all, too."""
    address = start()
    for algorithm, key in (("none", 1), ("HS256", 1), ("RS256", 2)):
        provider.algorithm, provider.signed_by = algorithm, key
        with browser() as client:
            refused(client, address)
    provider.published = (1, 2)  # keys are exchanged without a restart
    with browser() as client:
        assert client.get(f"{address}/").json()["name"] == "ada"


def test_no_id_token_at_all_lets_nobody_in(start: Start, provider: Provider) -> None:
    address = start()
    provider.leaves_out_id_token = True
    with browser() as client:
        refused(client, address)


def test_another_state_or_none_lets_nobody_in(start: Start) -> None:
    address = start()
    for change in ({"state": "another"}, {"state": ""}, {"iss": "https://other.example.org"}, {"code": "another"}):
        with browser() as client:
            refused(client, address, steps_to_the_way_back(client, address).copy_merge_params(change))


def test_a_way_back_that_another_browser_began_lets_nobody_in(start: Start) -> None:
    address = start()
    with browser() as attacker, browser() as victim:
        way_back = steps_to_the_way_back(attacker, address)
        refused(victim, address, way_back)
        steps_to_the_way_back(victim, address)
        refused(victim, address, way_back)


def test_a_code_is_taken_once(start: Start, provider: Provider) -> None:
    address = start()
    with browser() as client:
        way_back = steps_to_the_way_back(client, address)
        before = dict(client.cookies)
        assert client.get(way_back).json()["name"] == "ada"
        client.cookies.clear()
        refused(client, address, way_back)
        # with the cookies of then, as a thief of both would have them
        again = httpx.get(way_back, headers=HTML | {"cookie": "; ".join(f"{k}={v}" for k, v in before.items())})
        assert again.status_code == 403
    assert provider.refusals == ["invalid_grant"]


def test_a_cookie_that_is_made_up_or_changed_is_worth_nothing(start: Start) -> None:
    address = start()
    with browser() as client:
        client.get(f"{address}/")
        value = client.cookies["assistant_session"]
    number, _, signature = value.rpartition(".")
    for forged in (number, f"{number}.", f"{number}x.{signature}", f"{number}.{signature[:-2]}AA", "", "ada", "ä"):
        answer = httpx.get(f"{address}/", headers={b"cookie": f"assistant_session={forged}".encode()})
        assert answer.status_code == 401, forged


def test_nobody_is_sent_elsewhere_after_the_login(start: Start) -> None:
    address = start()
    for wanted in ("https://evil.example", "//evil.example", "/\\evil.example", "/login/out", "/a\r\nb"):
        with browser() as client:
            came = client.get(f"{address}/login/begin", params={"to": wanted})
            assert str(came.url) == f"{address}/", wanted


def test_programs_and_frames_are_told_and_not_sent_to_the_provider(start: Start) -> None:
    address = start()
    told = httpx.get(f"{address}/api/v1/search?q=x", headers=HTML)
    assert (told.status_code, told.json()["code"]) == (401, "login_needed")
    assert httpx.post(f"{address}/gradio_api/queue/join", headers=HTML).status_code == 401
    framed = httpx.get(f"{address}/a", headers=HTML | {"sec-fetch-dest": "iframe"})
    assert framed.status_code == 401
    assert f'href="{address}/login/begin?to=/a" target="_top"' in framed.text
    assert "script" not in framed.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in framed.headers["content-security-policy"]


def test_tokens_are_taken_beside_it_where_they_are_set(start: Start) -> None:
    address = start(token_audience=AUDIENCE, token_secret=SECRET)
    sent = {"authorization": f"Bearer {token(sub='program')}"}
    assert httpx.get(f"{address}/", headers=sent).json()["name"] == "program"
    assert httpx.get(f"{address}/", headers={"authorization": "Bearer x"}).status_code == 401
    with browser() as client:
        assert client.get(f"{address}/").json()["name"] == "ada"
    without = start()
    assert httpx.get(f"{without}/", headers=sent).status_code == 401


def test_a_public_client_proves_itself_by_its_key_alone(start: Start, provider: Provider) -> None:
    provider.secret = None
    address = start(oidc_client_secret=None)
    with browser() as client:
        assert client.get(f"{address}/").json()["name"] == "ada"


def test_the_secret_may_stand_in_a_file(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{CLIENT_SECRET}\n")
    with browser() as client:
        assert client.get(f"{start(oidc_client_secret_file=file)}/").json()["name"] == "ada"
    for content in (None, ""):
        file.unlink() if content is None else file.write_text(content)
        with pytest.raises(SettingsInvalid, match="oidc_client_secret_file"):
            start(oidc_client_secret_file=file)


def test_a_wrong_secret_lets_nobody_in_and_stands_in_no_log(
    start: Start, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    address = start(oidc_client_secret="a wrong secret")
    with caplog.at_level(logging.DEBUG), browser() as client:
        refused(client, address)
    assert provider.refusals == ["invalid_client"]
    assert "'invalid_client'" in caplog.text
    assert "a wrong secret" not in caplog.text
    assert base64.b64encode(f"{CLIENT}:a wrong secret".encode()).decode() not in caplog.text


def test_a_provider_that_tells_otherwise_of_itself_is_not_gone_to(start: Start, provider: Provider) -> None:
    address = start()
    for discovery in (
        {"issuer": "https://other.example.org"},
        {"issuer": None},
        {"token_endpoint": "http://login.example.org/token"},
        {"token_endpoint": None},
        {"jwks_uri": 3},
    ):
        provider.discovery = discovery
        with browser() as client:
            refused(client, address)
    assert provider.codes == {}
    provider.discovery = {}
    with browser() as client:
        assert client.get(f"{address}/").json()["name"] == "ada"


def test_a_provider_that_is_not_there_is_told(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with listen(port=0) as taken:
        nobody = url_of(taken)
    address = start(oidc_issuer=nobody)
    with browser() as client:
        refused(client, address)
    assert "cannot be reached" in caplog.text


GOOD = {
    "login": "oidc",
    "oidc_issuer": "https://login.example.org",
    "oidc_client_id": "c",
    "public_url": "https://k.example",
}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"oidc_issuer": None}, "needs oidc_issuer"),
        ({"oidc_client_id": None}, "needs oidc_issuer and oidc_client_id"),
        ({"public_url": None}, "needs public_url"),
        ({"oidc_issuer": "http://login.example.org"}, "https://"),
        ({"oidc_issuer": "login.example.org"}, "https://"),
        ({"public_url": "http://k.example"}, "https://"),
        ({"public_url": "https://k.example/?a"}, "address of the chat"),
        ({"public_url": "https://k.example/a;b"}, "address of the chat"),
        ({"oidc_client_secret": "a", "oidc_client_secret_file": "b"}, "either oidc_client_secret"),
        ({"oidc_scopes": "profile"}, "must hold 'openid'"),
        ({"session_hours": 0}, "session_hours"),
        ({"token_audience": "a"}, "token_secret"),
    ],
)
def test_what_is_missing_or_unsafe_is_told(given: dict[str, Any], told: str) -> None:
    load_settings(**GOOD)
    with pytest.raises(SettingsInvalid, match=told):
        load_settings(**(GOOD | given))


def test_over_https_the_cookies_are_secure() -> None:
    access = Access.of(load_settings(**GOOD), local=False, owned=False)
    assert access.pages is not None
    assert access.https
    made = access.pages._session_cookie("v", 60)
    assert made == "__Secure-assistant_session=v; HttpOnly; Max-Age=60; Path=/; SameSite=Lax; Secure"
