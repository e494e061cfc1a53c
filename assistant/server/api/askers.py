"""Who may do what in the API."""

from urllib.parse import urlsplit

from fastapi import Request

from assistant.identity.asker import Asker
from assistant.identity.of_request import asker_of
from assistant.server.api.problems import Problem


def owner_of(request: Request) -> Asker:
    """A dependency of routes that only owners may use. Raises Problem, 403.

    A page of another site could send a form from an owner's browser, with the owner's rights: it is refused, also where
    it may embed the chat.
    """
    asker = asker_of(request)
    if not asker.is_owner:
        raise Problem(403, "Only owners of the collection may do this.", "not_owner")
    site = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if site not in ("same-origin", "none") or elsewhere:
        raise Problem(403, "A page of another site may not do this.", "other_site")
    return asker


def sends_json(request: Request) -> None:
    """A dependency of routes that take JSON. Raises Problem, 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Problem(415, f"The body is of the type {kind!r:.80}. Send it as application/json.", "not_json")
