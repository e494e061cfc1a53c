"""What the form of an answer asks, and what becomes of what a browser sends, however odd."""

from pathlib import Path
from typing import Any

import pytest

from assistant.keeping.feedback import RightPassage, all_feedback
from assistant.keeping.keepsakes import Keepsakes
from assistant.web.conversation import Exchange, Failure
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import available
from assistant.web.parts.feedback_form import FeedbackForm
from index.types import Article
from tests.elements import elements
from tests.fakes import WordEngine, answer_of, cite

ENGLISH = available()["en"]
ARTICLE = Article("a", "A <title>", "The harbour has two cranes.\nBoth are red.", "en")
ANSWER = answer_of("how many?", "The harbour has two cranes. [1]", [cite(ARTICLE, "The harbour has two cranes.")])
CONVERSATION = (
    Exchange("e1", "how many?", ANSWER),
    Exchange("e2", "and?", answer_of("and?", "No.", abstained=True)),
    Exchange("e3", "so?", Failure("no")),
)


@pytest.fixture
def form(tmp_path: Path) -> FeedbackForm:
    return FeedbackForm(EngineSlot(WordEngine([ARTICLE])), Keepsakes(tmp_path / "kept"))


def reasons(html: str) -> list[str | None]:
    return [each.attributes["value"] for each in elements(html) if each.attributes.get("name") == "reason"]


def test_the_reasons_are_those_that_the_answer_can_have(form: FeedbackForm) -> None:
    assert reasons(form.answer_html(CONVERSATION[0], ENGLISH)) == ["wrong", "incomplete", "not_told", "other"]
    assert reasons(form.answer_html(CONVERSATION[1], ENGLISH)) == ["wrong", "incomplete", "told", "other"]
    assert form.answer_html(CONVERSATION[2], ENGLISH) == ""


def test_what_is_said_is_kept_and_said_back(form: FeedbackForm) -> None:
    sent = {"exchange": "e1", "verdict": "bad", "reason": "wrong", "passage": "two cranes. Both are red"}
    told = form.kept_html(CONVERSATION, sent, ENGLISH)
    assert "The passage was found in: A &lt;title&gt;" in told
    assert 'data-said="e1" data-kept="bad"' in told
    [kept] = all_feedback(form.keepsakes)
    start = ARTICLE.text.index("two")
    assert kept.right_passage == RightPassage("two cranes.\nBoth are red", "a", start, start + 24)
    assert 'data-kept="none"' in form.kept_html(CONVERSATION, {"exchange": "e1", "verdict": "none"}, ENGLISH)
    assert list(all_feedback(form.keepsakes)) == []


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"exchange": "e3", "verdict": "good"},
        {"exchange": "unknown", "verdict": "bad"},
        {"exchange": ["e1"], "verdict": "good"},
    ],
)
def test_only_an_answer_of_this_conversation_can_be_judged(form: FeedbackForm, sent: dict[str, Any]) -> None:
    assert "no longer on the server" in form.kept_html(CONVERSATION, sent, ENGLISH)
    assert not form.keepsakes.file.exists()


def test_odd_values_are_kept_as_text_or_not_at_all(form: FeedbackForm) -> None:
    sent = {"exchange": "e1", "verdict": "bad", "reason": {"x": 1}, "remark": 7, "passage": "\ud83d\0" + "y" * 9_000}
    assert "was not found word for word" in form.kept_html(CONVERSATION, sent, ENGLISH)
    [kept] = all_feedback(form.keepsakes)
    assert (kept.reason, kept.remark) == (None, "7")
    assert kept.right_passage is not None
    assert (kept.right_passage.article, len(kept.right_passage.quote)) == (None, 2_000)
