"""A question is asked once, and ends for everybody who holds it."""

from assistant.web.chat import Chat
from assistant.web.conversation import Result
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import negotiate
from assistant.web.running import Running
from index.types import Article
from tests.fakes import WordEngine

ENGLISH = negotiate("en")
ARTICLES = [Article("a", "Harbour", "The harbour of Brest opens in May. Boats come from Spain.", "en")]


def test_only_the_first_begins_and_the_end_stops_whatever_still_works() -> None:
    running = Running()
    assert not running.at_work
    assert running.begin()
    assert running.at_work
    assert not running.begin()
    assert not running.stop.is_set()
    running.end()
    assert not running.at_work
    assert running.stop.is_set()
    assert not running.begin()


def test_a_question_is_asked_once_whatever_is_refused_meanwhile() -> None:
    engine = WordEngine(ARTICLES)
    chat = Chat(EngineSlot(engine))
    waiting = chat.accept((), "harbour?", ENGLISH).conversation
    steps = chat.answer(waiting, ENGLISH)
    next(steps)
    assert not chat.accept(waiting, "boats?", ENGLISH).taken
    assert list(chat.answer(waiting, ENGLISH)) == []
    assert chat.finish(waiting, None, ENGLISH) is waiting
    assert len(engine.asked) == 1
    assert isinstance(next(steps), Result)
