"""A token that is made for certain pages is worth nothing in another page's hands."""

from typing import Any

import pytest
from starlette.requests import Request

from assistant.errors import LoginRefused
from assistant.identity.asker import Asker
from assistant.identity.tokens import Tokens
from tests.assistant.identity.keys import settings_of, token

PAGE = "https://intranet.example.org"
OTHER = "https://wiki.example.org"
HOST = ("host", "chat.example.org")


def asked(*headers: tuple[str, str], cookie: bool = False, settings: Any = None, **claims: Any) -> Asker:
    text = token(**{"origin": PAGE} | claims)
    sent = ("cookie", f"assistant_token={text}") if cookie else ("authorization", f"Bearer {text}")
    scope = {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in (HOST, sent, *headers)]}
    return Tokens.of(settings_of(**settings or {})).asker(Request(scope))


def test_the_page_that_it_is_made_for_may_send_it() -> None:
    found = asked(("origin", PAGE), ("sec-fetch-site", "cross-site"))
    assert found == Asker("ada", frozenset({"staff"}), is_owner=False, page=PAGE)
    assert asked(("origin", OTHER), origin=[PAGE, f"{OTHER}/"]).page == OTHER
    assert asked(("origin", PAGE), origin="https://Intranet.example.org:443").page == PAGE


@pytest.mark.parametrize(
    "headers",
    [
        (("origin", OTHER),),
        (("origin", "null"),),
        (("origin", "http://intranet.example.org"),),
        (("origin", f"{PAGE}:8443"),),
        (("origin", f"{PAGE}.evil.example"),),
        (("origin", OTHER), ("x-embedding-origin", PAGE)),
        (),  # a program
        (("origin", "https://chat.example.org"), ("sec-fetch-site", "same-origin")),  # it does not say for whom
        (("origin", "https://chat.example.org"), ("x-embedding-origin", OTHER)),
        (("sec-fetch-dest", "iframe"), ("referer", f"{OTHER}/page")),
    ],
)
def test_any_other_is_refused(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(LoginRefused, match="made for"):
        asked(*headers)


def test_a_page_of_ours_sends_it_on_for_the_page_around_it() -> None:
    own = (("origin", "https://chat.example.org"), ("sec-fetch-site", "same-origin"))
    assert asked(*own, ("x-embedding-origin", PAGE)).page == PAGE


def test_in_the_cookie_it_was_checked_already_but_not_for_a_frame_in_another_page() -> None:
    own = (("origin", "https://chat.example.org"), ("sec-fetch-site", "same-origin"))
    assert asked(*own, cookie=True).page == PAGE
    frame = (("sec-fetch-dest", "iframe"), ("sec-fetch-site", "cross-site"))
    assert asked(*frame, ("referer", f"{PAGE}/a"), cookie=True).page == PAGE
    for headers in ((*frame, ("referer", f"{OTHER}/a")), (("origin", OTHER),)):
        with pytest.raises(LoginRefused, match="made for other pages"):
            asked(*headers, cookie=True)


@pytest.mark.parametrize("claim", [[], "", 3, {"a": 1}, [PAGE, 3], "intranet.example.org", "*"])
def test_a_claim_that_names_no_page_is_for_none(claim: object) -> None:
    with pytest.raises(LoginRefused):
        asked(("origin", PAGE), origin=claim)


def test_a_token_that_names_no_page_is_for_all_unless_the_settings_want_a_page() -> None:
    assert asked(("origin", OTHER), origin=None).page is None
    with pytest.raises(LoginRefused, match="does not say which pages"):
        asked(("origin", PAGE), origin=None, settings={"token_origin_required": True})


def test_the_claim_may_have_another_name() -> None:
    settings = {"token_origin_claim": "azp"}
    assert asked(("origin", PAGE), settings=settings, origin=None, azp=PAGE).page == PAGE
    with pytest.raises(LoginRefused, match="made for other pages"):
        asked(("origin", OTHER), settings=settings, origin=None, azp=PAGE)
