"""A chat over a few articles, asked as its page asks it, for tests."""

from assistant.web.chat import Chat
from assistant.web.conversation import Conversation, Result
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import negotiate
from index.types import Article
from tests.elements import Elements
from tests.fakes import WordEngine

ENGLISH, FRENCH = negotiate("en"), negotiate("fr")
ARTICLES = [
    Article("a", "Harbour", "The harbour of Brest opens in May. Boats come from Spain.", "en", "2025-01-02"),
    Article("b", "Gare", "La gare ferme en juin. Les trains passent par Rennes.", "fr"),
]


def chat_over(engine: WordEngine | None = None) -> Chat:
    return Chat(EngineSlot(engine or WordEngine(ARTICLES)))


def asked(chat: Chat, question: str, conversation: Conversation = ()) -> Conversation:
    accepted = chat.accept(conversation, question, ENGLISH)
    assert accepted.taken
    return answered(chat, accepted.conversation)


def answered(chat: Chat, conversation: Conversation) -> Conversation:
    return chat.finish(conversation, result_of(chat, conversation), ENGLISH)


def result_of(chat: Chat, conversation: Conversation) -> Result:
    *_, result = chat.answer(conversation, ENGLISH)
    assert isinstance(result, Result)
    return result


def text_of(html: str) -> str:
    return Elements(html).text
