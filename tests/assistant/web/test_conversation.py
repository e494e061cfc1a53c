"""A conversation is a value: each step gives a new one, and an answer lands under its own question or nowhere."""

from assistant.types import Turn
from assistant.web.conversation import Exchange, Failure, Result, Stopped, find, history, pending, place, settle
from tests.fakes import answer_of

ANSWER = answer_of("one?", "One.")
ANSWERED = Exchange("a", "one?", ANSWER)
WAITING = Exchange("b", "two?")


def test_only_a_last_question_without_outcome_is_pending() -> None:
    assert pending(()) is None
    assert pending((ANSWERED,)) is None
    assert pending((ANSWERED, WAITING)) is WAITING


def test_an_answer_lands_under_its_question() -> None:
    second = answer_of("two?", "Two.")
    placed = place((ANSWERED, WAITING), Result("b", second))
    assert [exchange.outcome for exchange in placed] == [ANSWER, second]


def test_an_answer_to_a_stopped_or_cleared_question_is_dropped() -> None:
    stopped = settle((WAITING,), Stopped())
    assert place(stopped, Result("b", ANSWER)) is stopped
    other = (Exchange("c", "three?"),)
    assert place(other, Result("b", ANSWER)) is other
    assert place((), Result("b", ANSWER)) == ()


def test_the_history_holds_answered_questions_only() -> None:
    failed = Exchange("x", "failed?", Failure("no"))
    assert history((ANSWERED, failed, Exchange("y", "stopped?", Stopped()), WAITING)) == (Turn("one?", "One."),)


def test_a_query_that_the_user_wrote_stands_for_its_question_in_the_history() -> None:
    again = Exchange("z", "and them?", ANSWER, search_for="boats of Spain")
    assert history((ANSWERED, again)) == (Turn("one?", "One."), Turn("boats of Spain", "One."))


def test_an_exchange_is_found_by_its_id() -> None:
    assert find((ANSWERED, WAITING), "b") is WAITING
    assert find((ANSWERED,), "b") is None
