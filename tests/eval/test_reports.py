"""The cases over reports, and the facts that several starter articles tell, agree with the articles."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.readers import read_paths
from index.sentences import sentences
from index.types import Article

SETS = Path("eval/sets")
CASES = [json.loads(line) for line in (SETS / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
FACTS = [json.loads(line) for line in (SETS / "retold.jsonl").read_text(encoding="utf-8").splitlines()]


def articles(folder: Path) -> Mapping[str, Article]:
    return {item.id: item for item in read_paths([folder]) if isinstance(item, Article)}


def test_every_quote_of_a_case_stands_in_its_article_and_what_is_absent_in_another() -> None:
    reports = articles(SETS / "reports")
    for case in CASES:
        for quote in case["quotes"]:
            assert quote["holds"] in reports[quote["article"]].text, case["id"]
        for words in case["absent"]:
            assert any(words in article.text for article in reports.values()), case["id"]


def test_the_articles_of_the_cases_have_dates_and_four_languages() -> None:
    reports = articles(SETS / "reports").values()
    assert len(reports) == 14
    assert all(article.date for article in reports)
    assert {article.language for article in reports} == {"en", "fr", "es", "de"}


def test_the_cases_are_of_every_kind_and_have_ids_of_their_own() -> None:
    assert Counter(case["kind"] for case in CASES) == {
        "contradiction": 8,
        "dates": 5,
        "list": 4,
        "newest": 4,
        "speaker": 4,
        "same report": 3,
        "different things": 1,
    }
    assert len({case["id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["fact"])
def test_a_fact_is_told_by_one_sentence_of_each_place(fact: dict[str, list[dict[str, str]]]) -> None:
    seeds = articles(Path("seeds"))
    assert len(fact["told"]) >= 2
    for told in fact["told"]:
        text = seeds[told["article"]].text
        begun = [span for span in sentences(text) if text.startswith(told["begins"], span.start)]
        assert len(begun) == 1, told
