"""A question's address and the page around it are told for quotas and for the record of who asked."""

from dataclasses import dataclass
from typing import Any

import pytest
from starlette.requests import Request

from assistant.web.page import sent_from


@dataclass
class Event:
    """What a `gr.Request` has of the request behind it."""

    request: Request

    @property
    def query_params(self) -> Any:
        return self.request.query_params


def event(query: str = "", *headers: tuple[str, str], client: tuple[str, int] | None = ("192.0.2.1", 1)) -> Event:
    named = [(name.encode(), value.encode()) for name, value in (("host", "kb.example.org"), *headers)]
    return Event(Request({"type": "http", "headers": named, "client": client, "query_string": query.encode()}))


@pytest.mark.parametrize(
    ("sent", "page"),
    [
        (event(), ""),
        (event("", ("origin", "https://kb.example.org")), ""),
        (event("", ("origin", "https://intranet.example.org")), "https://intranet.example.org"),
        (event("host=https%3A%2F%2FIntranet.example.org"), "https://intranet.example.org"),
        (event("host=nothing"), ""),
    ],
)
def test_the_page_is_that_of_another_site_or_the_one_around_ours(sent: Event, page: str) -> None:
    assert sent_from(sent) == ("192.0.2.1", page)


def test_a_socket_file_has_no_address() -> None:
    assert sent_from(event(client=None)) == ("", "")
