"""The question sets: every gold sentence stands in its article, and the shares are those that their README gives.

Only `dev` questions are named in messages, so that a failure gives nothing of the held-out half away.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SETS = ROOT / "eval" / "sets"
SEEDS = ROOT / "seeds"
USER_ARTICLES = ROOT.parent / "shared" / "seeds"

ANSWERABLE_KINDS = {"who", "what", "when", "where", "how many", "how", "which", "why", "list"}
UNANSWERABLE_KINDS = {"near-miss", "off-topic"}
FIELDS = {"id", "question", "language", "answerable", "gold", "answers", "kind", "split"}


@dataclass(frozen=True, slots=True)
class SetShares:
    """What a question set must hold: its file, and how many questions in each language, answerable and not."""

    file: str
    answerable: Mapping[str, int]
    unanswerable: Mapping[str, int]


SHARES = [
    SetShares("seeds.jsonl", {"en": 33, "fr": 37, "es": 10, "de": 7}, {"en": 17, "fr": 18, "es": 5, "de": 3}),
    SetShares("user_article.jsonl", {"en": 30, "fr": 30}, {"en": 15, "fr": 15}),
]
each_set = pytest.mark.parametrize("shares", SHARES, ids=lambda shares: shares.file)


def questions(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / file).read_text(encoding="utf-8").splitlines()]


def plain(text: str) -> str:
    """Text without case, accents and the kinds of space, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(mark for mark in decomposed if not unicodedata.combining(mark)).split())


def label(question: Mapping[str, Any]) -> str:
    return f"{question['id']} {question['question'] if question['split'] == 'dev' else '(held out)'}"


def word_runs(text: str, length: int) -> set[tuple[str, ...]]:
    """All runs of `length` words that follow each other in `text`."""
    words = "".join(mark if mark.isalnum() else " " for mark in plain(text)).split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def stands_at_sentence_borders(text: str, start: int, end: int) -> bool:
    """Whether a sentence, a heading or a title begins at `start` and ends at `end`."""
    before = text[:start].rstrip(" \u00a0")
    inside = text[start:end]
    after = text[end:]
    begins = not before or before[-1] in ".!?…»”:\n"
    ends = inside.rstrip(" \u00a0»”\"'")[-1:] in set(".!?…") or after[:1] in {"", "\n"} or after.startswith(" | ")
    return begins and ends and inside == inside.strip() != ""


@each_set
def test_every_question_has_the_fields_and_an_id_of_its_own(shares: SetShares) -> None:
    rows = questions(shares.file)
    for row in rows:
        assert row.keys() == FIELDS, row["id"]
        assert row["question"] == row["question"].strip() != "", row["id"]
        assert row["split"] in {"dev", "heldout"}, row["id"]
        assert row["answerable"] == bool(row["gold"]) == bool(row["answers"]), label(row)
        assert row["kind"] in (ANSWERABLE_KINDS if row["answerable"] else UNANSWERABLE_KINDS), label(row)
    assert [number for number, count in Counter(row["id"] for row in rows).items() if count > 1] == []


@each_set
def test_no_question_is_asked_twice(shares: SetShares) -> None:
    """A question in both halves would let what was tuned on one be measured on the other."""
    texts = Counter(plain(row["question"]).rstrip(" ?") for row in questions(shares.file))
    assert sum(count - 1 for count in texts.values()) == 0


@each_set
def test_the_languages_and_the_unanswerable_share_are_as_said(shares: SetShares) -> None:
    rows = questions(shares.file)
    assert Counter(row["language"] for row in rows if row["answerable"]) == Counter(shares.answerable)
    assert Counter(row["language"] for row in rows if not row["answerable"]) == Counter(shares.unanswerable)
    kinds = Counter(row["kind"] for row in rows if not row["answerable"])
    assert abs(kinds["near-miss"] - kinds["off-topic"]) <= 1


@each_set
def test_half_is_held_out_in_every_language_kind_and_answerability(shares: SetShares) -> None:
    rows = questions(shares.file)
    assert sum(1 if row["split"] == "dev" else -1 for row in rows) == 0
    for field in ("language", "kind", "answerable"):
        balance: Counter[Any] = Counter()
        for row in rows:
            balance[row[field]] += 1 if row["split"] == "dev" else -1
        assert max(abs(difference) for difference in balance.values()) <= 1, (field, balance)


@each_set
@pytest.mark.parametrize("question", ["what did Germany pledge?", "Qu'a promis l'Allemagne ?"])
def test_the_question_of_the_user_is_among_those_to_tune_on(shares: SetShares, question: str) -> None:
    [row] = [row for row in questions(shares.file) if row["question"] == question]
    assert row["split"] == "dev"
    assert "IRIS-T" in row["answers"]


def test_each_gold_quote_over_the_seeds_is_one_sentence_of_its_article() -> None:
    for row in questions("seeds.jsonl"):
        quotes = []
        for gold in row["gold"]:
            text = (SEEDS / gold["article"]).read_text(encoding="utf-8")
            assert text.count(gold["quote"]) == 1, label(row)
            start = text.index(gold["quote"])
            assert stands_at_sentence_borders(text, start, start + len(gold["quote"])), label(row)
            quotes.append(plain(gold["quote"]))
        answered = any(plain(answer) in quote for answer in row["answers"] for quote in quotes)
        assert answered == row["answerable"], label(row)


def test_every_seed_article_answers_a_question() -> None:
    articles = {path.relative_to(SEEDS).as_posix() for path in SEEDS.glob("*/*") if path.suffix in {".txt", ".md"}}
    assert articles == {gold["article"] for row in questions("seeds.jsonl") for gold in row["gold"]}
    assert Counter(article[:2] for article in articles) == Counter({"fr": 6, "en": 4, "es": 2, "de": 2})


def test_each_gold_position_in_the_user_article_is_one_sentence() -> None:
    if not USER_ARTICLES.is_dir():
        pytest.skip("The user's article is not beside this checkout, in ../shared/seeds.")
    for row in questions("user_article.jsonl"):
        sentences = []
        for gold in row["gold"]:
            text = (USER_ARTICLES / gold["article"]).read_text(encoding="utf-8")
            assert 0 <= gold["start"] < gold["end"] <= len(text), label(row)
            assert stands_at_sentence_borders(text, gold["start"], gold["end"]), label(row)
            sentences.append(plain(text[gold["start"] : gold["end"]]))
        answered = any(plain(answer) in sentence for answer in row["answers"] for sentence in sentences)
        assert answered == row["answerable"], label(row)


def test_the_set_over_the_user_article_holds_nothing_of_its_wording() -> None:
    """Five words in a row, in a question or an answer, would be a copy and not a question."""
    if not USER_ARTICLES.is_dir():
        pytest.skip("The user's article is not beside this checkout, in ../shared/seeds.")
    runs = {run for path in USER_ARTICLES.glob("*.txt") for run in word_runs(path.read_text(encoding="utf-8"), 5)}
    for row in questions("user_article.jsonl"):
        for text in [row["question"], *row["answers"]]:
            assert not runs & word_runs(text, 5), label(row)


def test_the_seeds_do_not_copy_the_user_article() -> None:
    """Names and figures may agree; seven words in a row, in the seeds of its language, would be its wording."""
    if not USER_ARTICLES.is_dir():
        pytest.skip("The user's article is not beside this checkout, in ../shared/seeds.")
    runs = {run for path in USER_ARTICLES.glob("*.txt") for run in word_runs(path.read_text(encoding="utf-8"), 7)}
    told = {run for path in SEEDS.glob("fr/*") for run in word_runs(path.read_text(encoding="utf-8"), 7)}
    assert runs & told == set()


def test_the_set_to_tune_on_over_the_users_article_shares_no_question_with_the_other() -> None:
    more = questions("user_article_dev.jsonl")
    asked = {plain(row["question"]).rstrip(" ?") for row in questions("user_article.jsonl")}
    assert not [row["id"] for row in more if plain(row["question"]).rstrip(" ?") in asked]
    assert len({row["id"] for row in more}) == len(more) == 103
    assert {row["split"] for row in more} == {"dev"}
    assert Counter((row["language"], row["answerable"]) for row in more) == {
        ("en", True): 29,
        ("en", False): 22,
        ("fr", True): 30,
        ("fr", False): 22,
    }
    assert all(row["answerable"] == bool(row["gold"]) for row in more)
