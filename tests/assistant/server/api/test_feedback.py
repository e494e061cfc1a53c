"""What is said of an answer is kept as it is from the chat; nobody can make up a citation, or take back another's."""

from pathlib import Path

import httpx
import pytest

from assistant.answering import Assistant
from assistant.keeping.feedback import all_feedback
from assistant.keeping.keepsakes import Keepsakes
from tests.assistant.server.api.conftest import QUESTION
from tests.assistant.server.api.served import api_over
from tests.browser.conftest import serving


def test_an_opinion_is_kept_with_the_answer_and_the_right_passage(engine: Assistant, tmp_path: Path) -> None:
    keepsakes = Keepsakes(tmp_path / "kept.sqlite")
    with serving(api_over(engine, keepsakes=keepsakes)) as url, httpx.Client(base_url=url, timeout=60) as client:
        answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
        said = {
            "answer": answer,
            "good": False,
            "reason": "incomplete",
            "remark": " Which hours? ",
            "right_passage": "The council pays  for two more librarians.",
            "filters": {"language": ["en"]},
        }
        kept = client.post("/api/v1/feedback", json=said)
        assert kept.status_code == 201
        assert kept.json()["placed"]["quote"] == "The council pays for two more librarians."
        (feedback,) = all_feedback(keepsakes)
        assert (feedback.exchange, feedback.good, feedback.reason) == (kept.json()["id"], False, "incomplete")
        assert (feedback.remark, feedback.filters.languages) == ("Which hours?", ("en",))
        assert feedback.answer.text == answer["answer"]
        assert [cited.quote for cited in feedback.answer.citations] == [cited["quote"] for cited in answer["citations"]]
        assert feedback.right_passage is not None
        assert feedback.right_passage.article == "en/library.txt"
        assert client.delete(f"/api/v1/feedback/{feedback.exchange}").status_code == 204
        assert list(all_feedback(keepsakes)) == []
        assert client.delete(f"/api/v1/feedback/{feedback.exchange}").json()["code"] == "feedback_unknown"


@pytest.mark.parametrize("change", [{"quote": "It never opens."}, {"article": "nowhere"}, {"start": 5}])
def test_a_citation_that_is_in_no_article_is_refused(
    engine: Assistant, tmp_path: Path, change: dict[str, object]
) -> None:
    keepsakes = Keepsakes(tmp_path / "kept.sqlite")
    with serving(api_over(engine, keepsakes=keepsakes)) as url, httpx.Client(base_url=url, timeout=60) as client:
        answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
        answer["citations"][0] |= change
        sent = client.post("/api/v1/feedback", json={"answer": answer, "good": True})
    assert (sent.status_code, sent.json()["code"]) == (422, "citation_unknown")
    assert list(all_feedback(keepsakes)) == []


def test_what_was_said_in_the_chat_cannot_be_taken_back_here(engine: Assistant, tmp_path: Path) -> None:
    with serving(api_over(engine, keepsakes=Keepsakes(tmp_path / "kept.sqlite"))) as url:
        sent = httpx.delete(f"{url}/api/v1/feedback/0123456789ab", timeout=60)
    assert (sent.status_code, sent.json()["code"]) == (404, "feedback_unknown")
