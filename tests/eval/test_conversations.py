"""Conversations are read with file and line of every fault; those of this project, and the near misses, are as said.

Only `dev` turns are named in messages, so that a failure gives nothing of the held-out half away.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.question_sets import Conversation, Gold, QuestionSetInvalid, load_conversations, load_questions
from index.analysis import fold
from index.sentences import sentences_within
from index.types import Span

ROOT = Path(__file__).parents[2]
CONVERSATIONS = ROOT / "eval" / "sets" / "conversations.jsonl"
NEAR_MISSES = ROOT / "eval" / "sets" / "near_misses.jsonl"
FOLDERS = {"seeds": ROOT / "seeds", "user_article": ROOT.parent / "shared" / "seeds"}

OPENING = {"question": "what does the bridge cost?", "language": "en", "answerable": True, "relation": "opening"}
FOLLOW_UP = {"question": "and the quay?", "language": "en", "answerable": False, "relation": "follow-up"}
RECORD = {
    "id": "talk-1",
    "articles": "seeds",
    "language": "en",
    "split": "heldout",
    "turns": [
        {**OPENING, "standalone": OPENING["question"], "gold": [{"article": "a", "quote": "It costs 4 million."}]},
        {**FOLLOW_UP, "standalone": "what does the quay cost?", "gold": []},
    ],
}


def test_a_conversation_is_read_with_its_turns_in_order(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps(RECORD) + "\n\n")
    (conversation,) = load_conversations(file, "heldout")
    assert load_conversations(file, "dev") == []
    first, second = conversation.turns
    assert first.question.gold == (Gold("a", quote="It costs 4 million."),)
    assert (second.question.id, second.question.split, second.question.answerable) == ("talk-1/2", "heldout", False)
    assert (second.relation, second.standalone) == ("follow-up", "what does the quay cost?")


@pytest.mark.parametrize("missing", ["id", "articles", "split", "turns"])
def test_a_line_that_is_no_conversation_is_named(tmp_path: Path, missing: str) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps({field: value for field, value in RECORD.items() if field != missing}))
    with pytest.raises(QuestionSetInvalid, match=r"set\.jsonl, line 1: not a conversation"):
        load_conversations(file)


@pytest.fixture(scope="module")
def conversations() -> list[Conversation]:
    return load_conversations(CONVERSATIONS)


def label(conversation: Conversation) -> str:
    return f"{conversation.id} {conversation.turns if conversation.split == 'dev' else '(held out)'}"


def test_half_of_the_conversations_are_french_and_half_of_each_language_held_out(
    conversations: list[Conversation],
) -> None:
    assert Counter(one.language for one in conversations) == {"fr": 34, "en": 20, "es": 7, "de": 7}
    assert Counter(one.articles for one in conversations) == {"seeds": 52, "user_article": 16}
    balance: Counter[str] = Counter()
    for one in conversations:
        balance[one.language] += 1 if one.split == "dev" else -1
    assert max(map(abs, balance.values())) <= 1
    assert len({one.id for one in conversations}) == len(conversations)


def test_each_conversation_opens_with_a_question_that_stands_alone(conversations: list[Conversation]) -> None:
    for one in conversations:
        assert len(one.turns) in (2, 3), label(one)
        assert [turn.relation == "opening" for turn in one.turns] == [True, *[False] * (len(one.turns) - 1)], label(one)
        assert one.turns[0].standalone == one.turns[0].question.question, label(one)
        for turn in one.turns:
            assert turn.question.answerable == bool(turn.question.gold), label(one)
            assert turn.relation != "two turns back" or turn is one.turns[2], label(one)
            told = turn.question.question == turn.standalone
            assert turn.relation not in ("follow-up", "two turns back") or not told, label(one)


@pytest.mark.parametrize("collection", FOLDERS)
def test_each_gold_sentence_is_one_sentence_of_its_article(conversations: list[Conversation], collection: str) -> None:
    if not FOLDERS[collection].is_dir():
        pytest.skip("The user's article is not beside this checkout, in ../shared/seeds.")
    for one in conversations:
        for gold in [gold for turn in one.turns for gold in turn.question.gold if one.articles == collection]:
            assert (gold.quote is None) == (collection == "user_article"), label(one)
            text = (FOLDERS[collection] / gold.article).read_text(encoding="utf-8")
            span = gold.span(text)
            assert span is not None, label(one)
            assert gold.quote is None or text.count(gold.quote) == 1, label(one)
            sentences = sentences_within(text, Span(0, len(text)))
            assert any(
                sentence.start == span.start and text[span.end : sentence.end].partition(" | ")[0] == ""
                for sentence in sentences
            ), label(one)


def test_nothing_is_asked_in_five_words_in_a_row_of_the_user_article(conversations: list[Conversation]) -> None:
    if not FOLDERS["user_article"].is_dir():
        pytest.skip("The user's article is not beside this checkout, in ../shared/seeds.")
    told = {run for path in FOLDERS["user_article"].glob("*.txt") for run in word_runs(path.read_text("utf-8"))}
    for one in conversations:
        for turn in one.turns:
            assert not told & (word_runs(turn.question.question) | word_runs(turn.standalone)), label(one)
    assert not any(told & word_runs(question.question) for question in load_questions(NEAR_MISSES))


def word_runs(text: str) -> set[tuple[str, ...]]:
    said = re.findall(r"[^\W_]+", fold(text))
    return {tuple(said[start : start + 5]) for start in range(len(said) - 4)}


def test_the_sets_together_hold_enough_to_measure_abstention() -> None:
    questions = [
        question
        for name in ("seeds.jsonl", "user_article.jsonl", "near_misses.jsonl")
        for question in load_questions(ROOT / "eval" / "sets" / name)
    ]
    assert Counter(question.answerable for question in questions) == {True: 147, False: 113}
    assert Counter(question.kind for question in questions if not question.answerable) == {
        "near-miss": 77,
        "off-topic": 36,
    }


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_near_misses_are_half_french_and_half_held_out() -> None:
    questions = rows(NEAR_MISSES)
    assert Counter(row["language"] for row in questions) == {"fr": 20, "en": 12, "es": 4, "de": 4}
    halves = Counter((row["language"], row["split"]) for row in questions)
    assert all(halves[language, "dev"] == halves[language, "heldout"] for language in ("en", "fr", "es", "de"))
    assert {(row["answerable"], row["kind"], len(row["gold"])) for row in questions} == {(False, "near-miss", 0)}


def test_no_near_miss_is_a_question_of_another_set() -> None:
    asked = Counter(
        row["question"].casefold().rstrip(" ?")
        for name in ("seeds.jsonl", "user_article.jsonl", "near_misses.jsonl")
        for row in {row["question"]: row for row in rows(ROOT / "eval" / "sets" / name)}.values()
    )
    near = [row["question"].casefold().rstrip(" ?") for row in rows(NEAR_MISSES)]
    assert [question for question in near if asked[question] > 1] == []
