"""Answers with a language model that does as it is told: streamed, checked, and replaced by quotes where it fails."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.errors import AnswerCutOff, LanguageModelFailed
from assistant.settings import load_settings
from assistant.types import Answer, Event, Finished, Searching, TextDelta, Turn
from assistant.wiring import open_assistant, open_writer
from index.types import Article
from tests.fakes import ScriptedLanguageModel

GERMANY = Article(
    "germany.txt",
    "Germany pledges",
    "Germany pledges\n\nGermany will send four IRIS-T systems to Ukraine. France will send two radars to Ukraine.",
    "en",
    "2025-04-11",
)
QUESTION = "what will Germany send to Ukraine?"
CITED = "Germany will send four IRIS-T systems to Ukraine."


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Over one small article, without a language model."""
    settings = load_settings(index=tmp_path_factory.mktemp("small"), embedder="fast")
    with open_writer(settings) as writer:
        list(writer.add([GERMANY]))
    return open_assistant(settings)


def finished(events: list[Event]) -> Answer:
    """The answer of the last event, which must be the only one of its kind."""
    assert [isinstance(event, Finished) for event in events] == [False] * (len(events) - 1) + [True]
    assert isinstance(events[-1], Finished)
    return events[-1].answer


def test_without_a_model_the_events_are_the_query_and_the_answer(quoting: Assistant) -> None:
    events = list(quoting.stream(QUESTION))
    assert events[0] == Searching(QUESTION)
    assert len(events) == 2
    answer = finished(events)
    assert (answer.mode, answer.notices, answer.statements) == ("extractive", (), ())
    assert replace(answer, timings_ms={}) == replace(quoting.ask(QUESTION), timings_ms={})


def test_a_model_is_streamed_and_its_answer_checked(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["Germany will send four ", "IRIS-T systems to Ukraine [1]", "[7]."])
    events = list(replace(quoting, language_model=model).stream(QUESTION))
    assert [type(event) for event in events] == [Searching, TextDelta, TextDelta, TextDelta, Finished]
    answer = finished(events)
    assert (answer.mode, answer.abstained, answer.notices) == ("llm", False, ())
    assert [cited.quote for cited in answer.citations] == [CITED]
    assert [statement.citations for statement in answer.statements] == [(1,)]
    assert "[7]" not in answer.text
    [message] = model.asked[0]
    assert CITED in message.text
    assert "Answer in English" in message.text


def test_a_statement_without_support_says_so_in_the_text(quoting: Assistant) -> None:
    model = ScriptedLanguageModel([f"{CITED[:-1]} [1]. Bananas are rich in potassium."])
    answer = replace(quoting, language_model=model).ask(QUESTION)
    assert [statement.supported for statement in answer.statements] == [True, False]
    assert answer.text.endswith("Bananas are rich in potassium. (not found in the articles)")


def test_a_figure_that_no_cited_passage_tells_is_named_in_the_text(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["Germany will send 17 IRIS-T systems to Ukraine [1]."])
    answer = replace(quoting, language_model=model).ask(QUESTION)
    assert answer.statements[0].unverified == ("17",)
    assert answer.text == "Germany will send 17 IRIS-T systems to Ukraine. [1] (not in the cited passages: 17)"


def test_a_model_that_finds_nothing_told_is_believed(quoting: Assistant) -> None:
    events = list(replace(quoting, language_model=ScriptedLanguageModel(["NOT", "_TOLD"])).stream(QUESTION))
    assert not any(isinstance(event, TextDelta) for event in events)
    answer = finished(events)
    assert (answer.mode, answer.abstained, answer.notices) == ("llm", True, ())
    assert answer.text.startswith("The articles do not tell.")
    assert answer.citations


@pytest.mark.parametrize(
    ("script", "notice"),
    [
        ([LanguageModelFailed("gone")], "The language model did not answer; quoted sentences are shown instead."),
        (["Germany ", LanguageModelFailed("gone")], "The language model did not answer; quoted sentences"),
        ([], "The language model wrote nothing that the articles support; quoted sentences are shown instead."),
        (["Bananas are rich in potassium [1]."], "The language model wrote nothing that the articles support"),
        ([AnswerCutOff("full")], "The language model wrote nothing that the articles support"),
        (["<think>so many ", AnswerCutOff("full")], "The language model wrote nothing that the articles support"),
    ],
)
def test_where_a_model_gives_no_answer_sentences_are_quoted_and_it_is_said(
    quoting: Assistant, script: list[object], notice: str
) -> None:
    answer = replace(quoting, language_model=ScriptedLanguageModel(script)).ask(QUESTION)
    assert answer.mode == "extractive"
    assert answer.citations[0].quote.startswith(CITED)
    assert len(answer.notices) == 1
    assert answer.notices[0].startswith(notice)


def test_a_model_that_is_stopped_leaves_the_quotes(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["Germany ", ScriptedLanguageModel.HANGS])
    stop = threading.Event()

    def stop_when_it_hangs() -> None:
        model.hanging.wait(30)
        stop.set()

    threading.Thread(target=stop_when_it_hangs).start()
    answer = finished(list(replace(quoting, language_model=model).stream(QUESTION, stop=stop)))
    assert answer.notices == ("The language model was stopped; quoted sentences are shown instead.",)
    assert answer.citations[0].quote.startswith(CITED)


def test_an_index_without_passages_asks_no_model(tmp_path: Path) -> None:
    settings = load_settings(index=tmp_path, embedder="fast")
    with open_writer(settings):
        pass
    model = ScriptedLanguageModel(["made up"])
    answer = replace(open_assistant(settings), language_model=model).ask(QUESTION)
    assert (answer.abstained, answer.citations, model.asked) == (True, (), [])


def test_whether_it_can_answer_is_told_without_asking_the_model(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["made up"])
    asked = replace(quoting, language_model=model)
    assert asked.can_answer(QUESTION)
    assert not asked.can_answer("who won the football world cup?")
    assert model.asked == []


HISTORY = [Turn(QUESTION, CITED)]


def test_a_follow_up_is_searched_for_as_the_model_completes_it(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["What will France send to Ukraine?"], ["France will send two radars [1]."])
    events = list(replace(quoting, language_model=model).stream("and France?", HISTORY))
    assert events[0] == Searching("What will France send to Ukraine?")
    assert finished(events).searched_for == "What will France send to Ukraine?"
    assert CITED in model.asked[0][0].text
    assert "it means: What will France send to Ukraine?" in model.asked[1][0].text


@pytest.mark.parametrize(
    "rewriting",
    [
        [],
        ["The capital of France is Paris, a city on the Seine with two million people."],
        ["what will Germany send?\nThat is the question."],
        ["France " * 200],
        ["I am a helpful assistant."],
    ],
)
def test_a_rewriting_that_is_none_gives_way_to_what_is_carried_over(
    quoting: Assistant, rewriting: list[object]
) -> None:
    model = ScriptedLanguageModel(rewriting, ["France will send two radars to Ukraine [1]."])
    answer = replace(quoting, language_model=model).ask("and France?", HISTORY)
    assert answer.searched_for == quoting.ask("and France?", HISTORY).searched_for
    assert answer.searched_for.startswith("and France?")
    assert answer.mode == "llm"


def test_a_rewriting_that_loses_the_question_is_searched_for_with_it(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["what will Germany send to Ukraine?"], ["NOT_TOLD"])
    answer = replace(quoting, language_model=model).ask("and France?", HISTORY)
    assert answer.searched_for == "and France? what will Germany send to Ukraine?"


def test_a_rewriting_that_fails_is_not_followed_by_another_request(quoting: Assistant) -> None:
    model = ScriptedLanguageModel([LanguageModelFailed("gone")])
    answer = replace(quoting, language_model=model).ask("and France?", HISTORY)
    assert len(model.asked) == 1
    assert answer.mode == "extractive"
    assert answer.notices == ("The language model did not answer; quoted sentences are shown instead.",)
    assert answer.searched_for.startswith("and France?")


def test_without_a_history_nothing_is_rewritten(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["NOT_TOLD"])
    assert replace(quoting, language_model=model).ask("and France?").searched_for == "and France?"
    assert len(model.asked) == 1


def test_what_the_user_edits_is_searched_for_and_nothing_else(quoting: Assistant) -> None:
    model = ScriptedLanguageModel(["France will send two radars to Ukraine [1]."])
    asked = replace(quoting, language_model=model)
    answer = asked.ask("and them?", HISTORY, search_for="France radars")
    assert (answer.question, answer.searched_for) == ("and them?", "France radars")
    assert len(model.asked) == 1
    assert quoting.ask("and them?", HISTORY, "France radars").citations[0].quote.startswith("France will send")


def test_an_article_that_goes_while_the_model_writes_is_not_cited(tmp_path: Path) -> None:
    settings = load_settings(index=tmp_path, embedder="fast")
    with open_writer(settings) as writer:
        list(writer.add([GERMANY]))
    model = ScriptedLanguageModel([f"{CITED[:-1]} ", "[1]."])
    asked = replace(open_assistant(settings), language_model=model)
    answer = None
    for event in asked.stream(QUESTION):
        if isinstance(event, TextDelta):
            with open_writer(settings) as writer:
                writer.remove(["germany.txt"])
        if isinstance(event, Finished):
            answer = event.answer
    assert answer is not None
    assert (answer.citations, answer.abstained) == ((), True)
    assert CITED[:-1] not in answer.text
