"""What the chat does with questions, errors and citations, seen as its users see it."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from assistant.filters import filters_of
from assistant.types import Turn
from assistant.web.chat import QUESTION_LIMIT, Chat
from assistant.web.conversation import Conversation, Failure, Result, Stopped, pending
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import negotiate
from index.errors import IndexDamaged
from index.types import Article
from tests.elements import Elements
from tests.fakes import ScriptedLanguageModel, WordEngine, answer_of

ENGLISH, FRENCH = negotiate("en"), negotiate("fr")
ARTICLES = [
    Article("a", "Harbour", "The harbour of Brest opens in May. Boats come from Spain.", "en", "2025-01-02"),
    Article("b", "Gare", "La gare ferme en juin. Les trains passent par Rennes.", "fr"),
]
KEMBLA = Article("k", "News", "People met in Port Kembla today. Then Port Kembla closed.", "en")


def chat_over(engine: WordEngine | None = None) -> Chat:
    return Chat(EngineSlot(engine or WordEngine(ARTICLES)))


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


def test_a_question_shows_at_once_with_what_is_being_searched() -> None:
    chat = chat_over()
    accepted = chat.accept((), "  when does the harbour open?\x00 ", ENGLISH)
    assert pending(accepted.conversation) is not None
    text = text_of(chat.page(accepted.conversation, ENGLISH))
    assert "when does the harbour open?" in text
    assert "Searching 2 articles…" in text
    assert "Recherche dans 2 articles…" in text_of(chat.page(accepted.conversation, FRENCH))


def test_an_answer_comes_with_its_sources_and_the_next_question_has_the_history() -> None:
    engine = WordEngine(ARTICLES)
    chat = chat_over(engine)
    conversation = asked(chat, "when does the harbour open?")
    assert "The harbour of Brest opens in May." in text_of(chat.page(conversation, ENGLISH))
    answer = conversation[0].outcome
    conversation = asked(chat, "which boats come?", conversation)
    assert engine.asked[1] == ("which boats come?", (Turn("when does the harbour open?", answer.text),))  # type: ignore[union-attr]


def test_empty_questions_change_nothing() -> None:
    for question in ("", "   \n\t", "\x00"):
        accepted = chat_over().accept((), question, ENGLISH)
        assert (accepted.conversation, accepted.taken, accepted.notice) == ((), False, "")


def test_a_question_that_is_too_long_is_refused_with_the_limit() -> None:
    accepted = chat_over().accept((), "x" * 100_000, ENGLISH)
    assert not accepted.taken
    assert "100,000" in accepted.notice
    assert "2,000" in accepted.notice
    assert chat_over().accept((), "x" * QUESTION_LIMIT, ENGLISH).taken


def test_a_second_question_waits_for_the_first() -> None:
    chat = chat_over()
    waiting = chat.accept((), "harbour?", ENGLISH).conversation
    accepted = chat.accept(waiting, "boats?", ENGLISH)
    assert not accepted.taken
    assert "still being answered" in accepted.notice


def test_an_error_of_the_index_is_shown_and_the_question_kept() -> None:
    engine = WordEngine(ARTICLES)
    engine.error = IndexDamaged("The <index> cannot be read. Rebuild it.")
    chat = chat_over(engine)
    conversation = asked(chat, "harbour?")
    assert "The <index> cannot be read. Rebuild it." in text_of(chat.page(conversation, ENGLISH))
    assert isinstance(conversation[0].outcome, Failure)


def test_any_other_error_is_shown_by_its_kind_without_its_inside() -> None:
    engine = WordEngine(ARTICLES)
    engine.error = ZeroDivisionError("secret path")
    chat = chat_over(engine)
    waiting = chat.accept((), "harbour?", ENGLISH).conversation
    outcome = result_of(chat, waiting).outcome
    assert isinstance(outcome, Failure)
    assert "ZeroDivisionError" in outcome.message
    assert "secret" not in outcome.message


def test_a_stopped_question_stays_stopped_when_its_answer_comes() -> None:
    chat = chat_over()
    waiting = chat.accept((), "harbour?", ENGLISH).conversation
    late = result_of(chat, waiting)
    stopped = chat.stop(waiting)
    assert chat.finish(stopped, late, ENGLISH) is stopped
    assert isinstance(stopped[0].outcome, Stopped)


def test_what_is_searched_for_and_written_shows_as_it_comes_as_text() -> None:
    engine = WordEngine(ARTICLES, {"and?": answer_of("and?", "Yes.", searched_for="the harbour & its boats")})
    engine.pieces = ("See <img src=x> ", "and ![](http://192.0.2.1/x) [1]")
    chat = chat_over(engine)
    waiting = chat.accept((), "and?", ENGLISH).conversation
    steps = list(chat.answer(waiting, ENGLISH))
    assert [type(step) for step in steps] == [str, str, str, Result]
    searching, first, second = (str(step) for step in steps[:3])
    assert text_of(searching) == "Searching for: the harbour & its boats"
    assert text_of(first).endswith("See <img src=x>")
    assert text_of(second).endswith("See <img src=x> and ![](http://192.0.2.1/x) [1]")
    assert "checked against the articles" in text_of(second)
    assert set(Elements(second).tags) == {"div", "p", "bdi"}


def test_a_query_that_is_the_question_is_not_repeated() -> None:
    chat = chat_over()
    assert next(chat.answer(chat.accept((), "harbour?", ENGLISH).conversation, ENGLISH)) == ""


def test_stop_reaches_the_engine_and_keeps_what_was_written_as_text_that_is_no_answer() -> None:
    engine = WordEngine(ARTICLES)
    engine.pieces = ("The <b>harbour", " opens")
    chat = chat_over(engine)
    waiting = chat.accept((), "harbour?", ENGLISH).conversation
    steps = chat.answer(waiting, ENGLISH)
    assert next(steps) == ""
    next(steps)
    stopped = chat.stop(waiting)
    assert list(steps) == []
    assert engine.stops[0].is_set()
    shown = text_of(chat.page(stopped, ENGLISH))
    assert "Stopped. What had been written was not checked against the articles:The <b>harbour" in shown
    assert "opens" not in shown
    asked(chat, "boats?", stopped)
    assert engine.asked[-1] == ("boats?", ())


def test_a_question_whose_page_is_gone_is_stopped() -> None:
    engine = WordEngine(ARTICLES)
    steps = chat_over(engine).answer(chat_over(engine).accept((), "harbour?", ENGLISH).conversation, ENGLISH)
    next(steps)
    assert not engine.stops[0].is_set()
    steps.close()  # type: ignore[attr-defined]
    assert engine.stops[0].is_set()


def test_a_question_is_searched_for_again_with_the_query_that_the_user_wrote() -> None:
    engine = WordEngine(ARTICLES)
    chat = chat_over(engine)
    first = asked(chat, "when does it open?")
    again = chat.search_again(first, first[0].id, " harbour of Brest\x00 ", ENGLISH)
    assert again.taken
    second = answered(chat, again.conversation)
    assert engine.asked[-1][0] == "when does it open?"
    assert engine.searched[-1] == "harbour of Brest"
    assert [exchange.question for exchange in second] == ["when does it open?"] * 2
    shown = text_of(chat.page(second, ENGLISH))
    assert "Searched for: harbour of Brest" in shown
    assert "Recherche faite : harbour of Brest" in text_of(chat.page(second, FRENCH))


def test_a_query_that_is_empty_too_long_or_of_no_known_question_is_not_searched_for() -> None:
    chat = chat_over()
    conversation = asked(chat, "harbour?")
    known = conversation[0].id
    empty = chat.search_again(conversation, known, "  ", ENGLISH)
    assert (empty.taken, empty.notice) == (False, "")
    assert "3,000 characters" in chat.search_again(conversation, known, "x" * 3_000, ENGLISH).notice
    assert "no longer on the server" in chat.search_again(conversation, "other", "boats", ENGLISH).notice
    waiting = chat.accept(conversation, "trains?", ENGLISH).conversation
    assert "still being answered" in chat.search_again(waiting, known, "boats", ENGLISH).notice


def test_a_question_that_failed_is_tried_again_in_its_own_place() -> None:
    engine = WordEngine(ARTICLES)
    chat = chat_over(engine)
    first = asked(chat, "boats?")
    engine.error = IndexDamaged("Not now.")
    accepted = chat.search_again(first, first[0].id, "harbour of Brest", ENGLISH)
    failed = answered(chat, accepted.conversation)
    assert "Try again" in text_of(chat.page(failed, ENGLISH))
    assert "Réessayer" in text_of(chat.page(failed, FRENCH))
    engine.error = None
    again = chat.try_again(failed, failed[-1].id, ENGLISH)
    assert again.taken
    settled = answered(chat, again.conversation)
    assert [exchange.question for exchange in settled] == ["boats?", "boats?"]
    assert settled[-1].id != failed[-1].id
    assert engine.searched[-1] == "harbour of Brest"
    assert "opens in May" in text_of(chat.page(settled, ENGLISH))


def test_a_question_that_was_stopped_earlier_is_tried_again_at_the_end() -> None:
    chat = chat_over()
    stopped = chat.stop(chat.accept((), "harbour?", ENGLISH).conversation)
    later = asked(chat, "trains?", stopped)
    again = chat.try_again(later, stopped[0].id, ENGLISH)
    assert [exchange.question for exchange in again.conversation] == ["harbour?", "trains?", "harbour?"]


def test_an_answered_an_unknown_and_a_hurried_question_are_not_tried_again() -> None:
    chat = chat_over()
    conversation = asked(chat, "harbour?")
    assert "no longer on the server" in chat.try_again(conversation, conversation[0].id, ENGLISH).notice
    assert "no longer on the server" in chat.try_again((), "unknown", ENGLISH).notice
    stopped = chat.stop(chat.accept((), "harbour?", ENGLISH).conversation)
    waiting = chat.accept(stopped, "trains?", ENGLISH).conversation
    refused = chat.try_again(waiting, stopped[0].id, ENGLISH)
    assert refused.conversation is waiting
    assert "still being answered" in refused.notice


def test_a_question_keeps_its_filters_when_it_is_asked_once_more() -> None:
    engine = WordEngine(ARTICLES)
    chat = chat_over(engine)
    french = filters_of(["fr"])
    stopped = chat.stop(chat.accept((), "ferme en juin?", ENGLISH, french).conversation)
    answered(chat, chat.try_again(stopped, stopped[0].id, ENGLISH).conversation)
    assert engine.filtered == [french]


def test_a_question_that_the_server_dropped_has_failed() -> None:
    chat = chat_over()
    waiting = chat.accept((), "harbour?", ENGLISH).conversation
    assert isinstance(chat.finish(waiting, None, ENGLISH)[0].outcome, Failure)


def test_questions_of_several_users_are_answered_in_parallel_and_apart() -> None:
    engine = WordEngine(ARTICLES)
    engine.gate.clear()
    chat = chat_over(engine)
    results: dict[str, str] = {}

    def run(question: str) -> None:
        results[question] = text_of(chat.page(asked(chat, question), ENGLISH))

    threads = [threading.Thread(target=run, args=(question,)) for question in ("harbour?", "trains?")]
    for thread in threads:
        thread.start()
    while len(engine.asked) < 2:  # both are inside the engine at once
        threading.Event().wait(0.01)
    engine.gate.set()
    for thread in threads:
        thread.join(10)
    assert "Brest" in results["harbour?"]
    assert "trains?" not in results["harbour?"]
    assert "Rennes" in results["trains?"]


def test_a_citation_opens_its_article_with_the_quote_highlighted() -> None:
    chat = chat_over()
    conversation = asked(chat, "when does the harbour open?")
    html = chat.read(conversation, {"exchange": conversation[0].id, "cite": 1}, ENGLISH)
    assert '<mark class="cited" tabindex="-1">The harbour of Brest opens in May.</mark>' in html


def test_an_article_that_is_gone_or_changed_is_said_to_be_so_and_not_shown() -> None:
    engine = WordEngine(ARTICLES)
    chat = chat_over(engine)
    conversation = asked(chat, "when does the harbour open?")
    request = {"exchange": conversation[0].id, "cite": 1}
    engine.articles["a"] = replace(ARTICLES[0], text="Now " + ARTICLES[0].text)
    changed = chat.read(conversation, request, ENGLISH)
    assert "has changed since" in changed
    assert "Brest" not in changed
    del engine.articles["a"]
    gone = chat.read(conversation, request, ENGLISH)
    assert "no longer in the collection" in gone
    assert "<mark" not in gone


def test_what_a_browser_makes_up_opens_nothing() -> None:
    chat = chat_over()
    conversation = asked(chat, "when does the harbour open?")
    known = conversation[0].id
    for request in (
        {},
        {"exchange": known},
        {"exchange": known, "cite": 99},
        {"exchange": known, "cite": "1e9"},
        {"exchange": known, "cite": [1]},
        {"exchange": "other", "cite": 1},
    ):
        assert "no longer on the server" in chat.read(conversation, request, ENGLISH)
    odd = {"exchange": known, "cite": 1, "start": -(10**30), "end": 10**30}
    assert "<mark" in chat.read(conversation, odd, ENGLISH)


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
    assert chat.examples(ENGLISH).result(10) == ("What do the articles say about Port Kembla?",)
    assert chat.examples(ENGLISH) is chat.examples(ENGLISH)
    assert len(engine.tried) == 1
    assert engine.asked == []  # opening the page must not ask a language model
    engine.generation = 2
    engine.articles.clear()
    engine.articles["n"] = Article("n", "News", KEMBLA.text.replace("Port Kembla", "Lake Orta"), "en")
    assert chat.examples(ENGLISH).result(10) == ("What do the articles say about Lake Orta?",)


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
