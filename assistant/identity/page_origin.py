"""Which site's page sent a request, as browsers tell it; a program that is no browser may say anything, or nothing."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.identity.settings import origin_of

if TYPE_CHECKING:
    from starlette.datastructures import Headers

FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})
"""Values of `Sec-Fetch-Dest` (https://www.w3.org/TR/fetch-metadata/)."""

EMBEDDING = "x-embedding-origin"
"""The header in which a page of this server names the page around it, whose token it sends on."""


def framing_page(headers: "Headers") -> str:
    """The origin of the page that shows this one in a frame; "" where it is in none, or nothing tells."""
    return origin_in(headers.get("referer", "")) if headers.get("sec-fetch-dest") in FRAMES else ""


def sending_page(headers: "Headers") -> str:
    """The origin of the page of another site that sent the request; "" where one of this server did, or no page."""
    origin = headers.get("origin")
    if origin is None or headers.get("sec-fetch-site") == "same-origin" or is_own(origin, headers):
        return ""
    return origin.lower()


def is_own(origin: str, headers: "Headers") -> bool:
    """Whether an origin is that of this server, as the request addressed it. The scheme is the proxy's matter; a
    browser leaves the usual port out of both."""
    host = origin.partition("://")[2].lower()
    return bool(host) and host == headers.get("host", "").lower()


def origin_in(address: str) -> str:
    """The origin of the address of a page, or "" where it has none."""
    try:
        parts = urlsplit(address)
        return origin_of(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        return ""
