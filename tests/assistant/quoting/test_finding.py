"""Questions over small articles that retell, contradict and follow each other: what is quoted, and how."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.answering import Assistant
from assistant.prompts import load_frames
from assistant.settings import load_settings
from assistant.types import Answer
from assistant.wiring import open_assistant, open_writer
from index.readers import read_paths
from index.types import Article
from tests.fakes import ScriptedLanguageModel

SETS = Path("eval/sets")
CASES = [json.loads(line) for line in (SETS / "reports.jsonl").read_text(encoding="utf-8").splitlines()]


def opened(folder: Path, articles: list[Article]) -> Assistant:
    settings = load_settings(index=folder)
    with open_writer(settings) as writer:
        for _ in writer.add(articles):
            pass
    return open_assistant(settings)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    articles = [item for item in read_paths([SETS / "reports"]) if isinstance(item, Article)]
    return opened(tmp_path_factory.mktemp("reports"), articles)


@pytest.fixture(scope="module")
def undated(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    articles = [replace(item, date=None) for item in read_paths([SETS / "reports"]) if isinstance(item, Article)]
    return opened(tmp_path_factory.mktemp("undated"), articles)


def assert_verbatim(assistant: Assistant, answer: Answer) -> None:
    for cited in answer.citations:
        article = assistant.article(cited.article)
        assert article is not None
        assert article.text[cited.start : cited.end] == cited.quote
        assert 0 < len(cited.quote) <= 500


def is_as_written(answer: Answer, case: dict[str, Any]) -> bool:
    """Whether the quotes, their order, what they leave out and the frame are those of the case."""
    first = answer.citations[: len(case["quotes"])]
    frames = load_frames(case["language"])
    return (
        [cited.article for cited in first] == [quote["article"] for quote in case["quotes"]]
        and all(
            quote["holds"] in " ".join(cited.quote.split()) for cited, quote in zip(first, case["quotes"], strict=True)
        )
        and not any(words in cited.quote for words in case["absent"] for cited in answer.citations)
        and (frames.render("answer_differing") in answer.text) == (case["differing"] > 0)
        and answer.notices == ((frames.render("not_of_time"),) if case["not_of_time"] else ())
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_case_is_answered_word_for_word_in_its_language(reports: Assistant, case: dict[str, Any]) -> None:
    answer = reports.ask(case["question"])
    assert answer.language == case["language"]
    assert_verbatim(reports, answer)


def test_nearly_every_case_is_answered(reports: Assistant) -> None:
    """All are told. The two that are kept back are a wide question and one that a list answers."""
    kept_back = [case["id"] for case in CASES if reports.ask(case["question"]).abstained]
    assert len(kept_back) <= 2, kept_back


def test_most_cases_are_quoted_as_a_person_would(reports: Assistant) -> None:
    """Which of two likely sentences comes first changes with the weights, so that a few may differ."""
    other = [case["id"] for case in CASES if not is_as_written(reports.ask(case["question"]), case)]
    assert len(CASES) == 29
    assert len(other) <= 8, other


def test_contradicting_reports_stand_side_by_side_with_their_dates(reports: Assistant) -> None:
    assert reports.ask("how many people died in the flood?").text == (
        "Reports differ on this; the newest first:\n\n"
        "“Fifteen people died in the flood, according to the fire brigade.” (March 6, 2025) [1]\n\n"
        "“Twelve people died in the flood.” (March 3, 2025) [2]"
    )


def test_quotes_have_no_dates_where_nobody_asked_for_them(reports: Assistant) -> None:
    answer = reports.ask("how many people were injured in Altmoor?")
    assert answer.text.startswith("The articles say:\n\n“Forty people were injured, some of them seriously.” [1]")


def test_the_search_itself_is_the_one_that_was_asked(reports: Assistant) -> None:
    answer = reports.ask("what happened to tram line 4 in April 2025?")
    assert answer.searched_for == "what happened to tram line 4 in April 2025?"
    assert all(cited.date == "2025-04-09" for cited in answer.citations)
    assert {"tram-april.md", "tram-january.md"} <= {passage.article for passage in answer.passages}


def test_a_time_to_come_is_asked_of_all_articles_without_a_notice(reports: Assistant) -> None:
    answer = reports.ask("will the bridge in Valmer open in September 2027?")
    assert not answer.abstained
    assert answer.notices == ()
    assert "18. September 2027" in answer.citations[0].quote


def test_what_no_time_answers_stays_unanswered(reports: Assistant) -> None:
    answer = reports.ask("who won the football world cup in April 2025?")
    assert answer.abstained
    assert answer.notices == ()
    assert answer.citations, "the nearest passages are shown as such"


def test_a_collection_without_dates_is_asked_as_if_there_were_none(undated: Assistant) -> None:
    answer = undated.ask("what happened to tram line 4 in February 2025?")
    assert not answer.abstained
    assert answer.notices == ()
    assert "(" not in answer.text


def test_reports_without_dates_are_said_to_differ_all_the_same(undated: Assistant) -> None:
    text = undated.ask("how many people died in the flood?").text
    assert text.startswith("Reports differ on this;")
    assert "“Twelve people died in the flood.” [" in text


def test_a_language_model_gets_the_articles_of_the_time_first_and_no_notice(reports: Assistant) -> None:
    model = ScriptedLanguageModel(["Works were stopped because a medieval wall was found [1]."])
    answer = replace(reports, language_model=model).ask("why were works on tram line 4 stopped in April 2025?")
    assert answer.mode == "llm"
    assert answer.notices == ()
    assert answer.passages[0].article == "tram-april.md"
