"""The conversations whose follow-ups the articles do not answer: their gold, their shares, and those of all sets."""

from collections import Counter
from pathlib import Path

import pytest

from eval.question_sets import Conversation, load_conversations, load_questions
from index.readers import read_paths
from index.types import Article

ROOT = Path(__file__).parents[2]
SETS = ROOT / "eval" / "sets"


@pytest.fixture(scope="module")
def conversations() -> list[Conversation]:
    return load_conversations(SETS / "untold_follow_ups.jsonl")


def test_the_shares_are_those_that_the_readme_gives(conversations: list[Conversation]) -> None:
    assert Counter(one.language for one in conversations) == {"en": 8, "fr": 8, "es": 4, "de": 4}
    halves = Counter((one.language, one.split) for one in conversations)
    assert all(halves[language, "dev"] == halves[language, "heldout"] for language in ("en", "fr", "es", "de"))
    turns = [turn for one in conversations for turn in one.turns]
    assert Counter((turn.relation, turn.question.answerable) for turn in turns) == {
        ("opening", True): 18,
        ("opening", False): 6,
        ("follow-up", False): 50,
    }


def test_each_conversation_opens_alone_and_goes_on_in_fewer_words(conversations: list[Conversation]) -> None:
    asked = [turn.standalone.casefold() for one in conversations for turn in one.turns]
    assert len(set(asked)) == len(asked)
    for one in conversations:
        shown = one.id if one.split == "heldout" else str(one.turns)
        opening, *following = one.turns
        assert opening.relation == "opening", shown
        assert opening.standalone == opening.question.question, shown
        for turn in following:
            assert turn.relation == "follow-up", shown
            assert len(turn.question.question) < len(turn.standalone), shown


def test_each_gold_sentence_stands_once_in_its_article(conversations: list[Conversation]) -> None:
    texts = {one.id: one.text for one in read_paths([ROOT / "seeds"]) if isinstance(one, Article)}
    for one in conversations:
        for turn in one.turns:
            assert turn.question.answerable == bool(turn.question.gold), one.id
            for gold in turn.question.gold:
                assert gold.quote is not None, one.id
                assert texts[gold.article].count(gold.quote) == 1, one.id


def test_a_third_of_all_questions_of_our_own_is_without_an_answer(conversations: list[Conversation]) -> None:
    talks = [*conversations, *load_conversations(SETS / "conversations.jsonl")]
    answerable = [turn.question.answerable for one in talks for turn in one.turns]
    for name in ("seeds", "user_article", "near_misses"):
        answerable += [question.answerable for question in load_questions(SETS / f"{name}.jsonl")]
    assert Counter(answerable) == {True: 347, False: 179}
    assert answerable.count(False) / len(answerable) > 1 / 3
