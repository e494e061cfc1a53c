"""A question that is asked once more: with another query, or because it failed or was stopped."""

from assistant.filters import filters_of
from index.errors import IndexDamaged
from tests.chats import ARTICLES, ENGLISH, FRENCH, answered, asked, chat_over, text_of
from tests.fakes import WordEngine


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
