"""What the chat shows before the first question: the articles, what answers are, examples, and how to begin."""

import threading
from collections.abc import Sequence

from assistant.web.chat import Chat
from assistant.web.engine_slot import EngineSlot
from index.errors import IndexDamaged
from index.types import Article
from tests.chats import ARTICLES, ENGLISH, FRENCH, asked, chat_over, text_of
from tests.fakes import ScriptedLanguageModel, WordEngine

KEMBLA = Article("k", "News", "People met in Port Kembla today. Then Port Kembla closed.", "en")


class SlowToTry(WordEngine):
    """Says whether it can answer only when `tries` is set; `broken` makes it fail then."""

    broken = False

    def __init__(self, articles: Sequence[Article]) -> None:
        super().__init__(articles)
        self.tries = threading.Event()

    def can_answer(self, question: str) -> bool:
        assert self.tries.wait(30), "the test never let it try"
        if self.broken:
            raise IndexDamaged("broken")
        return super().can_answer(question)


def test_the_welcome_tells_how_many_articles_in_which_languages_and_of_which_dates() -> None:
    engine = WordEngine([*ARTICLES, Article("c", "New", "Something new.", "en", "2025-03-04")])
    assert "3 articles · anglais 2, français 1 · du 2 janvier 2025 au 4 mars 2025" in text_of(
        chat_over(engine).page((), FRENCH)
    )
    assert "2 articles · English 1, French 1 · January 2, 2025" in text_of(chat_over().page((), ENGLISH))


def test_the_welcome_says_what_the_answers_are_and_what_they_are_not() -> None:
    engine = WordEngine(ARTICLES)
    quoting = text_of(chat_over(engine).page((), ENGLISH))
    assert "word for word from the articles" in quoting
    assert "it does not search the web, calculate or translate" in quoting
    engine.language_model = ScriptedLanguageModel(["never asked"])
    writing = text_of(chat_over(engine).page((), ENGLISH))
    assert "A language model writes the answers" in writing
    assert "word for word" not in writing
    assert "A model can misread them" in writing


def test_examples_are_made_once_a_generation_of_questions_that_are_answered() -> None:
    engine = WordEngine([KEMBLA])
    chat = chat_over(engine)
    assert chat.examples(ENGLISH).result(10) == ("What is said about Port Kembla?",)
    assert chat.examples(ENGLISH) is chat.examples(ENGLISH)
    assert len(engine.tried) == 1
    assert engine.asked == []  # opening the page must not ask a language model
    engine.generation = 2
    engine.articles.clear()
    engine.articles["n"] = Article("n", "News", KEMBLA.text.replace("Port Kembla", "Lake Orta"), "en")
    assert chat.examples(ENGLISH).result(10) == ("What is said about Lake Orta?",)


def test_the_page_does_not_wait_for_the_examples() -> None:
    engine = SlowToTry([KEMBLA])
    chat = chat_over(engine)
    waiting = chat.examples(ENGLISH)
    assert "1 article" in text_of(chat.page((), ENGLISH))
    assert not waiting.done()
    engine.tries.set()
    assert isinstance(waiting.result(10), tuple)


def test_without_articles_or_with_an_error_there_are_no_examples_and_they_are_made_later() -> None:
    assert Chat(EngineSlot(None)).examples(ENGLISH).result(0) == ()
    assert chat_over(WordEngine([])).examples(ENGLISH).result(0) == ()
    engine = SlowToTry([KEMBLA])
    engine.tries.set()
    engine.broken = True
    chat = chat_over(engine)
    assert chat.examples(ENGLISH).result(10) == ()
    engine.broken = False
    assert len(chat.examples(ENGLISH).result(10)) == 1


def test_without_an_index_the_page_says_which_command_makes_one_and_takes_files_if_it_may() -> None:
    chat = Chat(EngineSlot(None, "No index in <folder>."))
    english, french = text_of(chat.page((), ENGLISH)), text_of(chat.page((), FRENCH))
    assert "assistant index build FOLDER" in english
    assert "No index in <folder>." in english
    assert "drop articles here" not in english
    assert "Il n’y a pas encore d’articles" in french
    assert "What stood in the way" not in text_of(Chat(EngineSlot(None)).page((), ENGLISH))
    taking = Chat(EngineSlot(None), takes_files=True)
    assert "drop articles here" in text_of(taking.page((), ENGLISH))
    assert (taking.awaits_files, chat.awaits_files) == (True, False)


def test_an_engine_that_is_opened_later_answers_without_a_restart() -> None:
    chat = Chat(EngineSlot(None, "No index."), takes_files=True)
    chat.open(lambda: WordEngine(ARTICLES))
    assert not chat.awaits_files
    assert "2 articles" in text_of(chat.page((), ENGLISH))
    conversation = asked(chat, "when does the harbour open?")
    assert "opens in May" in text_of(chat.page(conversation, ENGLISH))


def test_an_empty_or_broken_index_is_said_to_be_so() -> None:
    assert "holds no articles yet" in text_of(chat_over(WordEngine([])).page((), ENGLISH))
    engine = WordEngine(ARTICLES)
    engine.error = IndexDamaged("broken & bent")
    assert "broken & bent" in text_of(chat_over(engine).page((), ENGLISH))
