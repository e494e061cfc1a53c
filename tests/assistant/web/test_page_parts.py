"""What other parts say stands below the exchanges that came to an end, in the order of the parts."""

from dataclasses import dataclass

from assistant.web.chat import Chat
from assistant.web.conversation import Exchange, Result
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import Messages, negotiate
from assistant.web.page_parts import Surroundings
from index.types import Article
from tests.elements import Elements
from tests.fakes import WordEngine

ENGLISH = negotiate("en")


@dataclass(frozen=True)
class Signature:
    """A part that writes its name and what became of the question."""

    name: str

    @property
    def styles(self) -> str:
        return f".{self.name} {{ color: inherit; }}"

    def answer_html(self, exchange: Exchange, messages: Messages) -> str:
        return f"<p>{self.name} {messages.language} {type(exchange.outcome).__name__}</p>"

    def build(self, around: Surroundings) -> None:
        raise AssertionError(f"nobody builds a page here, around {around}")


def test_each_part_speaks_below_what_was_answered_or_stopped_and_not_below_what_is_pending() -> None:
    engine = WordEngine([Article("a", "Harbour", "The harbour opens in May.", "en")])
    chat = Chat(EngineSlot(engine), parts=[Signature("first"), Signature("second")])
    waiting = chat.accept((), "harbour?", ENGLISH).conversation
    assert "first" not in chat.page(waiting, ENGLISH)
    *_, result = chat.answer(waiting, ENGLISH)
    assert isinstance(result, Result)
    answered = chat.finish(waiting, result, ENGLISH)
    text = Elements(chat.page(answered, ENGLISH)).text
    assert text.endswith("first en Answersecond en Answer")
    stopped = chat.stop(chat.accept(answered, "and?", ENGLISH).conversation)
    assert Elements(chat.page(stopped, ENGLISH)).text.endswith("first en Stoppedsecond en Stopped")
