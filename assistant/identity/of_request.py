"""Who sent a request, as the middleware of the login found out."""

from typing import TYPE_CHECKING

from assistant.identity.asker import EVERYBODY, Asker

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection


def asker_of(request: "HTTPConnection") -> Asker:
    """`request.state.asker`, which the middleware set; EVERYBODY in an application without it.

    A `gradio.Request` gives its Starlette request as `.request`.
    """
    asker = getattr(request.state, "asker", EVERYBODY)
    assert isinstance(asker, Asker)
    return asker
