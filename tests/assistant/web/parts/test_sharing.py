"""Links to answers, without a browser: what is kept, what opens, and what is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.identity.asker import STRANGER
from assistant.keeping.keepsakes import Keepsakes
from assistant.keeping.shared_answers import find_shared, share
from assistant.types import Answer
from assistant.web.conversation import Exchange, Failure
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import available
from assistant.web.parts.sharing import Sharing, export_html
from index.errors import IndexDamaged
from index.types import Article
from tests.elements import elements
from tests.fakes import WordEngine, answer_of, cite

ENGLISH = available()["en"]
ARTICLE = Article("a", "A <title>", "The harbour has two cranes.", "en")
ANSWER = answer_of("how many?", "The harbour has two cranes. [1]", [cite(ARTICLE, ARTICLE.text)])
CONVERSATION = (Exchange("e1", "how many?", ANSWER), Exchange("e2", "and?", Failure("no")))


@pytest.fixture
def sharing(tmp_path: Path) -> Sharing:
    return Sharing(EngineSlot(WordEngine([ARTICLE])), Keepsakes(tmp_path / "kept"))


def link(html: str) -> str:
    [field] = [element for element in elements(html) if "data-answer" in element.attributes]
    return field.attributes["data-answer"] or ""


def test_a_link_keeps_the_answer_and_opens_it(sharing: Sharing) -> None:
    made = link(sharing.link_html(CONVERSATION, "e1", ENGLISH))
    opened = sharing.opened(made, ENGLISH)
    assert isinstance(opened, Exchange)
    assert isinstance(opened.outcome, Answer)
    assert replace(opened.outcome, notices=()) == ANSWER
    assert "have not changed since (state 1)" in opened.outcome.notices[0]


def test_somebody_with_groups_is_told_of_the_quotes_and_of_no_state(sharing: Sharing) -> None:
    """States count what others may see; theirs and that of whoever asked cannot be compared."""
    made = link(sharing.link_html(CONVERSATION, "e1", ENGLISH))
    engine = sharing.slot.engine
    assert isinstance(engine, WordEngine)
    told = []
    for generation in (1, 700, 701):
        engine.generation = generation
        opened = sharing.opened(made, ENGLISH, STRANGER)
        assert isinstance(opened, Exchange)
        assert isinstance(opened.outcome, Answer)
        assert opened.outcome.index_generation == generation  # what they themselves are told now
        told.append(opened.outcome.notices[0])
    assert set(told) == {told[0]}
    assert "Every quote was read again" in told[0]
    assert "state" not in told[0]
    opened = sharing.opened(made, ENGLISH)
    assert isinstance(opened, Exchange)
    assert isinstance(opened.outcome, Answer)
    assert "they are now in state 701" in opened.outcome.notices[0]


def test_whoever_sees_everything_is_told_no_state_of_what_somebody_with_groups_shared(sharing: Sharing) -> None:
    shared = share(sharing.keepsakes, replace(ANSWER, index_generation=2**52)).id
    opened = sharing.opened(shared, ENGLISH)
    assert isinstance(opened, Exchange)
    assert isinstance(opened.outcome, Answer)
    assert opened.outcome.notices[0].startswith("This answer was shared on ")
    assert "state" not in opened.outcome.notices[0]


def test_a_link_of_what_a_link_opened_is_the_same_link(sharing: Sharing) -> None:
    made = link(sharing.link_html(CONVERSATION, "e1", ENGLISH))
    opened = sharing.opened(made, ENGLISH)
    assert isinstance(opened, Exchange)
    assert link(sharing.link_html((opened,), opened.id, ENGLISH)) == made
    kept = find_shared(sharing.keepsakes, made)
    assert kept is not None
    assert kept.answer.notices == ()


def test_each_opening_is_an_exchange_of_its_own(sharing: Sharing) -> None:
    made = link(sharing.link_html(CONVERSATION, "e1", ENGLISH))
    first, second = (sharing.opened(made, ENGLISH) for _ in range(2))
    assert isinstance(first, Exchange)
    assert isinstance(second, Exchange)
    assert first.id != second.id


@pytest.mark.parametrize("exchange", ["e2", "unknown", ""])
def test_only_answers_can_be_shared(sharing: Sharing, exchange: str) -> None:
    assert "no longer on the server" in sharing.link_html(CONVERSATION, exchange, ENGLISH)
    assert not sharing.keepsakes.file.exists()


def test_what_stands_in_the_way_of_opening_is_said(sharing: Sharing) -> None:
    made = link(sharing.link_html(CONVERSATION, "e1", ENGLISH))
    assert sharing.opened("A" * 22, ENGLISH) == ENGLISH.say("share_unknown")
    engine = sharing.slot.engine
    assert isinstance(engine, WordEngine)
    engine.error = IndexDamaged("The index is damaged.")
    assert sharing.opened(made, ENGLISH) == "The index is damaged."
    sharing.slot.engine = None
    assert sharing.opened(made, ENGLISH) == ENGLISH.say("share_unknown")


def test_an_answer_has_buttons_and_an_unanswered_question_none(sharing: Sharing) -> None:
    html = sharing.answer_html(CONVERSATION[0], ENGLISH)
    assert [each.tag for each in elements(html)] == ["div", "button", "button", "button", "pre", "pre"]
    assert "A &lt;title&gt;" in html
    assert sharing.answer_html(CONVERSATION[1], ENGLISH) == ""


def test_two_exports_are_told_apart_though_they_hold_the_same() -> None:
    first, second = (export_html(CONVERSATION, "json", ENGLISH) for _ in range(2))
    assert first != second
    assert 'data-file="conversation.md"' in export_html(CONVERSATION, "anything", ENGLISH)
