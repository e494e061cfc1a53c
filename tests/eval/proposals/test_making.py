"""Proposals over an index: spread, the same for the same seed, gone on with where it was stopped."""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import LanguageModelFailed
from assistant.settings import Settings, load_settings
from assistant.types import Message
from eval.errors import ProposalsRefused
from eval.proposals.file import open_proposals, read_proposals
from eval.proposals.making import make_proposals
from eval.proposals.proposal import Proposal
from eval.proposals.spreading import spread_articles
from index.article_list import ListedArticle
from index.embedders.static import StaticEmbedder
from index.types import Article
from index.writer import IndexWriter
from tests.fakes import ScriptedLanguageModel

TOWNS = ("Ashby", "Marlow", "Oban", "Mull", "Brae", "Leith")
COUNTRIES = ("Spain", "Norway", "Italy", "Poland", "Latvia", "Denmark")
FRENCH = "La mairie de Kerlann a donné {} euros au port de Brélan en {}."


def articles() -> list[Article]:
    """Six in English with three facts each, of which the last one is the same in all, and two in French."""
    made = []
    for number, (town, country) in enumerate(zip(TOWNS, COUNTRIES, strict=True)):
        text = (
            f"News of {town}\n\nThe council of {town} has paid {number + 20} people for work in {country}. "
            f"It was late. In {town} the bridge over the river opened on {number + 3} May 2024.\n\n"
            "The province of Alba has given every school 70 books for the year 2025."
        )
        made.append(Article(f"en/{number}.txt", f"News of {town}", text, "en", f"2024-0{number // 3 + 1}-05"))
    made += [
        Article(f"fr/{number}.txt", "Port", FRENCH.format(4000 + number, 2010 + number), "fr") for number in range(2)
    ]
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("made") / "index"
    with IndexWriter.open(folder, StaticEmbedder()) as writer:
        list(writer.add(articles()))
    return load_settings(index=folder, embedder="fast")


def texts() -> dict[str, str]:
    return {article.id: article.text for article in articles()}


def test_proposals_are_spread_and_each_holds_its_sentence(settings: Settings, tmp_path: Path) -> None:
    made = make_proposals(settings, tmp_path / "p.jsonl", 12)
    proposals = read_proposals(tmp_path / "p.jsonl")
    assert (made.total, made.before, made.exhausted) == (12, 0, False)
    assert {each.language for each in proposals[:2]} == {"en", "fr"}
    assert {each.sentence.article for each in proposals[:7]} >= {f"en/{number}.txt" for number in range(6)} - {
        proposals[0].sentence.article
    } - {each.sentence.article for each in proposals[7:]}
    for each in proposals:
        sentence = each.sentence
        assert texts()[sentence.article][sentence.start : sentence.end] == sentence.quote
        assert each.status == "proposed"
        assert each.is_as_drafted
        if each.answerable:
            assert each.answers[0] in sentence.quote
        else:
            assert each.answers == ()
            assert each.draft.swapped in each.question
            assert each.draft.swapped not in texts()[sentence.article]
    quotes = [each.sentence.quote for each in proposals]
    assert sum("province of Alba" in quote for quote in quotes) <= 1  # near-copies are asked about once
    assert 2 <= sum(not each.answerable for each in proposals) <= 4


def test_the_seed_decides_and_a_longer_file_begins_with_the_shorter(settings: Settings, tmp_path: Path) -> None:
    for name, wanted, seed in (("a", 5, 1), ("b", 5, 1), ("c", 9, 1), ("d", 5, 2)):
        make_proposals(settings, tmp_path / name, wanted, seed=seed)
    first, again, longer, other = ((tmp_path / name).read_bytes() for name in "abcd")
    assert first == again
    assert longer.startswith(first)
    assert first != other
    made = make_proposals(settings, tmp_path / "a", 9, seed=1)
    assert (made.total, made.before) == (9, 5)
    assert (tmp_path / "a").read_bytes() == longer


def test_only_the_languages_that_are_named(settings: Settings, tmp_path: Path) -> None:
    made = make_proposals(settings, tmp_path / "p.jsonl", 12, languages=["fr"])
    assert made.exhausted
    assert {each.language for each in read_proposals(tmp_path / "p.jsonl")} == {"fr"}


def test_decisions_outlive_a_longer_file(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    make_proposals(settings, file, 2)
    with open_proposals(file) as held:
        held.put(replace(held.proposals[0], status="rejected", decided=1))
    make_proposals(settings, file, 4)
    assert [each.status for each in read_proposals(file)] == ["rejected", "proposed", "proposed", "proposed"]


def test_another_seed_or_another_collection_does_not_go_on(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    make_proposals(settings, file, 2)
    with pytest.raises(ProposalsRefused, match=r"seed: 0, now 3\. Name another file"):
        make_proposals(settings, file, 4, seed=3)
    with pytest.raises(ProposalsRefused, match=r"languages: \[\], now \['fr'\]"):
        make_proposals(settings, file, 4, languages=["fr"])
    record = json.loads(file.read_text(encoding="utf-8").splitlines()[0])
    record["made"]["articles"] = "before"
    file.write_text(json.dumps(record))
    with pytest.raises(ProposalsRefused, match="articles: before, now"):
        make_proposals(settings, file, 4)


class NumberModel(ScriptedLanguageModel):
    """Asks for the first number of the sentence that it is shown; fails at request `fails_at`, from 1."""

    def __init__(self, fails_at: int = 0) -> None:
        super().__init__()
        self.fails_at = fails_at

    def stream(self, messages: Sequence[Message], stop: threading.Event | None = None) -> Iterator[str]:
        del stop
        self.asked.append(tuple(messages))
        if len(self.asked) == self.fails_at:
            raise LanguageModelFailed("It is down.")
        sentence = messages[0].text.splitlines()[-2]
        found = re.search(r"\d+", sentence)
        assert found is not None
        yield f"Question: How many in {sentence.split()[-1]}?\nAnswer: {found.group()}"


def test_a_model_that_fails_in_the_middle_is_gone_on_with(settings: Settings, tmp_path: Path) -> None:
    """It is asked once for each sentence: not again for those that gave a proposal."""
    of_model = settings.model_copy(update={"llm_model": "small"})
    fails, works = NumberModel(fails_at=4), NumberModel()
    with pytest.raises(LanguageModelFailed, match="It is down"):
        make_proposals(of_model, tmp_path / "a", 6, model=fails)
    assert [each.id for each in read_proposals(tmp_path / "a")] == [f"proposal-{n:04d}" for n in (1, 2, 3)]
    made = make_proposals(of_model, tmp_path / "a", 6, model=works)
    assert (made.total, made.before, len(works.asked)) == (6, 3, 3)
    make_proposals(of_model, tmp_path / "b", 6, model=NumberModel())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    for each in read_proposals(tmp_path / "a"):
        assert (each.draft.by, each.made["by"]) == ("model", "small")
        assert each.answers == () or each.answers[0] in each.sentence.quote


def test_what_was_dropped_is_counted(settings: Settings, tmp_path: Path) -> None:
    of_model = settings.model_copy(update={"llm_model": "small"})
    made = make_proposals(of_model, tmp_path / "p.jsonl", 3, model=ScriptedLanguageModel(["Hello"]))
    assert made.total == 0
    assert made.exhausted
    assert set(made.dropped) == {"the model wrote no question with an answer"}
    assert made.dropped["the model wrote no question with an answer"] >= 14
    assert read_or_none(tmp_path / "p.jsonl") == []


def read_or_none(file: Path) -> list[Proposal]:
    return read_proposals(file) if file.exists() else []


def test_languages_and_months_come_in_turn() -> None:
    def listed(article: str, language: str, date: str | None) -> ListedArticle:
        return ListedArticle(article, "", language, date, "", None, 1)

    many = [listed(f"en-{number:02}", "en", "2024-01-05") for number in range(20)]
    few = [listed("en-may", "en", "2024-05-05"), listed("fr-a", "fr", None), listed("fr-b", "fr", None)]
    order = spread_articles([*many, *few], seed=1)
    assert sorted(order) == sorted(each.id for each in [*many, *few])
    assert {each[:2] for each in order[:2]} == {"en", "fr"}
    assert {each[:2] for each in order[2:4]} == {"en", "fr"}
    assert "en-may" in order[:4]
    assert spread_articles([*few, *many], seed=1) == order
    assert spread_articles([*few, *many], seed=2) != order
