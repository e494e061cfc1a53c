"""The small application of `assistant eval review`: one page, for the one person at this machine."""

from fastapi import FastAPI

from assistant.server.headers import SecurityHeaders
from assistant.server.host_gate import HostGate
from assistant.web.review_page import mount_review
from assistant.web.reviewing import Review


def review_app(review: Review) -> FastAPI:
    app = FastAPI(title="Review", docs_url=None, redoc_url=None)
    app.add_middleware(HostGate, hosts=frozenset())
    app.add_middleware(SecurityHeaders)
    return mount_review(app, review)
