"""What the chat does with questions, errors and citations, seen as its users see it."""

import threading
from dataclasses import replace
from pathlib import Path

from assistant.identity.asker import Asker
from assistant.protection.audit import AuditLog
from assistant.protection.quota import Quota
from assistant.types import Turn
from assistant.web.chat import QUESTION_LIMIT, Accepted, Chat
from assistant.web.conversation import Conversation, Failure, Result, Stopped, pending
from assistant.web.engine_slot import EngineSlot
from index.errors import IndexDamaged
from tests.chats import ARTICLES, ENGLISH, FRENCH, answered, asked, chat_over, result_of, text_of
from tests.elements import Elements
from tests.fakes import WordEngine, answer_of


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


def test_a_question_beyond_the_quota_is_refused_and_says_when_the_next_is_taken() -> None:
    engine = WordEngine(ARTICLES)
    chat = Chat(EngineSlot(engine), quota=Quota("1/hour")).seen_by(Asker("ada", frozenset(), is_owner=False))

    def sent(conversation: Conversation, asker: Chat) -> Accepted:
        accepted = asker.accept(conversation, "When does the harbour open?", ENGLISH)
        return asker.within_quota(accepted, conversation, "192.0.2.1", "", ENGLISH)

    first = sent((), chat)
    assert first.taken
    conversation = answered(chat, first.conversation)
    refused = sent(conversation, chat)
    assert not refused.taken
    assert refused.conversation is conversation
    assert "Send the next question in" in refused.notice
    assert engine.searched == ["When does the harbour open?"]
    assert sent((), chat.seen_by(Asker("grace", frozenset(), is_owner=False))).taken
    # what was not taken for another reason counts for nothing, and says its own
    empty = chat.within_quota(Accepted((), taken=False, notice="n"), (), "", "", ENGLISH)
    assert empty.notice == "n"


def test_an_answer_is_written_down_with_who_asked(tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "audit")
    chat = Chat(EngineSlot(WordEngine(ARTICLES)), audit=audit).seen_by(Asker("ada", None, is_owner=True))
    asked(chat, "When does the harbour open?")
    [line] = audit.of_user("ada")
    assert (line["surface"], line["articles"]) == ("chat", ["a"])


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
