"""The review's page is for this machine alone, by its own names."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.server.review import review_app


class NothingToReview:
    """Is never asked: the page asks when a browser opens it."""

    file = Path("proposals.jsonl")


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:7861", 200), ("localhost", 200), ("rebound.example", 400), ("rebound.example:80", 400)],
)
def test_another_name_is_refused(host: str, status: int) -> None:
    review: Any = NothingToReview()
    assert TestClient(review_app(review)).get("/", headers={"host": host}).status_code == status
