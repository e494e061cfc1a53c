"""Questions are read with file and line of every fault, and gold sentences are found in the articles."""

import json
from pathlib import Path

import pytest

from eval.question_sets import Gold, Question, QuestionSetInvalid, is_gold, load_questions
from index.types import Article, Span

ARTICLE = Article(id="a", title="Bridge", text="The bridge opens. It cost 4 million euros. It is red.")
RECORD = {"id": "q1", "question": "what did it cost?", "language": "en", "answerable": True}


def question(*gold: Gold) -> Question:
    return Question("q1", "what did it cost?", "en", True, gold, (), "what", "dev")


def read(article_id: str) -> Article | None:
    return ARTICLE if article_id == "a" else None


def test_questions_of_one_split(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    records = [RECORD, {**RECORD, "id": "q2", "split": "heldout", "gold": [{"article": "a", "quote": "It is red."}]}]
    file.write_text("\n\n".join(map(json.dumps, records)))
    assert [one.id for one in load_questions(file)] == ["q1", "q2"]
    (held_out,) = load_questions(file, "heldout")
    assert held_out.gold == (Gold("a", quote="It is red."),)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "q3"}', json.dumps({**RECORD, "gold": [{"page": 3}]})])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps(RECORD) + "\n" + line)
    with pytest.raises(QuestionSetInvalid, match=r"set\.jsonl, line 2: not a question"):
        load_questions(file)


@pytest.mark.parametrize(
    ("gold", "quoted", "right"),
    [
        (Gold("a", quote="It cost 4 million euros."), Span(18, 42), True),
        (Gold("a", start=18, end=42), Span(0, 53), True),
        (Gold("a", start=18, end=42), Span(18, 30), True),  # just half of it
        (Gold("a", start=18, end=42), Span(18, 29), False),
        (Gold("a", quote="It cost nothing."), Span(0, 53), False),
        (Gold("b", start=18, end=42), Span(18, 42), False),
        (Gold("a", start=18, end=99), Span(18, 42), False),
    ],
)
def test_a_quote_is_right_that_holds_half_of_a_gold_sentence(gold: Gold, quoted: Span, right: bool) -> None:
    assert is_gold(question(gold), "a", quoted, read) is right
